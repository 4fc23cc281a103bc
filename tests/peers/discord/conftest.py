"""What a story on Discord is given."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hall import Hall


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    """A server, and a program that is not started yet."""
    made = Hall(tmp_path)
    yield made
    made.end()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item):
    """Shows what the program wrote below a story that failed."""
    report = yield
    hall = item.funcargs.get("hall") if hasattr(item, "funcargs") else None
    if report.failed and isinstance(hall, Hall) and hall.program.runs:
        report.sections.append(("convene serve", hall.program.log()[-6000:]))
    return report
