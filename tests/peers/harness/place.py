"""A community on a stand-in for a platform: what is the same wherever its people have the same hands."""

import re

from .outbox import Outbox
from .program import Program
from .settings import Platform

PLAN = "last Monday of every month 14:00-15:00 from=2027-01-01 to=2027-01-31"


class Place(Outbox):
    """Ada, who manages it, its members, its two channels, and the bot. `start`, `kill`, `person` and `welcome` are the platform's."""

    program: Program
    platform: Platform
    people: dict

    def settle(self, *names: str) -> tuple:
        """Starts the bot and lets people in; answers them behind Ada."""
        if not self.program.process:
            self.start()
        people = tuple(self.person(name) for name in names)
        for person in people:
            self.welcome(person)
        return (self.people["ada"], *people)

    def announce(self, title: str = "Knowledge Share", more: str = ""):
        """Plans and announces session 1; answers the card."""
        ada = self.people["ada"]
        ada.types(f'series new ks "{title}" {PLAN} {more}'.strip(), self.organisers)
        ada.reads("1 session, 1", self.organisers)
        ada.types("session announce 1", self.organisers)
        ada.presses(ada.reads("This would be posted", self.organisers), "Post")
        return ada.reads("0 ", self.announcements)

    def card(self, person):
        """The card of session 1 as somebody sees it now."""
        return next(post for post in person.posts(self.announcements) if "1 · " in post.text)

    def channels_of(self, person) -> list:
        """Those that somebody reads."""
        return [self.announcements, self.organisers]

    def looks(self, at: str, post) -> None:
        """A story is at this point; whoever wants to look at something else there does it here."""

    def pass_over_doubt(self) -> None:
        """Also does what an operator does with what only one person could have seen, which the platform cannot be asked for."""
        super().pass_over_doubt()
        for row in self.rows():
            if row["state"] == "unknown" and not row["next_try"]:
                self.program.run("outbox", "retry", row["id"])

    def end(self) -> None:
        if self.program.process and self.program.process.is_running():
            self.program.process.kill()


def same(text: str) -> str:
    """Without the minutes that pass where nobody knows whether a post went out."""
    return re.sub(r"Starts in (1 hour|5\d minutes)|Checked in, 14:0\d", "…", text)
