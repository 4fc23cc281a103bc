"""A session lived through in Slack by a manager and two members, over HTTP and over Socket Mode: undisturbed, and with the
bot killed between every two steps. What people read is the same each time."""

from collections.abc import Callable
from pathlib import Path

from days import live
from town import Town

_undisturbed: dict[str, list[str]] = {}


def lived(folder: Path, mode: str, cut: Callable[[Town], None]) -> dict[str, list[str]]:
    town = Town(folder, mode)
    try:
        told = live(town, lambda: cut(town))
        town.all_is_well()
        return told
    except BaseException:
        print(town.program.log()[-6000:])
        raise
    finally:
        town.end()


def undisturbed(folder: Path) -> dict[str, list[str]]:
    """What people read when nothing happens in between."""
    if not _undisturbed:
        folder.mkdir()
        _undisturbed.update(lived(folder, "http", lambda town: None))
    return _undisturbed


def test_a_session_is_lived_through(tmp_path: Path) -> None:
    assert undisturbed(tmp_path / "undisturbed")


def test_over_sockets_it_reads_the_same(tmp_path: Path) -> None:
    assert lived(tmp_path, "socket", lambda town: None) == undisturbed(tmp_path / "undisturbed")


def test_killed_between_every_two_steps_the_bot_says_the_same(tmp_path: Path) -> None:
    def cut(town: Town) -> None:
        town.kill()
        town.start()
        town.wait_for_rest()

    killed, expected = lived(tmp_path, "http", cut), undisturbed(tmp_path / "undisturbed")
    for where, texts in expected.items():
        # What one person alone saw cannot be looked for: the operator says it again, and it may have been seen.
        said = sorted({*killed[where]}) if where.endswith("alone") else killed[where]
        assert said == texts, where
