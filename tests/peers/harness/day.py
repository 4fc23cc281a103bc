"""The life of a session as people on a stand-in read it, from its plan to its digest. `cut` comes between every two steps:
nothing, or whatever may happen to a service."""

from collections.abc import Callable

from .place import PLAN, Place, same
from .processes import wait_for

SESSION = "1 · Knowledge Share: Synthetic data"


def live(place: Place, cut: Callable[[], None]) -> dict[str, list[str]]:
    """Lives through it, looking at every step; answers all that the bot has said to whom."""
    ada, mei, jo = place.settle("mei", "jo")
    for person in (mei, jo):
        person.reads("Welcome to Northern Lights")
    cut()

    # Announced: shown to the manager first, then a card for all.
    ada.types(f'series new ks "Knowledge Share" {PLAN} capacity=1', place.organisers)
    cut()
    ada.reads("1 session, 1", place.organisers)
    ada.types("session theme 1 Synthetic data", place.organisers)
    cut()
    ada.reads("Theme set.", place.organisers)
    ada.types("session announce 1", place.organisers)
    cut()
    ada.presses(ada.reads("This would be posted", place.organisers), "Post")
    cut()
    ada.reads("announced", place.organisers)
    card = mei.reads("0 of 1 yes", place.announcements)
    assert SESSION in card.text and card.labels == ["Yes", "Maybe", "No"]
    place.looks("announced", card)

    # Answered: the seat, the line.
    mei.presses(card, "Yes")
    cut()
    assert "Jan 25, 2027 14:00" in mei.is_told("You're in: ").text
    everybody_sees(place, "1 of 1 yes · 0 maybe")
    jo.types("rsvp yes 1", place.announcements)
    cut()
    jo.is_told("Full: you are 1st in line")
    everybody_sees(place, "1 of 1 yes · 1 waiting")

    # Another mind: the seat goes to the next; then an answer by a word in the direct conversation.
    mei.presses(place.card(mei), "No")
    cut()
    mei.is_told("Noted, no")
    jo.reads("A seat became free and is yours")
    everybody_sees(place, "1 of 1 yes · 0 maybe")
    mei.writes("rsvp yes 1")
    cut()
    mei.reads("Full: you are 1st in line")
    everybody_sees(place, "1 of 1 yes · 1 waiting")
    place.looks("answered", place.card(mei))

    # Moved.
    ada.types("session move 1 2027-02-01", place.organisers)
    cut()
    assert "Feb 1, 2027 14:00" in ada.reads("moved to ", place.organisers).text
    for person in (mei, jo):
        assert "Jan 25, 2027 14:00" in person.reads("It was ").text
    everybody_sees(place, "Feb 1, 2027 14:00")
    place.looks("moved", place.card(mei))

    # Reminded, a day and an hour before.
    days_later(place, "2027-01-30 16:00:00")
    place.wait_for_row("reminder-coming")
    cut()
    at(place, "2027-01-31 14:00:01")
    cut()
    jo.reads(SESSION)
    at(place, "2027-02-01 13:00:01")
    cut()
    jo.reads(SESSION)

    # Held: whoever is there says so by a tap.
    at(place, "2027-02-01 14:00:01")
    cut()
    wait_for("nobody can say so", lambda: "I'm here" in place.card(jo).labels)
    jo.presses(place.card(jo), "I'm here")
    cut()
    jo.is_told("Checked in, 14:0")
    at(place, "2027-02-01 15:00:01")
    cut()
    everybody_sees(place, "This session is over")
    at(place, "2027-02-01 17:00:01")
    cut()
    summary = ada.reads("Held ", place.organisers)
    assert "yes 1, came 1" in summary.text
    place.looks("held", summary)

    # Told of a week later.
    ada.types("session recording 1 https://video.example.org/1", place.organisers)
    cut()
    days_later(place, "2027-02-08 09:00:01")
    cut()
    place.looks("digested", mei.reads("To watch again", place.announcements))
    place.wait_for_rest()
    return told(place)


def lived(place: Place, cut: Callable[[], None]) -> dict[str, list[str]]:
    """Lives through it in a place of its own, where nothing went wrong besides; ends it."""
    try:
        all_told = live(place, cut)
        place.all_is_well()
        return all_told
    except BaseException:
        print(place.program.log()[-6000:])
        raise
    finally:
        place.end()


def at(place: Place, time: str) -> None:
    place.wait_for_rest()
    place.clock.set(time)


def days_later(place: Place, time: str) -> None:
    """The same, with the bot started anew: one that runs on looks at its plans every half a minute of real time."""
    place.wait_for_rest()
    place.program.stop()
    place.clock.set(time)
    place.start()


def everybody_sees(place: Place, text: str) -> None:
    """Waits until the card says `text` to everybody."""
    for person in place.people.values():
        person.sees(place.card(person), text)


def told(place: Place) -> dict[str, list[str]]:
    """All that the bot has said, as each person reads it: in channels by channel, and to them alone, wherever that came,
    since an answer that cannot be given where it was asked for comes as a message."""
    said = {}
    for person in place.people.values():
        for channel in place.channels_of(person):
            posts = [post for post in person.posts(channel) if not post.only]
            said[f"{person.shown} in {channel.name}"] = [same(post.text) for post in posts]
        said[f"{person.shown} alone"] = sorted(same(post.text) for post in person.alone())
    return said


def assert_same(killed: dict[str, list[str]], expected: dict[str, list[str]]) -> None:
    """What one person alone saw cannot be looked for: the operator says it again, and it may have been seen."""
    for where, texts in expected.items():
        alone = where.endswith("alone")
        said, texts = ({*killed[where]}, {*texts}) if alone else (killed[where], texts)
        assert said == texts, where
