"""People of a server who come, are called otherwise, get and lose roles, and go."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hall import Hall
from harness.processes import wait_for


@pytest.fixture
def mapped(tmp_path: Path) -> Iterator[Hall]:
    """Where a role stands for a role group."""
    made = Hall(tmp_path, own='roles = [{ role = "CORE", group = "core" }]')
    yield made
    made.end()


def test_people_come_change_and_go(hall: Hall) -> None:
    ada, mei = hall.settle("mei")
    mei.reads("Welcome to Northern Lights")
    mei.is_called("Mei T.")
    wait_for("the name stays", lambda: "Mei T." in hall.program.run("export", "members"))
    mei.goes()
    wait_for("she stays", lambda: "Mei T." not in hall.program.run("export", "members"))
    mei.comes()
    wait_for("she is not back", lambda: "Mei T." in hall.program.run("export", "members"))
    hall.wait_for_rest()
    # Whoever comes again is not welcomed again.
    assert len(mei.posts()) == 1
    hall.all_is_well()


def test_roles_stand_for_role_groups(mapped: Hall) -> None:
    ada, mei = mapped.settle("mei")
    mei.reads("Welcome")

    def groups() -> str:
        return next(line for line in mapped.program.run("export", "members").splitlines() if "Mei Tanaka" in line)

    mei.gets(mapped.core)
    wait_for("she is not in the group", lambda: "core" in groups())
    mapped.program.stop()
    mei.loses(mapped.core)
    mapped.start()
    # A term ends with its day.
    mapped.wait_for_rest()
    mapped.program.stop()
    mapped.clock.set("2027-01-12 09:00:00")
    mapped.start()
    wait_for("she stays in the group", lambda: "core" not in groups())
    mapped.all_is_well()


def test_nobody_answers_the_bots_own_messages(hall: Hall) -> None:
    ada, mei = hall.settle("mei")
    mei.reads("Welcome")
    mei.edits(mei.writes("sessions"), "session")
    mei.reads("No sessions")
    mei.reads("I go by what you said first")
    hall.wait_for_rest()
    assert len(mei.posts()) == 3
