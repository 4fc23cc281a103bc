"""A session lived through in Slack by a manager and two members, over HTTP and over Socket Mode: undisturbed, and with the
bot killed between every two steps. What people read is the same each time."""

from pathlib import Path

import pytest

from harness.day import assert_same, lived
from town import Town


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What people read when nothing happens in between."""
    return lived(Town(tmp_path_factory.mktemp("undisturbed")), lambda: None)


def test_a_session_is_lived_through(undisturbed: dict[str, list[str]]) -> None:
    assert undisturbed


def test_over_sockets_it_reads_the_same(tmp_path: Path, undisturbed: dict[str, list[str]]) -> None:
    assert lived(Town(tmp_path, "socket"), lambda: None) == undisturbed


def test_killed_between_every_two_steps_the_bot_says_the_same(tmp_path: Path, undisturbed: dict[str, list[str]]) -> None:
    town = Town(tmp_path)

    def cut() -> None:
        town.kill()
        town.start()
        town.wait_for_rest()

    assert_same(lived(town, cut), undisturbed)
