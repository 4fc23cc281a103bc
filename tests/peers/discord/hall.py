"""A community in a server of the front: Ada, who manages it, its members, its channels, and the bot."""

import re
from pathlib import Path

from front.hands import Person, Post
from front.server import Discord
from harness.clock import Clock
from harness.outbox import Outbox
from harness.processes import wait_for
from harness.program import Program
from harness.world import BEGINNING, SETTINGS, SHOWN
from simcord.backend.models import ScheduledEvent

_SETTINGS = """\
[server]
listen = "127.0.0.1:0"

[log]
level = "{level}"

[[community]]
slug = "lights"
name = "Northern Lights"
zone = "Europe/London"
managers = ["discord:{ada}"]

[community.rooms]
announcements = "discord:{announcements}"
organisers = "discord:{organisers}"

[community.planning]
card_pause_seconds = 1

[community.discord]
api = "{api}"
token_file = "discord.token"
server = "{server}"
{own}

[[community.digest]]
slug = "weekly"
cron = "0 9 * * 1"
"""


class Hall(Outbox):
    """Everything a story starts; `end` stops it. `own` is what else the configuration says of Discord."""

    def __init__(self, folder: Path, own: str = "", more: str = "", level: str = "info", welcomes: bool = True):
        # The server is older than the bot.
        self.clock = Clock(folder, BEGINNING.replace("09:", "08:"))
        self.discord = Discord(self.clock.now)
        self.backend = self.discord.backend
        self.guild = self.discord.do(self.backend.create_guild, "Northern Lights")
        self.people: dict[str, Person] = {}
        ada = self.person("ada")
        self.organiser = self.discord.do(
            self.backend.create_role, self.guild.id, "Organisers", permissions=1 << 33 | 1 << 5
        ).id
        self.discord.do(self.backend.add_member, self.guild.id, ada.id, roles=[self.organiser])
        self.announcements = self._channel("announcements")
        self.organisers = self._channel("organisers")
        self.core = self.discord.do(self.backend.create_role, self.guild.id, "Core").id
        settings = _SETTINGS.format(
            level=level, ada=ada.id, announcements=self.announcements.id, organisers=self.organisers.id,
            api=self.discord.api, server=self.guild.id, own=own.replace("CORE", str(self.core)),
        )  # fmt: skip
        settings += SETTINGS if welcomes else SETTINGS.replace("[community.onboarding]", "[community.onboarding]\nwelcome = false")
        self.program = Program(folder, self.clock, settings + more, {"discord.token": self.discord.token})
        self.clock.set(BEGINNING)

    def _channel(self, name: str):
        return self.discord.do(self.backend.create_channel, self.guild.id, name)

    def person(self, name: str, shown: str | None = None) -> Person:
        """Somebody on Discord who is not in the server yet."""
        shown = shown or SHOWN.get(name, name.capitalize())
        user = self.discord.do(self.backend.make_user, name, global_name=shown)
        self.people[name] = Person(self.discord, self.guild, user)
        return self.people[name]

    def start(self) -> None:
        """Starts the program, again too, and waits until it listens."""
        self.program.start()
        self.listens()

    def listens(self) -> None:
        self.program.connect()
        wait_for("there is no connection", lambda: self.discord.gateway.live)

    def kill(self) -> None:
        """As a power cut does."""
        self.program.kill()
        wait_for("the connection stays open", lambda: not self.discord.gateway.live)

    def pass_over_doubt(self) -> None:
        """Also does what an operator does with what only one person could have seen, which Discord cannot be asked for."""
        super().pass_over_doubt()
        for row in self.rows():
            if row["state"] == "unknown" and not row["next_try"]:
                self.program.run("outbox", "retry", row["id"])

    def answered(self) -> None:
        """Waits until nobody waits for the bot any more."""

        def is_quiet() -> bool:
            return not any(person.unanswered() for person in self.people.values())

        wait_for("somebody has no answer", is_quiet, 10)

    def settle(self, *names: str) -> tuple[Person, ...]:
        """Starts the bot and lets people in; answers them behind Ada."""
        if not self.program.process:
            self.start()
        people = tuple(self.person(name) for name in names)
        for person in people:
            person.comes()
        return (self.people["ada"], *people)

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

    @property
    def events(self) -> list[ScheduledEvent]:
        """What stands in the server's list of events."""
        return [event for event in self.guild.scheduled_events.values() if event.status in (1, 2)]

    def waits_for_event(self, fits=lambda event: True) -> ScheduledEvent:
        return wait_for("no such event", lambda: next((it for it in self.events if fits(it)), None))

    def all_is_well(self) -> None:
        """Nothing was refused for its form or otherwise, and nobody was left without an answer."""
        assert not self.discord.rules.wrong, self.discord.rules.wrong
        assert not self.discord.gaps, self.discord.gaps
        refused = [
            f"{call.method} {call.path}: {call.status} {call.error}"
            for call in self.discord.calls
            if call.status >= 400
        ]
        assert not refused, refused
        self.answered()
        for person in self.people.values():
            assert not person.unanswered(), f"{person.shown} has no answer: {person.unanswered()}"
        assert not self.discord.rates.inside, self.discord.rates.inside

    def end(self) -> None:
        if self.program.process and self.program.process.is_running():
            self.program.process.kill()
        self.discord.end()


def same(text: str) -> str:
    """Without the minutes that pass where nobody knows whether a post went out."""
    return re.sub(r"Starts in (1 hour|5\d minutes)|Checked in, 14:0\d", "…", text)
