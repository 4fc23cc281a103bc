"""A community on its own homeserver: Ada, who manages it, its members, its encrypted rooms, and the bot."""

import json
from datetime import datetime, timedelta
from pathlib import Path

from .clock import Clock
from .homeserver import Homeserver
from .person import Person
from .processes import PATIENCE, wait_for
from .program import BOT, Program
from .proxy import Proxy

# A Monday, in winter: London shows UTC.
BEGINNING = "2027-01-11 09:00:00"
# What has nothing to do with the stories stays out of their way.
SETTINGS = """
[community.run_book]
list = ""

[community.onboarding]
list = ""
"""
SHOWN = {"ada": "Ada Holm", "mei": "Mei Tanaka", "jo": "Jo Field"}


class World:
    """Everything a story starts; `end` stops it."""

    bot = BOT

    def __init__(self, folder: Path, more: str = "", level: str = "info", limits: dict | None = None):
        self.folder = folder
        self.people: dict[str, Person] = {}
        self.clock = Clock(folder, BEGINNING)
        self.homeserver = Homeserver(folder, self.clock, limits)
        self.proxy = Proxy(self.homeserver.port)
        self.program = Program(folder, self.proxy.url, self.clock, SETTINGS + more, level)
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

    def rows(self) -> list[dict]:
        """What waits in the outbox, what failed and what nobody knows."""
        return json.loads(self.program.run("outbox", "list", "--json"))["rows"]

    def wait_for_row(self, kind: str) -> None:
        """Waits until a row of `kind` is written down."""
        wait_for(f"no {kind} is written down", lambda: any(row["kind"] == kind for row in self.rows()), every=0.5)

    def wait_for_rest(self, patience: float = PATIENCE) -> None:
        """Waits until all that is due has gone."""

        def is_quiet() -> bool:
            now = self.clock.now()
            due = [row for row in self.rows() if datetime.fromisoformat(row["due"]) <= now]
            if any(row["state"] == "unknown" for row in due):
                self.pass_over_doubt()
            return not [row for row in due if row["state"] in ("ready", "leased", "unknown")]

        wait_for("something stays in the outbox", is_quiet, patience, every=0.5)

    def pass_over_doubt(self) -> None:
        """Where nobody knows whether a post went out, the bot looks for it after a minute at most: lets that pass."""
        unknown = [row["next_try"] for row in self.rows() if row["state"] == "unknown"]
        now = self.clock.now()
        if any(at and timedelta() < datetime.fromisoformat(at) - now < timedelta(minutes=1) for at in unknown):
            self.clock.forward(timedelta(minutes=1))

    def end(self) -> None:
        for person in self.people.values():
            person.leave()
        for process in (self.program.process, self.homeserver.process):
            if process and process.is_running():
                process.kill()
        self.proxy.end()
