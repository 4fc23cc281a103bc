"""What waits in the program's outbox, and waiting until that has gone."""

import json
from datetime import datetime, timedelta

from .clock import Clock
from .processes import PATIENCE, wait_for
from .program import Program


class Outbox:
    """Whatever has a program and its clock."""

    program: Program
    clock: Clock

    def rows(self) -> list[dict]:
        """What waits in the outbox, what failed and what nobody knows."""
        return json.loads(self.program.run("outbox", "list", "--json"))["rows"]

    def wait_for_row(self, kind: str) -> None:
        """Waits until a row of `kind` is written down."""
        wait_for(f"no {kind} is written down", lambda: any(row["kind"] == kind for row in self.rows()), every=0.5)

    def wait_for_rest(self, patience: float = PATIENCE) -> None:
        """Waits until all that is due has gone."""

        def is_quiet() -> bool:
            now = self.clock.now()
            due = [row for row in self.rows() if datetime.fromisoformat(row["due"]) <= now]
            if any(row["state"] == "unknown" for row in due):
                self.pass_over_doubt()
            return not [row for row in due if row["state"] in ("ready", "leased", "unknown")]

        try:
            wait_for("", is_quiet, patience, every=0.5)
        except AssertionError:
            raise AssertionError(f"something stays in the outbox: {self.rows()}") from None

    def pass_over_doubt(self) -> None:
        """Where nobody knows whether a post went out, the bot looks for it after a minute at most: lets that pass."""
        unknown = [row["next_try"] for row in self.rows() if row["state"] == "unknown"]
        now = self.clock.now()
        if any(at and timedelta() < datetime.fromisoformat(at) - now < timedelta(minutes=1) for at in unknown):
            self.clock.forward(timedelta(minutes=1))
