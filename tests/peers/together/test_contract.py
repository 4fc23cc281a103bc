"""What every platform has to do, told once and lived through on the built-in chat, Matrix, Slack and Discord: an answer for who asks, a
card with live counts, what people wrote as they wrote it, nothing lost and nothing twice. One community on each bears it all."""

from collections import Counter
from collections.abc import Iterator

import pytest
from stages import STAGES, reads, rest

from harness.place import PLAN
from harness.processes import wait_for


@pytest.fixture(params=STAGES, scope="module")
def stage(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator:
    made = STAGES[request.param](tmp_path_factory.mktemp(request.param))
    yield made
    print(made.program.log()[-4000:])
    made.end()


def announce(stage, number: int, title: str = "Knowledge Share", more: str = "") -> None:
    """Plans and announces a session with this number; the stage has those before."""
    stage.organises(f'series new ks{number} "{title}" {PLAN} {more}'.strip())
    reads(lambda: stage.room("organisers"), f"{title}: 1 session, {number}")
    stage.organises(f"session announce {number}")
    reads(lambda: stage.room("organisers"), "This would be posted", times=number)
    stage.presses("organisers", "Post")
    reads(lambda: cards(stage, number), title)


def cards(stage, number: int) -> list[str]:
    own = f"{number} · "
    return [text for text in stage.room("announcements") if any(line.startswith(own) for line in text.splitlines())]


def test_a_card_counts_and_each_answer_is_told_to_who_gave_it(stage) -> None:
    announce(stage, 1, more="capacity=5")
    stage.presses("announcements", "Yes")
    reads(stage.alone, "You're in")
    reads(lambda: cards(stage, 1), "1 of 5 yes")
    stage.says("rsvp no 1")
    reads(stage.alone, "Noted, no")
    reads(lambda: cards(stage, 1), "0 of 5 yes")
    rest(stage)
    assert len(cards(stage, 1)) == 1
    assert not any("You're in" in text for text in stage.room("announcements"))


def test_whatever_is_written_is_shown_as_it_was_written(stage) -> None:
    title = "*Stars* _and_ `bars` & <b>tags</b> @room <!channel> <@U1> [x](https://x.example)"
    announce(stage, 2, title)
    assert title in cards(stage, 2)[0]


def test_killed_while_it_answers_it_answers_once(stage) -> None:
    announce(stage, 3)
    rest(stage)
    before = len(stage.alone())
    stage.says("rsvp yes 3")
    stage.restarts()
    reads(lambda: stage.alone()[before:], "You're in")
    stage.says("rsvp yes 3")
    rest(stage)
    told = Counter(text.splitlines()[0] for text in stage.alone()[before:])
    assert max(told.values()) <= 2, told
    reads(lambda: cards(stage, 3), "1 yes")


def test_what_nobody_knows_is_looked_for_and_said_once(stage) -> None:
    if not stage.faults:
        pytest.skip("stories of its own have its faults")
    rest(stage)
    before = answers(stage)
    for number, after in enumerate((False, True), 1):
        stage.loses(after)
        stage.says("sessions")
        wait_for("it is not said", lambda: rest(stage) or answers(stage) >= before + number)
        assert answers(stage) == before + number


def answers(stage) -> int:
    return sum("Coming up" in text for text in stage.alone())
