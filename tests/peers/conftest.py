"""What a story is given."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.program import binary
from harness.world import World


def pytest_sessionstart() -> None:
    if not binary().exists():
        pytest.exit(f"{binary()} is not there: cargo build, with Matrix", 2)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A homeserver and a program that is not started yet."""
    made = World(tmp_path)
    yield made
    made.end()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item):
    """Shows what the program wrote below a story that failed."""
    report = yield
    world = item.funcargs.get("world") if hasattr(item, "funcargs") else None
    if report.failed and isinstance(world, World):
        report.sections.append(("convene serve", world.program.log()[-6000:]))
    return report
