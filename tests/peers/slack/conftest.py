"""What a story on Slack is given."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from town import Town


@pytest.fixture(params=["http", "socket"])
def mode(request: pytest.FixtureRequest) -> str:
    """How the bot hears: by requests, and again by sockets."""
    return request.param


@pytest.fixture
def town(tmp_path: Path, mode: str) -> Iterator[Town]:
    """A workspace, and a program that is not started yet."""
    made = Town(tmp_path, mode)
    yield made
    made.end()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item):
    """Shows what the program wrote below a story that failed."""
    report = yield
    town = item.funcargs.get("town") if hasattr(item, "funcargs") else None
    if report.failed and isinstance(town, Town) and town.program.runs:
        report.sections.append(("convene serve", town.program.log()[-6000:]))
    return report
