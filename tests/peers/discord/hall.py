"""A community in a server of the front: Ada, who manages it, its members, its channels, and the bot."""

from pathlib import Path

from front.hands import Person, Post
from front.server import Discord
from harness.clock import Clock
from harness.place import Place
from harness.processes import wait_for
from harness.program import Program
from harness.settings import BEGINNING, DIGEST, SHOWN, Platform, settings
from simcord.backend.models import ScheduledEvent

_OWN = """
[community.discord]
api = "{api}"
token_file = "discord.token"
server = "{server}"
{own}
"""


class Hall(Place):
    """Everything a story starts; `end` stops it. `own` is what else the configuration says of Discord."""

    def __init__(self, folder: Path, own: str = "", level: str = "info", clock: Clock | None = None):
        # The server is older than the bot.
        self.clock = clock or Clock(folder, BEGINNING.replace("09:", "08:"))
        self.discord = Discord(self.clock.now)
        self.backend = self.discord.backend
        self.guild = self.discord.do(self.backend.create_guild, "Northern Lights")
        self.people: dict[str, Person] = {}
        self.was_killed = False
        ada = self.person("ada")
        self.organiser = self.discord.do(
            self.backend.create_role, self.guild.id, "Organisers", permissions=1 << 33 | 1 << 5
        ).id
        self.discord.do(self.backend.add_member, self.guild.id, ada.id, roles=[self.organiser])
        self.announcements = self._channel("announcements")
        self.organisers = self._channel("organisers")
        self.core = self.discord.do(self.backend.create_role, self.guild.id, "Core").id
        own = own.replace("CORE", str(self.core))
        self.platform = Platform(
            manager=f"discord:{ada.id}",
            announcements=f"discord:{self.announcements.id}",
            organisers=f"discord:{self.organisers.id}",
            own=_OWN.format(api=self.discord.api, server=self.guild.id, own=own),
            secrets={"discord.token": self.discord.token},
        )
        self.program = Program(folder, self.clock, settings(self.platform, more=DIGEST, level=level), self.platform.secrets)
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
        self.was_killed = True
        wait_for("the connection stays open", lambda: not self.discord.gateway.live)

    def answered(self) -> None:
        """Waits until nobody waits for the bot any more."""

        def is_quiet() -> bool:
            return not any(person.unanswered() for person in self.people.values())

        wait_for("somebody has no answer", is_quiet, 10)

    def welcome(self, person: Person) -> None:
        """Somebody comes into the server."""
        person.comes()

    def looks(self, at: str, post: Post) -> None:
        """The session stands in the server's list of events as well, and moves there."""
        if at == "announced":
            event = self.waits_for_event()
            assert event.name == "Knowledge Share: Synthetic data" and event.description.endswith("Session 1")
        if at == "moved":
            self.waits_for_event(lambda it: it.scheduled_start_time.startswith("2027-02-01T14:00"))
            assert len(self.guild.scheduled_events) == 1

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
            # A new process cannot know how much the one before it asked for in the same second; it waits as it is told.
            if call.status >= 400 and not (self.was_killed and call.status == 429)
        ]
        assert not refused, refused
        self.answered()
        for person in self.people.values():
            assert not person.unanswered(), f"{person.shown} has no answer: {person.unanswered()}"
        assert not self.discord.rates.inside, self.discord.rates.inside

    def end(self) -> None:
        super().end()
        self.discord.end()
