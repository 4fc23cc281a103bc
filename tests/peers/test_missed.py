"""While the bot is down for long, people go on: more than the homeserver tells it of afterwards by itself."""

from datetime import timedelta
from itertools import cycle, product

from harness.person import Person
from harness.world import World

# In each of two rooms; the homeserver tells of a hundred events of a room at most.
EACH = 94
TONES = ["", "🏻", "🏼", "🏽", "🏾", "🏿"]
# Different for the homeserver, and for people the same two answers.
TAPS = [hand + tone for tone, hand in product(TONES, ("👍", "👎"))]


def test_what_was_said_while_the_bot_was_down_is_answered_once_and_in_order(world: World) -> None:
    ada, mei, jo = world.settle("mei", "jo")
    world.announce("Knowledge Share")
    card = jo.reads(world.announcements, "0 yes")
    for person in (mei, jo):
        person.reads(person.direct(), "Welcome")
    before = {person.name: len(said_to(world, person)) for person in (ada, mei, jo)}

    world.program.kill()
    answers = cycle(["yes", "no"])
    for number in range(EACH):
        # As people do, not as a flood does.
        world.clock.forward(timedelta(seconds=2))
        ada.says(world.organisers, f"!convene session theme {100 + number} Something")
        mei.says(world.announcements, f"!convene rsvp {next(answers)} 1")
        if number < len(TAPS):
            jo.taps(card, TAPS[number])
    world.program.start()

    ada.reads(world.organisers, f"{99 + EACH}", 180)
    world.wait_for_rest(180)
    heard = {person.name: said_to(world, person)[before[person.name] :] for person in (ada, mei, jo)}
    assert [line.split()[2].rstrip(".") for line in heard["ada"]] == [str(100 + number) for number in range(EACH)]
    for person, many in (("mei", EACH), ("jo", len(TAPS))):
        expected = cycle(["You're in", "Noted, no"])
        assert len(heard[person]) == many
        assert all(line.startswith(begins) for line, begins in zip(heard[person], expected)), heard[person]
    assert not any(person.unread for person in (ada, mei, jo))


def said_to(world: World, person: Person) -> list[str]:
    """What the bot has said to somebody alone, or in the organisers' room to Ada."""
    room = world.organisers if person.name == "ada" else person.direct()
    return [post.body.splitlines()[0] for post in person.room(room).posts_of(world.bot)]
