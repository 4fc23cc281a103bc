"""A community in a workspace of the fake: Ada, who manages it, its members, its channels, and the bot, over HTTP or over
Socket Mode."""

import http.cookiejar
import json
import os
import urllib.error
import urllib.request
from pathlib import Path

from fake.hands import Person, Post
from fake.server import Slack
from fake.team import Channel
from harness.clock import Clock
from harness.place import Place
from harness.processes import free_port, wait_for
from harness.program import Program
from harness.settings import BEGINNING, DIGEST, SHOWN, Platform, settings

_ROOT = Path(__file__).resolve().parents[3]
_OWN = """
[community.slack]
api = "{api}"
mode = "{mode}"
team = "{team}"
messages_per_minute = {rate}
{keys}
"""
# What the bot is granted where it is not installed by consent.
SCOPES = {
    "app_mentions:read", "channels:history", "channels:read", "chat:write", "commands", "groups:history", "groups:read",
    "im:history", "im:read", "im:write", "users:read", "users:read.email",
}  # fmt: skip


class Town(Place):
    """Everything a story starts; `end` stops it. `installs`: by consent in a browser, else by a token in a file.
    `how` is what else `settings` is told."""

    def __init__(
        self, folder: Path, mode: str = "http", more: str = "", rate: int = 6_000, installs: bool = False,
        clock: Clock | None = None, **how,
    ):  # fmt: skip
        self.mode = mode
        self.clock = clock or Clock(folder, BEGINNING)
        self.slack = Slack(lambda: self.clock.now().timestamp())
        self.team = self.slack.team("Northern Lights")
        self.people: dict[str, Person] = {}
        ada = self.person("ada")
        self.announcements = self.team.channel("announcements", members=(ada.id, self.team.bot))
        self.organisers = self.team.channel("organisers", "private_channel", (ada.id, self.team.bot))
        self.port = free_port()
        secrets = {"slack.signing": self.slack.signing_secret, "slack.client": self.slack.client_secret}
        secrets["slack.app"] = self.slack.app_token
        if installs:
            keys = f'client_id = "{self.slack.client_id}"\nclient_secret_file = "slack.client"'
        else:
            secrets["slack.token"], _ = self.team.grant(SCOPES)
            keys = 'token_file = "slack.token"'
        keys += '\nsigning_secret_file = "slack.signing"' if mode == "http" else '\napp_token_file = "slack.app"'
        self.platform = Platform(
            manager=f"slack:{ada.id}",
            announcements=f"slack:{self.announcements.id}",
            organisers=f"slack:{self.organisers.id}",
            own=_OWN.format(api=f"{self.slack.url}/api/", mode=mode, team=self.team.id, rate=rate, keys=keys),
            secrets=secrets,
        )
        text = settings(self.platform, more=DIGEST + more, port=self.port, **how)
        self.program = Program(folder, self.clock, text, secrets)
        if mode == "http":
            self.slack.delivery.address = f"http://127.0.0.1:{self.port}"

    def person(self, name: str, shown: str | None = None, **more) -> Person:
        """Somebody in the workspace, of whom the bot has not been told yet."""
        user = self.team.user(name, shown or SHOWN.get(name, name.capitalize()), **more)
        self.people[name] = Person(self.slack, self.team, user)
        return self.people[name]

    def start(self) -> None:
        """Starts the program, again too, and waits until it hears."""
        self.program.start()
        self.program.connect()
        if self.mode == "socket":
            wait_for("there is no socket", lambda: self.slack.sockets.live)

    def kill(self) -> None:
        """As a power cut does."""
        self.program.kill()
        wait_for("sockets stay open", lambda: not self.slack.sockets.live)

    def installs(self) -> str:
        """Somebody goes to the page where the bot is let into the workspace; answers the page they end on."""
        browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
        with browser.open(f"{self.program.address}/slack/oauth", timeout=20) as page:
            return page.read().decode()

    def welcome(self, person: Person) -> None:
        """Somebody comes into the workspace and into the announcements."""
        assert person.comes().tries[-1] == 200
        assert person.joins(self.announcements).tries[-1] == 200

    def channels_of(self, person: Person) -> list[Channel]:
        return [channel for channel in super().channels_of(person) if person.id in channel.members]

    def looks(self, at: str, post: Post) -> None:
        """Nobody is called by it; and `tests/browser/slack.test.mjs` makes a picture of some."""
        assert not post.read.calls
        if screen := {"answered": "card", "held": "summary", "digested": "digest"}.get(at):
            kept(screen, "message", post.message.content)

    def refused(self) -> list[str]:
        """Calls that Slack did not take, whatever was asked for to go wrong left out."""
        return [
            f"{call.method}: {call.error} {call.arguments}"
            for call in self.slack.calls
            if call.error and call.error not in ("ratelimited", "broken", "drops", "hangs")
        ]

    def all_is_well(self) -> None:
        """Nothing was refused for its form or otherwise, and nobody was told that something did not work."""
        assert not self.slack.methods.wrong
        assert not self.refused()
        failures = [failure for person in self.people.values() for failure in person.failures]
        assert not failures, failures
        bad = [use for use in self.slack.hook_uses if use[1] != 200]
        assert not bad, bad

    def end(self) -> None:
        super().end()
        self.slack.end()


def kept(name: str, kind: str, content: dict) -> None:
    """Keeps a screen for `tests/browser/slack.test.mjs`, which makes a picture of it."""
    folder = _ROOT / os.environ.get("CARGO_TARGET_DIR", "target") / "tests/screens"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"slack-{name}.json").write_text(json.dumps({"kind": kind, "content": content}))
