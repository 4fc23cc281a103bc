"""The real program: `convene serve`, in a folder of its own."""

import json
import os
import re
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

from .clock import Clock
from .homeserver import NAME
from .processes import Process, environment, wait_for

BOT = f"@convene:{NAME}"
_ROOT = Path(__file__).resolve().parents[3]


def binary() -> Path:
    """The program, built with every platform."""
    target = os.environ.get("CARGO_TARGET_DIR", "target")
    return _ROOT / os.environ.get("CONVENE_BIN", f"{target}/debug/convene")


class Program:
    """Not started yet. `secrets` are files beside its configuration."""

    def __init__(self, folder: Path, clock: Clock, settings: str, secrets: dict[str, str]):
        self.folder = folder / "convene"
        self.folder.mkdir()
        self.clock = clock
        self.process: Process | None = None
        self.address = ""
        (self.folder / "convene.toml").write_text(settings)
        for name, text in secrets.items():
            file = self.folder / name
            file.write_text(text)
            file.chmod(0o600)
        self.runs = 0

    def start(self) -> None:
        """Starts it; ready means that it serves, not that it has reached the homeserver."""
        self.runs += 1
        told = self.folder / f"serve-{self.runs}.log"
        self.process = Process(
            [str(binary()), "serve", "--json"], environment() | self.clock.env(), self.folder, told
        )
        self.address = wait_for("the program does not serve", self._told)

    def _told(self) -> str:
        assert self.process.is_running(), self.process.text()
        for line in self.process.text().splitlines():
            if line.startswith("{"):
                return json.loads(line)["address"]
        return ""

    def connect(self) -> None:
        """Waits until it follows its platform."""
        wait_for("the bot does not follow its platform", lambda: self.readiness()[0] == 200)

    def wait_until_not_ready(self) -> None:
        """Waits until it has noticed that the homeserver is not there."""
        wait_for("the bot notices nothing", lambda: self.readiness()[0] == 503)

    def readiness(self) -> tuple[int, str]:
        """What `/readyz` answers: status and body."""
        try:
            with urllib.request.urlopen(f"{self.address}/readyz", timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def kill(self) -> None:
        self.process.kill()

    def halt(self) -> None:
        """Lets it stand still."""
        self.process.halt()

    def go_on(self) -> None:
        self.process.go_on()

    def stop(self) -> None:
        assert self.process.stop() == 0, self.process.text()

    def run(self, *words: str) -> str:
        """Runs another command of the program to its end; answers what it printed."""
        done = subprocess.run(
            [str(binary()), *words],
            env=environment() | self.clock.env(),
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def fails(self, *words: str) -> str:
        """Runs another command of the program, which has something to complain of; answers all that it said."""
        done = subprocess.run(
            [str(binary()), *words],
            env=environment() | self.clock.env(),
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 1, done.stdout + done.stderr
        return done.stdout + done.stderr

    def log(self) -> str:
        """What all its runs have written, in order."""
        return "".join((self.folder / f"serve-{run + 1}.log").read_text() for run in range(self.runs))


class OnMatrix(Program):
    """With the community on Matrix."""

    def set(self, line: str) -> None:
        """Adds a line to what the configuration says of Matrix."""
        file = self.folder / "convene.toml"
        file.write_text(file.read_text().replace("[community.matrix]\n", f"[community.matrix]\n{line}\n"))

    def use(self, url: str) -> None:
        """Another address of the homeserver."""
        file = self.folder / "convene.toml"
        file.write_text(re.sub(r'homeserver = ".*"', f'homeserver = "{url}"', file.read_text()))
