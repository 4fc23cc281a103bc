"""The life of a session as people on Discord read it, from its plan to its digest. `cut` comes between every two steps:
nothing, or whatever may happen to a service."""

from collections.abc import Callable

from front.hands import Person
from hall import Hall, same

SESSION = "1 · Knowledge Share: Synthetic data"


def live(hall: Hall, cut: Callable[[], None]) -> dict[str, list[str]]:
    """Lives through it, looking at every step; answers all that the bot has said to whom."""
    ada, mei, jo = hall.settle("mei", "jo")
    for person in (mei, jo):
        person.reads("Welcome to Northern Lights")
    cut()

    # Announced: shown to the manager first, then a card for all, and an event in the server's list.
    plan = 'series new ks "Knowledge Share" last Monday of every month 14:00-15:00 from=2027-01-01 to=2027-01-31'
    ada.types(f"{plan} capacity=1", hall.organisers)
    cut()
    ada.reads("1 session, 1", hall.organisers)
    ada.types("session theme 1 Synthetic data", hall.organisers)
    cut()
    ada.reads("Theme set.", hall.organisers)
    ada.types("session announce 1", hall.organisers)
    cut()
    ada.presses(ada.reads("This would be posted", hall.organisers), "Post")
    cut()
    ada.reads("announced", hall.organisers)
    card = mei.reads("0 of 1 yes", hall.announcements)
    assert SESSION in card.text and card.labels == ["Yes", "Maybe", "No"]
    event = hall.waits_for_event()
    assert event.name == "Knowledge Share: Synthetic data" and event.description.endswith("Session 1")

    # Answered: the seat, the line.
    mei.presses(card, "Yes")
    cut()
    mei.is_told("You're in: Jan 25, 2027 14:00")
    everybody_sees(hall, "1 of 1 yes · 0 maybe")
    jo.types("rsvp yes 1", hall.announcements)
    cut()
    jo.is_told("Full: you are 1st in line")
    everybody_sees(hall, "1 of 1 yes · 1 waiting")

    # Another mind: the seat goes to the next; then an answer by a word in the direct conversation.
    mei.presses(hall.card(mei), "No")
    cut()
    mei.is_told("Noted, no")
    jo.reads("A seat became free and is yours")
    everybody_sees(hall, "1 of 1 yes · 0 maybe")
    mei.writes("rsvp yes 1")
    cut()
    mei.reads("Full: you are 1st in line")
    everybody_sees(hall, "1 of 1 yes · 1 waiting")

    # Moved, the event with it.
    ada.types("session move 1 2027-02-01", hall.organisers)
    cut()
    ada.reads("moved to Feb 1, 2027 14:00", hall.organisers)
    for person in (mei, jo):
        person.reads("It was Jan 25, 2027 14:00")
    everybody_sees(hall, "Feb 1, 2027 14:00")
    hall.waits_for_event(lambda it: it.scheduled_start_time.startswith("2027-02-01T14:00"))
    assert len(hall.guild.scheduled_events) == 1

    # Reminded, a day and an hour before.
    days_later(hall, "2027-01-30 16:00:00")
    hall.wait_for_row("reminder-coming")
    cut()
    at(hall, "2027-01-31 14:00:01")
    cut()
    jo.reads(SESSION)
    at(hall, "2027-02-01 13:00:01")
    cut()
    jo.reads(SESSION)

    # Held: whoever is there says so by a tap.
    at(hall, "2027-02-01 14:00:01")
    cut()
    everybody_sees(hall, "Knowledge Share")
    hall.wait_for_rest()
    jo.presses(hall.card(jo), "I'm here")
    cut()
    jo.is_told("Checked in, 14:0")
    at(hall, "2027-02-01 15:00:01")
    cut()
    everybody_sees(hall, "This session is over")
    at(hall, "2027-02-01 17:00:01")
    cut()
    assert "yes 1, came 1" in ada.reads("Held ", hall.organisers).text

    # Told of a week later.
    ada.types("session recording 1 https://video.example.org/1", hall.organisers)
    cut()
    days_later(hall, "2027-02-08 09:00:01")
    cut()
    mei.reads("To watch again", hall.announcements)
    hall.wait_for_rest()
    return told(hall)


def at(hall: Hall, time: str) -> None:
    hall.wait_for_rest()
    hall.clock.set(time)


def days_later(hall: Hall, time: str) -> None:
    """The same, with the bot started anew: one that runs on looks at its plans every half a minute of real time."""
    hall.wait_for_rest()
    hall.program.stop()
    hall.clock.set(time)
    hall.start()


def everybody_sees(hall: Hall, text: str) -> None:
    """Waits until the card says `text` to everybody."""
    for person in hall.people.values():
        person.sees(hall.card(person), text)


def told(hall: Hall) -> dict[str, list[str]]:
    """All that the bot has said, as each person reads it: in channels by channel, and to them alone, wherever that came."""
    said = {}
    for person in hall.people.values():
        for channel in (hall.announcements, hall.organisers):
            posts = [post for post in person.posts(channel) if not post.only]
            said[f"{person.shown} in {channel.name}"] = [same(post.text) for post in posts]
        said[f"{person.shown} alone"] = sorted(same(post.text) for post in person.alone())
    return said


def answers_of(person: Person) -> list[str]:
    """What was said to somebody alone, wherever."""
    return [post.text for post in person.alone()]
