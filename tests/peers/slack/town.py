"""A community in a workspace of the fake: Ada, who manages it, its members, its channels, and the bot, over HTTP or over
Socket Mode."""

import http.cookiejar
import re
import urllib.error
import urllib.request
from pathlib import Path

from fake.hands import Person, Post
from fake.server import Slack
from harness.clock import Clock
from harness.outbox import Outbox
from harness.processes import free_port, wait_for
from harness.program import Program
from harness.world import BEGINNING, SETTINGS, SHOWN

_SETTINGS = """\
[server]
listen = "127.0.0.1:{port}"
base_url = "http://127.0.0.1:{port}"

[log]
level = "{level}"

[[community]]
slug = "lights"
name = "Northern Lights"
zone = "Europe/London"
managers = ["slack:{ada}"]

[community.rooms]
announcements = "slack:{announcements}"
organisers = "slack:{organisers}"

[community.planning]
card_pause_seconds = 1
preview_above = {preview_above}

[community.slack]
api = "{api}"
mode = "{mode}"
team = "{team}"
messages_per_minute = {rate}
{keys}

[[community.digest]]
slug = "weekly"
cron = "0 9 * * 1"
"""
# What the bot is granted where it is not installed by consent.
SCOPES = {
    "app_mentions:read", "channels:history", "channels:read", "chat:write", "commands", "groups:history", "groups:read",
    "im:history", "im:read", "im:write", "users:read", "users:read.email",
}  # fmt: skip


class Town(Outbox):
    """Everything a story starts; `end` stops it. `installs`: by consent in a browser, else by a token in a file."""

    def __init__(
        self, folder: Path, mode: str = "http", more: str = "", rate: int = 6_000, installs: bool = False,
        level: str = "info", preview_above: int = 20, welcomes: bool = True,
    ):  # fmt: skip
        self.mode = mode
        self.clock = Clock(folder, BEGINNING)
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
        settings = _SETTINGS.format(
            port=self.port, level=level, ada=ada.id, announcements=self.announcements.id, organisers=self.organisers.id,
            api=f"{self.slack.url}/api/", mode=mode, team=self.team.id, rate=rate, keys=keys,
            preview_above=preview_above,
        )  # fmt: skip
        settings += SETTINGS if welcomes else SETTINGS.replace("[community.onboarding]", "[community.onboarding]\nwelcome = false")
        self.program = Program(folder, self.clock, settings + more, secrets)
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

    def pass_over_doubt(self) -> None:
        """Also does what an operator does with what only one person could have seen, which Slack cannot be asked for."""
        super().pass_over_doubt()
        for row in self.rows():
            if row["state"] == "unknown" and not row["next_try"]:
                self.program.run("outbox", "retry", row["id"])

    def installs(self) -> str:
        """Somebody goes to the page where the bot is let into the workspace; answers the page they end on."""
        browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
        with browser.open(f"{self.program.address}/slack/oauth", timeout=20) as page:
            return page.read().decode()

    def settle(self, *names: str) -> tuple[Person, ...]:
        """Starts the bot and lets people in; answers them behind Ada."""
        if not self.program.process:
            self.start()
        people = tuple(self.person(name) for name in names)
        for person in people:
            self.welcome(person)
        return (self.people["ada"], *people)

    def welcome(self, person: Person) -> None:
        """Somebody comes into the workspace and into the announcements."""
        assert person.comes().tries[-1] == 200
        assert person.joins(self.announcements).tries[-1] == 200

    def announce(self, title: str = "Knowledge Share", more: str = "") -> Post:
        """Plans and announces session 1; answers the card."""
        ada = self.people["ada"]
        plan = "last Monday of every month 14:00-15:00 from=2027-01-01 to=2027-01-31"
        ada.types(f'series new ks "{title}" {plan} {more}'.strip(), self.organisers)
        ada.reads("1 session, 1", self.organisers)
        ada.types("session announce 1", self.organisers)
        ada.presses(ada.reads("This would be posted", self.organisers), "Post")
        return ada.reads("0 ", self.announcements)

    def card(self, person: Person) -> Post:
        """The card of session 1 as somebody sees it now."""
        return next(post for post in person.posts(self.announcements) if "1 · " in post.text)

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
        if self.program.process and self.program.process.is_running():
            self.program.process.kill()
        self.slack.end()


def same(text: str) -> str:
    """Without the minutes that pass where nobody knows whether a post went out."""
    return re.sub(r"Starts in (1 hour|5\d minutes)|Checked in, 14:0\d", "…", text)
