"""The clock that homeserver and bot read: the machine's, some days off. A file says how far; libfaketime reads it for the
bot, `homeserver_main.py` for the homeserver. Time-outs run on the machine's own clock, which nobody sets."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

_KNOWN = [Path(f"/usr/lib/{machine}/faketime/libfaketimeMT.so.1") for machine in ("x86_64-linux-gnu", "aarch64-linux-gnu")]


class Clock:
    """Moves forward only, as people's clocks do."""

    def __init__(self, folder: Path, shows: str):
        self.file = folder / "clock"
        self._ahead = 0.0
        self.set(shows)

    def now(self) -> datetime:
        return datetime.fromtimestamp(time.time() + self._ahead, UTC)

    def set(self, shows: str) -> None:
        """From now on it shows `shows`, in UTC, and goes on from there."""
        wanted = datetime.fromisoformat(shows).replace(tzinfo=UTC)
        self._show(wanted.timestamp() - time.time())

    def forward(self, by: timedelta) -> None:
        self._show(self._ahead + by.total_seconds())

    def _show(self, ahead: float) -> None:
        self._ahead = ahead
        written = self.file.with_suffix(".new")
        written.write_text(f"{ahead:+.3f}\n")
        # Renamed, so that nobody reads half of it.
        written.rename(self.file)

    def env(self) -> dict[str, str]:
        """What the program needs to read this clock."""
        library = next((path for path in _KNOWN if path.exists()), None)
        assert library, "the stories need libfaketime; tests/run installs it"
        return {
            "LD_PRELOAD": str(library),
            "FAKETIME_TIMESTAMP_FILE": str(self.file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }
