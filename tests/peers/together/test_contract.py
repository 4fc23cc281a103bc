"""What every platform has to do, told once and lived through on the built-in chat and on Discord: an answer for who asks, a
card with live counts, what people wrote as they wrote it, nothing lost and nothing twice."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from stages import STAGES, reads, rest

PLAN = "last Monday of every month 14:00-15:00 from=2027-01-01 to=2027-01-31"


@pytest.fixture(params=STAGES)
def stage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator:
    made = STAGES[request.param](tmp_path)
    yield made
    print(made.program.log()[-4000:])
    made.end()


def announce(stage, title: str = "Knowledge Share", more: str = "") -> None:
    stage.organises(f'series new ks "{title}" {PLAN} {more}'.strip())
    reads(lambda: stage.room("organisers"), "1 session, 1")
    stage.organises("session announce 1")
    reads(lambda: stage.room("organisers"), "This would be posted")
    stage.presses("organisers", "Post")
    reads(lambda: stage.room("announcements"), "1 · ")


def card(stage) -> str:
    return next((text for text in stage.room("announcements") if "1 · " in text), "")


def test_a_card_counts_and_each_answer_is_told_to_who_gave_it(stage) -> None:
    announce(stage, more="capacity=5")
    stage.presses("announcements", "Yes")
    reads(stage.alone, "You're in")
    reads(lambda: [card(stage)], "1 of 5 yes")
    stage.says("rsvp no 1")
    reads(stage.alone, "Noted, no")
    reads(lambda: [card(stage)], "0 of 5 yes")
    rest(stage)
    assert sum("1 · " in text for text in stage.room("announcements")) == 1
    assert not any("You're in" in text for text in stage.room("announcements"))


def test_whatever_is_written_is_shown_as_it_was_written(stage) -> None:
    title = "*Stars* _and_ `bars` & <b>tags</b> @room <!channel> <@U1> [x](https://x.example)"
    announce(stage, title)
    assert title in card(stage)


def test_killed_while_it_answers_it_answers_once(stage) -> None:
    announce(stage)
    stage.says("rsvp yes 1")
    stage.restarts()
    reads(stage.alone, "You're in")
    stage.says("rsvp yes 1")
    rest(stage)
    told = Counter(text.splitlines()[0] for text in stage.alone())
    assert max(told.values()) <= 2, told


def test_what_nobody_knows_is_looked_for_and_said_once(stage) -> None:
    if not stage.faults:
        pytest.skip("stories of its own have its faults")
    reads(stage.alone, "Welcome")
    for after in (False, True):
        stage.loses(after)
        stage.says("sessions")
        rest(stage)
    assert sum("No sessions" in text for text in stage.alone()) == 2
