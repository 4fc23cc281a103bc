"""Processes that a story starts, and waiting for what they do."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

# Generous: a busy machine makes everything slow, and nothing here waits longer than it has to.
PATIENCE = 45.0


def wait_for(what: str, look: Callable[[], T], patience: float = PATIENCE, every: float = 0.02) -> T:
    """Asks `look` every so many seconds until it answers something, and fails with `what` when it does not in `patience` seconds."""
    until = time.monotonic() + patience
    while not (found := look()):
        if time.monotonic() > until:
            raise AssertionError(what)
        time.sleep(every)
    return found


def free_port() -> int:
    """A port of the loopback that nobody listens on just now."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return listening.getsockname()[1]


class Process:
    """A program that runs until it is stopped, its output in a file."""

    def __init__(self, command: list[str], env: dict[str, str], folder: Path, log: Path):
        self.log = log
        with log.open("ab") as out:
            self.child = subprocess.Popen(
                command, env=env, cwd=folder, stdin=subprocess.DEVNULL, stdout=out, stderr=out
            )

    def is_running(self) -> bool:
        return self.child.poll() is None

    def kill(self) -> None:
        """Ends it as a power cut would."""
        self.child.kill()
        self.child.wait()

    def stop(self, patience: float = 30.0) -> int:
        """Asks it to stop and waits until it has; answers its exit code."""
        if self.is_running():
            self.child.send_signal(signal.SIGTERM)
            try:
                self.child.wait(patience)
            except subprocess.TimeoutExpired:
                self.kill()
                raise AssertionError(f"{self.log.name}: it did not stop when it was asked to") from None
        return self.child.returncode

    def halt(self) -> None:
        """Lets it stand still: it is there, and answers nothing."""
        self.child.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self.child.send_signal(signal.SIGCONT)

    def text(self) -> str:
        """What it has written."""
        return self.log.read_text(errors="replace")


def environment() -> dict[str, str]:
    """Ours, without what would configure the program or its peers."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("CONVENE", "SYNAPSE"))}
