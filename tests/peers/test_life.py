"""A session lived through by a manager and two members with encrypted clients: undisturbed, with the bot killed between
every two steps, and with the homeserver gone for a while. What people read is the same each time."""

from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from harness.world import World
from life import live

_undisturbed: dict[str, list[tuple]] = {}


def lived(folder: Path, cut: Callable[[World], None]) -> dict[str, list[tuple]]:
    world = World(folder)
    try:
        return live(world, lambda: cut(world))
    except BaseException:
        print(world.rows(), world.program.log()[-6000:])
        raise
    finally:
        world.end()


@pytest.fixture
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[tuple]]:
    """What people read when nothing happens in between."""
    if not _undisturbed:
        _undisturbed.update(lived(tmp_path_factory.mktemp("undisturbed"), lambda world: None))
    return _undisturbed


def test_a_session_is_lived_through(undisturbed: dict[str, list[tuple]]) -> None:
    assert undisturbed


def test_killed_between_every_two_steps_the_bot_says_the_same(
    undisturbed: dict[str, list[tuple]], tmp_path: Path
) -> None:
    def cut(world: World) -> None:
        world.program.kill()
        world.program.start()
        world.pass_over_doubt()

    assert lived(tmp_path, cut) == undisturbed


def test_with_the_homeserver_gone_for_a_while_the_bot_says_the_same(
    undisturbed: dict[str, list[tuple]], tmp_path: Path
) -> None:
    cuts = count()

    def cut(world: World) -> None:
        if next(cuts) % 5 == 2:
            world.homeserver.stop()
            world.program.wait_until_not_ready()
            world.homeserver.start()

    assert lived(tmp_path, cut) == undisturbed
