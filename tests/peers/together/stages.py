"""The same community on one platform at a time, in the same words for each: Ada manages it, Mei is a member."""

import itertools
import json
import re
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

from hall import Hall
from harness.clock import Clock
from harness.outbox import Outbox
from harness.processes import wait_for
from harness.program import Program
from harness.settings import BEGINNING, Platform, settings
from harness.world import World
from town import Town


class OnLocal(Outbox):
    """The built-in chat, over the routes that its page uses."""

    faults = False
    shown = "Jan 25"

    def __init__(self, folder: Path):
        self.clock = Clock(folder, BEGINNING)
        self._ids = itertools.count()
        self.program = Program(folder, self.clock, settings(_LOCAL), {})
        # Who is there to be chosen in the chat is read when it starts.
        self.program.run("import", "members", str(_members(folder)))
        self.program.start()
        self.program.connect()

    def _ask(self, path: str, body: dict | None = None):
        holder = next(
            held for file in self.program.folder.iterdir() if "lock" in file.name and (held := _held(file)) is not None
        )
        request = urllib.request.Request(
            f"{self.program.address}{path}",
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {holder['token']}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def _say(self, who: str, room: str, text: str) -> None:
        self._ask("/chat/say", {"as": who, "room": room, "text": text, "id": f"line-{next(self._ids)}"})

    def organises(self, line: str) -> None:
        self._say("ada", "organisers", f"!{line}")

    def says(self, line: str) -> None:
        room = next(it["id"] for it in self._state("mei")["rooms"] if it["direct"])
        self._say("mei", room, line)

    def _state(self, who: str) -> dict:
        return self._ask(f"/chat/state?as={urllib.parse.quote(who)}")

    def _posts(self, who: str, direct: bool, room: str = "") -> list[dict]:
        state = self._state(who)
        rooms = {it["id"] for it in state["rooms"] if (it["direct"] if direct else it["id"] == room)}
        return [post for post in state["posts"] if post["room"] in rooms and post["author"]["bot"]]

    def alone(self) -> list[str]:
        return [_plain(post) for post in self._posts("mei", direct=True)]

    def room(self, name: str) -> list[str]:
        return [_plain(post) for post in self._posts("ada", direct=False, room=name)]

    def presses(self, room: str, label: str) -> None:
        who = "ada" if room == "organisers" else "mei"
        for post in reversed(self._posts(who, direct=False, room=room)):
            for block in post["blocks"]:
                for button in block.get("buttons", ()):
                    if label in button["label"]:
                        body = {"as": who, "room": room, "message": post["id"], "command": button["command"]}
                        self._ask("/chat/press", body | {"id": f"press-{next(self._ids)}"})
                        return
        raise AssertionError(f"no [{label}]")

    def restarts(self) -> None:
        self.program.kill()
        self.program.start()
        self.program.connect()
        self.pass_over_doubt()

    def end(self) -> None:
        if self.program.process.is_running():
            self.program.process.kill()


def _held(file: Path) -> dict | None:
    try:
        return json.loads(file.read_text().splitlines()[0])
    except (ValueError, IndexError, UnicodeDecodeError):
        return None


def _plain(post: dict) -> str:
    lines = []
    for block in post["blocks"]:
        runs = block.get("items") or ([block["spans"]] if "spans" in block else [])
        lines += ["".join(span["text"] for span in run) for run in runs]
    return "\n".join(lines)


def _members(folder: Path) -> Path:
    file = folder / "members.csv"
    file.write_text("name,local,onboarded\nMei Tanaka,mei,yes\n")
    return file


_LOCAL = Platform("local:ada", "local:announcements", "local:organisers")


class OnStandIn:
    """Where people, rooms and the wire are a stand-in's, whose people all have the same hands."""

    faults = True
    place: type[Hall] | type[Town]

    def __init__(self, folder: Path):
        self.it = self.place(folder)
        self.ada, self.mei = self.it.settle("mei")

    program = property(lambda self: self.it.program)

    def organises(self, line: str) -> None:
        self.ada.types(line, self.it.organisers)

    def says(self, line: str) -> None:
        self.mei.writes(line)

    def alone(self) -> list[str]:
        return [post.text for post in self.mei.alone()]

    def room(self, name: str) -> list[str]:
        return [post.text for post in self.ada.posts(getattr(self.it, name)) if not post.only]

    def presses(self, room: str, label: str) -> None:
        who = self.ada if room == "organisers" else self.mei
        who.presses([post for post in who.posts(getattr(self.it, room)) if label in str(post.labels)][-1], label)

    def restarts(self) -> None:
        self.it.kill()
        self.it.start()
        self.it.pass_over_doubt()

    def wait_for_rest(self) -> None:
        self.it.wait_for_rest()

    def end(self) -> None:
        self.it.end()


class OnDiscord(OnStandIn):
    """The front."""

    place = Hall

    def loses(self, after: bool) -> None:
        self.it.discord.faults.order("POST", "/messages", "drops", after=after)


class OnSlack(OnStandIn):
    """The fake."""

    place = Town

    def loses(self, after: bool) -> None:
        self.it.slack.faults.order("chat.postMessage", "drops", after=after)


class OnMatrix:
    """A real homeserver, everything encrypted."""

    faults = True

    def __init__(self, folder: Path):
        self.it = World(folder)
        self.ada, self.mei = self.it.settle("mei")

    program = property(lambda self: self.it.program)

    def organises(self, line: str) -> None:
        self.ada.says(self.it.organisers, f"!convene {line}")

    def says(self, line: str) -> None:
        self.mei.says(self.mei.direct(), line)

    def alone(self) -> list[str]:
        return [post.body for room in self.mei.directs() for post in self.mei.room(room).posts_of(self.it.bot)]

    def room(self, name: str) -> list[str]:
        return [post.body for post in self.ada.room(getattr(self.it, name)).posts_of(self.it.bot)]

    def presses(self, room: str, label: str) -> None:
        who = self.ada if room == "organisers" else self.mei
        seen = who.room(getattr(self.it, room))
        # A button is a reaction, and the post says which.
        post, key = wait_for(
            f"no {label}",
            lambda: [(post, it[1]) for post in seen.posts_of(self.it.bot) if (it := re.search(rf"(\S+) {label}", post.body))],
        )[-1]
        who.taps(post, key)

    def loses(self, after: bool) -> None:
        """The next post, in the answer to it or before."""
        left = iter([True])

        def is_it(method: str, path: str) -> bool:
            return method == "PUT" and "/send/m.room.encrypted/" in path and next(left, False)

        if after:
            self.it.proxy.swallows = is_it
        else:
            self.it.proxy.fails = is_it

    def restarts(self) -> None:
        self.program.kill()
        self.program.start()
        self.program.connect()
        self.it.pass_over_doubt()

    def wait_for_rest(self) -> None:
        self.it.wait_for_rest()

    def end(self) -> None:
        self.it.end()


STAGES = {"local": OnLocal, "matrix": OnMatrix, "slack": OnSlack, "discord": OnDiscord}


def reads(look, text: str, times: int = 1) -> None:
    """Waits until something there says `text`, so many times."""
    try:
        wait_for("", lambda: sum(text in it for it in look()) >= times)
    except AssertionError:
        raise AssertionError(f"nobody reads {text!r} but {look()[-3:]}") from None


def rest(stage) -> None:
    """Waits until all that is due has gone, and a moment more."""
    stage.wait_for_rest()
    time.sleep(0.2)
