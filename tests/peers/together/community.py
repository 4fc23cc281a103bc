"""One community on three platforms at once: it is run on Slack, and Matrix and Discord show what is announced there."""

from pathlib import Path

from hall import Hall
from harness.clock import Clock
from harness.outbox import Outbox
from harness.processes import wait_for
from harness.program import Program
from harness.settings import BEGINNING, settings
from harness.world import World
from town import Town


class Together(Outbox):
    """A workspace, a homeserver and a server of Discord, and one program and one clock for all; `end` stops it."""

    def __init__(self, folder: Path):
        for name in ("slack", "matrix", "discord"):
            (folder / name).mkdir()
        self.clock = Clock(folder, BEGINNING.replace("09:", "08:"))
        self.discord = Hall(folder / "discord", clock=self.clock)
        self.slack = Town(folder / "slack", clock=self.clock)
        self.matrix = World(folder / "matrix", clock=self.clock)
        self.places = (self.slack, self.matrix, self.discord)
        platforms = [place.platform for place in self.places]
        secrets = {name: text for platform in platforms for name, text in platform.secrets.items()}
        self.program = Program(folder, self.clock, settings(*platforms, port=self.slack.port), secrets)
        for place in self.places:
            place.program = self.program

    def start(self) -> None:
        """Starts the program, again too, and waits until it hears everywhere."""
        self.slack.start()
        wait_for("there is no connection to Discord", lambda: self.discord.discord.gateway.live)

    def kill(self) -> None:
        """As a power cut does."""
        self.discord.kill()

    def pass_over_doubt(self) -> None:
        self.slack.pass_over_doubt()

    def end(self) -> None:
        for place in self.places:
            place.end()
