"""A session lived through on Discord by a manager and two members: undisturbed, and with the bot killed between every two
steps. What people read is the same each time."""

from pathlib import Path

import pytest

from hall import Hall
from harness.day import assert_same, lived


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What people read when nothing happens in between."""
    return lived(Hall(tmp_path_factory.mktemp("undisturbed")), lambda: None)


def test_a_session_is_lived_through(undisturbed: dict[str, list[str]]) -> None:
    assert undisturbed


def test_with_its_connection_broken_between_every_two_steps_the_bot_says_the_same(
    tmp_path: Path, undisturbed: dict[str, list[str]]
) -> None:
    hall = Hall(tmp_path)
    assert lived(hall, lambda: hall.discord.run(hall.discord.gateway.cut())) == undisturbed


def test_killed_between_every_two_steps_the_bot_says_the_same(tmp_path: Path, undisturbed: dict[str, list[str]]) -> None:
    hall = Hall(tmp_path)

    def cut() -> None:
        # Discord never tells a command twice, so it is killed when it has taken it.
        hall.answered()
        hall.kill()
        hall.start()
        hall.pass_over_doubt()
        hall.wait_for_rest()

    assert_same(lived(hall, cut), undisturbed)
