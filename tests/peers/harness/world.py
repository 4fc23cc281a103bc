"""A community on its own homeserver: Ada, who manages it, its members, its encrypted rooms, and the bot."""

from pathlib import Path

from .clock import Clock
from .homeserver import Homeserver
from .person import Person
from .program import BOT, Program

# A Monday, in winter: London shows UTC.
BEGINNING = "2027-01-11 09:00:00"
SHOWN = {"ada": "Ada Holm", "mei": "Mei Tanaka", "jo": "Jo Field"}


class World:
    """Everything a story starts; `end` stops it."""

    def __init__(self, folder: Path, more: str = "", level: str = "info", limits: dict | None = None):
        self.folder = folder
        self.people: dict[str, Person] = {}
        self.clock = Clock(folder, BEGINNING)
        self.homeserver = Homeserver(folder, self.clock, limits)
        self.program = Program(folder, self.homeserver, self.clock, more, level)
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
        self.program.start()
        self.program.connect()
        for room in (self.lights, self.announcements, self.organisers):
            ada.invites(room, BOT)
            ada.sees_in(room, BOT)
        people = tuple(self.person(name) for name in names)
        for person in people:
            self.welcome(person)
        return (ada, *people)

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
