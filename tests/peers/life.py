"""The life of a session as people read it, from its plan to its summary. `cut` comes between every two steps: nothing,
or whatever may happen to a service."""

import re
from collections.abc import Callable

from harness.person import Person
from harness.processes import wait_for
from harness.world import World

SESSION = "1 · Knowledge Share: Synthetic data"


def live(world: World, cut: Callable[[], None]) -> dict[str, list[tuple]]:
    """Lives through it, looking at every step; answers all that the bot has said to whom."""
    ada, mei, jo = world.settle("mei", "jo")
    for person in (mei, jo):
        person.reads(person.direct(), "Welcome to Northern Lights")
    cut()

    # Announced: shown to the manager first, then a card for all, with one of each reaction to tap.
    plan = '!convene series new ks "Knowledge Share" last Monday of every month 14:00-15:00'
    ada.says(world.organisers, f"{plan} from=2027-01-01 to=2027-01-31 capacity=1")
    cut()
    ada.reads(world.organisers, "1 session, 1")
    ada.says(world.organisers, "!convene session theme 1 Synthetic data")
    cut()
    ada.reads(world.organisers, "Theme set.")
    ada.says(world.organisers, "!convene session announce 1")
    cut()
    preview = ada.reads(world.organisers, "This would be posted")
    ada.taps(preview, "1️⃣")
    cut()
    ada.reads(world.organisers, "announced")
    cards = [person.reads(world.announcements, "0 of 1 yes") for person in (ada, mei, jo)]
    for card in cards:
        assert card.encrypted and SESSION in card.body and "Mon 25 Jan 2027, 14:00 London" in card.body
        wait_for("the bot begins with one of each", lambda: card.tapped(world.bot) == ["✅", "🤔", "❌"])

    # Answered: the seat, the line.
    said_yes = mei.taps(cards[1], "✅")
    cut()
    mei.reads(mei.direct(), "You're in: Mon 25 Jan 2027, 14:00 London")
    everybody_sees(world, "1 of 1 yes · 0 maybe")
    jo.taps(cards[2], "✅")
    cut()
    jo.reads(jo.direct(), "Full: you are 1st in line")
    everybody_sees(world, "1 of 1 yes · 1 waiting")

    # Another mind: the reaction goes, and with it the seat; then an answer in the card's thread.
    mei.takes_back(world.announcements, said_yes)
    cut()
    mei.reads(mei.direct(), "Your answer is taken back")
    jo.reads(jo.direct(), "A seat became free and is yours")
    everybody_sees(world, "1 of 1 yes · 0 maybe")
    mei.says(world.announcements, "rsvp yes", thread=cards[1])
    cut()
    mei.reads(mei.direct(), "Full: you are 1st in line")
    everybody_sees(world, "1 of 1 yes · 1 waiting")

    # Moved.
    ada.says(world.organisers, "!convene session move 1 2027-02-01")
    cut()
    ada.reads(world.organisers, "moved to Mon 1 Feb 2027, 14:00 London")
    for person in (mei, jo):
        person.reads(person.direct(), "It was Mon 25 Jan 2027, 14:00 London.")
    everybody_sees(world, "Mon 1 Feb 2027, 14:00 London")

    # Reminded, a day and an hour before.
    world.wait_for_rest()
    world.clock.set("2027-01-30 16:00:00")
    world.wait_for_row("reminder-coming")
    cut()
    world.wait_for_rest()
    world.clock.set("2027-01-31 14:00:01")
    cut()
    jo.reads(jo.direct(), SESSION)
    world.wait_for_rest()
    world.clock.set("2027-02-01 13:00:01")
    cut()
    jo.reads(jo.direct(), SESSION)

    # Held: whoever is there says so by a tap.
    world.wait_for_rest()
    world.clock.set("2027-02-01 14:00:01")
    cut()
    everybody_sees(world, "I'm here")
    jo.taps(cards[2], "1️⃣")
    cut()
    jo.reads(jo.direct(), "Checked in, 14:0")
    world.wait_for_rest()
    world.clock.set("2027-02-01 15:00:01")
    cut()
    everybody_sees(world, "This session is over")
    world.wait_for_rest()
    world.clock.set("2027-02-01 17:00:01")
    cut()
    summary = ada.reads(world.organisers, "Held Mon 1 Feb 2027.")
    assert "yes 1, came 1" in summary.body and summary.encrypted
    world.wait_for_rest()
    assert not any(person.unread for person in (ada, mei, jo)), "everything could be decrypted"
    return told(world)


def everybody_sees(world: World, text: str) -> None:
    """Waits until the card says `text` to everybody."""
    for person in world.people.values():
        person.sees(card_of(world, person), text)


def card_of(world: World, person: Person):
    return next(post for post in person.room(world.announcements).posts_of(world.bot) if "1 · " in post.body)


def same(text: str) -> str:
    """Without the minutes that pass where nobody knows whether a post went out."""
    return re.sub(r"Starts in (1 hour|5\d minutes)|Checked in, 14:0\d", "…", text)


def told(world: World) -> dict[str, list[tuple]]:
    """All that the bot has said, as each person's client shows it, by room. The reactions that it offers are left out:
    one that is cut off behind its post offers none any more."""
    names = {world.lights: "space", world.announcements: "announcements", world.organisers: "organisers"}
    return {
        f"{person.name} in {names.get(room.id, 'direct')}": [
            (same(post.body), same(post.html), bool(post.thread), post.encrypted)
            for post in room.posts_of(world.bot)
        ]
        for person in world.people.values()
        for room in person.rooms.values()
    }
