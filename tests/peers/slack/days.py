"""The life of a session as people in Slack read it, from its plan to its digest. `cut` comes between every two steps:
nothing, or whatever may happen to a service."""

import json
import os
from collections.abc import Callable
from pathlib import Path

from fake.hands import Person
from harness.processes import wait_for
from town import Town, same

_ROOT = Path(__file__).resolve().parents[3]
SESSION = "1 · Knowledge Share: Synthetic data"


def live(town: Town, cut: Callable[[], None]) -> dict[str, list[str]]:
    """Lives through it, looking at every step; answers all that the bot has said to whom."""
    ada, mei, jo = town.settle("mei", "jo")
    for person in (mei, jo):
        person.reads("Welcome to Northern Lights")
    cut()

    # Announced: shown to the manager first, then a card for all.
    plan = 'series new ks "Knowledge Share" last Monday of every month 14:00-15:00 from=2027-01-01 to=2027-01-31'
    ada.types(f"{plan} capacity=1", town.organisers)
    cut()
    ada.reads("1 session, 1", town.organisers)
    ada.types("session theme 1 Synthetic data", town.organisers)
    cut()
    ada.reads("Theme set.", town.organisers)
    ada.types("session announce 1", town.organisers)
    cut()
    ada.presses(ada.reads("This would be posted", town.organisers), "Post")
    cut()
    ada.reads("announced", town.organisers)
    card = mei.reads("0 of 1 yes", town.announcements)
    assert SESSION in card.text and not card.read.calls

    # Answered: the seat, the line.
    mei.presses(card, "Yes")
    cut()
    mei.is_told("You're in: Monday, Jan 25, 2027 14:00")
    everybody_sees(town, "1 of 1 yes · 0 maybe")
    jo.types("rsvp yes 1", town.announcements)
    cut()
    jo.is_told("Full: you are 1st in line")
    everybody_sees(town, "1 of 1 yes · 1 waiting")

    # Another mind: the seat goes to the next; then an answer by a word in the direct conversation.
    mei.presses(town.card(mei), "No")
    cut()
    mei.is_told("Noted, no")
    jo.reads("A seat became free and is yours")
    everybody_sees(town, "1 of 1 yes · 0 maybe")
    mei.writes("rsvp yes 1")
    cut()
    mei.reads("Full: you are 1st in line")
    everybody_sees(town, "1 of 1 yes · 1 waiting")
    kept("card", "message", town.card(mei).message.content)

    # Moved.
    ada.types("session move 1 2027-02-01", town.organisers)
    cut()
    ada.reads("moved to Monday, Feb 1, 2027 14:00", town.organisers)
    for person in (mei, jo):
        person.reads("It was Monday, Jan 25, 2027 14:00")
    everybody_sees(town, "Monday, Feb 1, 2027 14:00")

    # Reminded, a day and an hour before.
    days_later(town, "2027-01-30 16:00:00")
    town.wait_for_row("reminder-coming")
    cut()
    at(town, "2027-01-31 14:00:01")
    cut()
    jo.reads(SESSION)
    at(town, "2027-02-01 13:00:01")
    cut()
    jo.reads(SESSION)

    # Held: whoever is there says so by a tap.
    at(town, "2027-02-01 14:00:01")
    cut()
    everybody_sees(town, "I'm here")
    jo.presses(town.card(jo), "I'm here")
    cut()
    jo.is_told("Checked in, 14:0")
    at(town, "2027-02-01 15:00:01")
    cut()
    everybody_sees(town, "This session is over")
    at(town, "2027-02-01 17:00:01")
    cut()
    summary = ada.reads("Held ", town.organisers)
    assert "yes 1, came 1" in summary.text
    kept("summary", "message", summary.message.content)

    # Told of a week later.
    ada.types("session recording 1 https://video.example.org/1", town.organisers)
    cut()
    days_later(town, "2027-02-08 09:00:01")
    cut()
    kept("digest", "message", mei.reads("To watch again", town.announcements).message.content)
    town.wait_for_rest()
    return told(town)


def kept(name: str, kind: str, content: dict) -> None:
    """Keeps a screen for `tests/browser/slack.test.mjs`, which makes a picture of it."""
    folder = _ROOT / os.environ.get("CARGO_TARGET_DIR", "target") / "tests/screens"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"slack-{name}.json").write_text(json.dumps({"kind": kind, "content": content}))


def at(town: Town, time: str) -> None:
    town.wait_for_rest()
    town.clock.set(time)


def days_later(town: Town, time: str) -> None:
    """The same, with the bot started anew: one that runs on looks at its plans every half a minute of real time."""
    town.wait_for_rest()
    town.program.stop()
    town.clock.set(time)
    town.start()


def everybody_sees(town: Town, text: str) -> None:
    """Waits until the card says `text` to everybody."""
    for person in town.people.values():
        person.sees(town.card(person), text)


def told(town: Town) -> dict[str, list[str]]:
    """All that the bot has said, as each person reads it: in channels by channel, and to them alone, wherever that came,
    since an answer that cannot be given where it was asked for comes as a message."""
    said = {}
    for person in town.people.values():
        for channel in (town.announcements, town.organisers):
            if person.id in channel.members:
                posts = [post for post in person.posts(channel) if not post.message.only]
                said[f"{person.user.shown} in {channel.name}"] = [same(post.text) for post in posts]
        said[f"{person.user.shown} alone"] = sorted(same(text) for text in answers_of(person, town))
    return said


def answers_of(person: Person, town: Town) -> list[str]:
    """What was said to somebody alone, wherever."""
    return [post.text for post in person.everything() if post.message.only or post.message.channel == person.direct.id]


def all_have(people: list[Person], town: Town, count: int, patience: float = 90) -> None:
    """Waits until each has that many answers."""
    wait_for(
        "answers are missing",
        lambda: all(len(answers_of(person, town)) >= count for person in people),
        patience,
        every=0.2,
    )
