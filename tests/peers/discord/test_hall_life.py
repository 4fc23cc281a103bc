"""A session lived through on Discord by a manager and two members: undisturbed, and with the bot killed between every two
steps. What people read is the same each time."""

from collections.abc import Callable
from pathlib import Path

from hall import Hall
from lived import live

_undisturbed: dict[str, list[str]] = {}


def lived(folder: Path, cut: Callable[[Hall], None]) -> dict[str, list[str]]:
    hall = Hall(folder)
    try:
        told = live(hall, lambda: cut(hall))
        hall.all_is_well()
        return told
    except BaseException:
        print(hall.program.log()[-6000:])
        raise
    finally:
        hall.end()


def undisturbed(folder: Path) -> dict[str, list[str]]:
    """What people read when nothing happens in between."""
    if not _undisturbed:
        folder.mkdir()
        _undisturbed.update(lived(folder, lambda hall: None))
    return _undisturbed


def test_a_session_is_lived_through(tmp_path: Path) -> None:
    assert undisturbed(tmp_path / "undisturbed")


def test_with_its_connection_broken_between_every_two_steps_the_bot_says_the_same(tmp_path: Path) -> None:
    def cut(hall: Hall) -> None:
        hall.discord.run(hall.discord.gateway.cut())

    assert lived(tmp_path, cut) == undisturbed(tmp_path / "undisturbed")


def test_killed_between_every_two_steps_the_bot_says_the_same(tmp_path: Path) -> None:
    def cut(hall: Hall) -> None:
        # Discord never tells a command twice, so it is killed when it has taken it.
        hall.answered()
        hall.kill()
        hall.start()
        hall.pass_over_doubt()
        hall.wait_for_rest()

    killed, expected = lived(tmp_path, cut), undisturbed(tmp_path / "undisturbed")
    for where, texts in expected.items():
        # What one person alone saw cannot be looked for: the operator says it again, and it may have been seen.
        alone = where.endswith("alone")
        said, texts = ({*killed[where]}, {*texts}) if alone else (killed[where], texts)
        assert said == texts, where
