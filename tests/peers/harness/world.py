"""A community on its own homeserver: Ada, who manages it, its members, its encrypted rooms, and the bot."""

from pathlib import Path

from .clock import Clock
from .homeserver import NAME, SECRET, Homeserver
from .outbox import Outbox
from .person import Person
from .program import BOT, OnMatrix
from .proxy import Proxy
from .settings import BEGINNING, SHOWN, Platform, settings

_OWN = """
[community.matrix]
homeserver = "{url}"
user = "{bot}"
registration_secret_file = "matrix.secret"
space = "#lights:{name}"
"""


class World(Outbox):
    """Everything a story starts; `end` stops it."""

    bot = BOT

    def __init__(self, folder: Path, more: str = "", limits: dict | None = None, clock: Clock | None = None):
        self.folder = folder
        self.people: dict[str, Person] = {}
        self.clock = clock or Clock(folder, BEGINNING)
        self.homeserver = Homeserver(folder, self.clock, limits)
        self.proxy = Proxy(self.homeserver.port)
        self.platform = Platform(
            manager=f"matrix:@ada:{NAME}",
            announcements=f"matrix:#announcements:{NAME}",
            organisers=f"matrix:#organisers:{NAME}",
            own=_OWN.format(url=self.proxy.url, bot=BOT, name=NAME),
            secrets={"matrix.secret": SECRET},
        )
        self.program = OnMatrix(folder, self.clock, settings(self.platform, more=more), self.platform.secrets)
        self.lights = self.announcements = self.organisers = ""

    def person(self, name: str, shown: str | None = None) -> Person:
        """Somebody new on the homeserver."""
        person = Person(self.homeserver, self.folder, name, shown or SHOWN.get(name, name.capitalize()), BOT)
        self.people[name] = person
        return person

    def settle(self, *names: str, encrypted: bool = True) -> tuple[Person, ...]:
        """Makes the rooms, starts the bot and lets it in, then lets people in; answers them behind Ada."""
        ada = self.person("ada")
        self.lights = ada.makes_room("lights", encrypted=False, space=True)
        self.announcements = ada.makes_room("announcements", encrypted)
        self.organisers = ada.makes_room("organisers", encrypted)
        for room in (self.announcements, self.organisers):
            ada.holds(self.lights, room)
        if not self.program.process:
            self.program.start()
        self.program.connect()
        for room in (self.lights, self.announcements, self.organisers):
            ada.invites(room, BOT)
            ada.sees_in(room, BOT)
        people = tuple(self.person(name) for name in names)
        for person in people:
            self.welcome(person)
        return (ada, *people)

    def announce(self, title: str) -> None:
        """Plans and announces session 1, for as many as want to come."""
        ada = self.people["ada"]
        plan = "last Monday of every month 14:00-15:00 from=2027-01-01 to=2027-01-31"
        ada.says(self.organisers, f'!convene series new ks "{title}" {plan}')
        ada.reads(self.organisers, f"{title}: ")
        ada.says(self.organisers, "!convene session announce 1")
        ada.taps(ada.reads(self.organisers, "This would be posted"), "1️⃣")
        ada.reads(self.organisers, "announced")

    def welcome(self, person: Person) -> None:
        """Lets somebody into the space and the announcements."""
        for room in (self.lights, self.announcements):
            self.people["ada"].invites(room, person.id)
            person.sees_in(room, person.id)

    def end(self) -> None:
        for person in self.people.values():
            person.leave()
        for process in (self.program.process, self.homeserver.process):
            if process and process.is_running():
                process.kill()
        self.proxy.end()
