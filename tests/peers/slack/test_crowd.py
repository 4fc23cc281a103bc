"""Many at once: three hundred who answer in the same minute, fifty who are reminded where Slack enforces its rates."""

import time

from fake.hands import Person
from harness.day import days_later
from harness.processes import wait_for
from town import Town

CROWD = 300
SEATS = 250
REMINDED = 50
A_MINUTE = 300


def test_three_hundred_answer_at_once(tmp_path, mode: str) -> None:
    town = Town(tmp_path, mode, welcomes=False)
    try:
        answer_at_once(town)
        town.all_is_well()
    except BaseException:
        print(town.program.log()[-6000:])
        raise
    finally:
        town.end()


def answer_at_once(town: Town) -> None:
    guests = [town.person(f"guest{number}") for number in range(CROWD)]
    for guest in guests:
        town.announcements.members.add(guest.id)
    town.start()
    card = town.announce(more=f"capacity={SEATS}")
    answers = [guest.starts_pressing(card, "Yes") for guest in guests]
    assert all(answer.result(60).in_time for answer in answers), "each was acknowledged within three seconds"
    all_have(guests, 1)
    ada = town.people["ada"]
    ada.sees(card, f"{SEATS} of {SEATS} yes · {CROWD - SEATS} waiting")
    town.wait_for_rest()
    said = {guest: [post.text for post in guest.alone()] for guest in guests}
    assert all(len(texts) == 1 for texts in said.values())
    seated = [guest for guest, texts in said.items() if "You're in" in texts[0]]
    waiting = [guest for guest, texts in said.items() if "in line" in texts[0]]
    assert (len(seated), len(waiting)) == (SEATS, CROWD - SEATS)
    # The counts came in a few edits, not in three hundred.
    assert len(town.slack.calls_of("chat.update")) < CROWD / 10
    seated[0].presses(card, "No")
    first = next(guest for guest in waiting if "you are 1st in line" in said[guest][0])
    first.reads("A seat became free and is yours")


def test_fifty_are_reminded_under_an_enforced_rate_and_killed_meanwhile(tmp_path) -> None:
    town = Town(tmp_path, rate=A_MINUTE)
    try:
        remind(town)
        town.all_is_well()
    except BaseException:
        print(town.program.log()[-6000:])
        raise
    finally:
        town.end()


def remind(town: Town) -> None:
    guests = [town.person(f"guest{number}") for number in range(REMINDED)]
    for guest in guests:
        town.announcements.members.add(guest.id)
    town.start()
    card = town.announce()
    for answer in [guest.starts_pressing(card, "Yes") for guest in guests]:
        assert answer.result(60).in_time
    all_have(guests, 1)
    days_later(town, "2027-01-23 16:00:00")
    town.wait_for_row("reminder-coming")
    town.wait_for_rest()
    rates = town.slack.rates
    rates.limits, rates.each_channel = {"chat.postMessage": (A_MINUTE, 10)}, {"chat.postMessage": (60, 1.2)}
    began, before = time.monotonic(), posts(town)
    town.clock.set("2027-01-24 14:00:01")
    wait_for("half of them", lambda: reminded(guests) >= REMINDED / 2, every=0.01)
    town.kill()
    town.start()
    wait_for("the rest of them", lambda: settled(town, guests), 120, every=0.2)
    took, calls = time.monotonic() - began, posts(town) - before
    print(f"{REMINDED} reminded in {took:.1f} s by {calls} calls; refused {rates.refused}, inside {rates.inside}")
    assert all(sum("Starts in" in text for text in direct(guest)) == 1 for guest in guests), "each is reminded once"
    assert not rates.inside
    assert rates.refused.total() <= 1


def settled(town: Town, guests: list[Person]) -> bool:
    town.pass_over_doubt()
    return reminded(guests) >= REMINDED


def direct(person: Person) -> list[str]:
    return [post.text for post in person.posts()]


def reminded(guests: list[Person]) -> int:
    return sum(any("Starts in" in text for text in direct(guest)) for guest in guests)


def posts(town: Town) -> int:
    return len(town.slack.calls_of("chat.postMessage"))


def all_have(people: list[Person], count: int, patience: float = 90) -> None:
    """Waits until each has that many answers."""
    wait_for("answers are missing", lambda: all(len(person.alone()) >= count for person in people), patience, every=0.2)
