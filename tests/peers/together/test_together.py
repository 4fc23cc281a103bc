"""One community on Slack, Matrix and Discord at once: one list of answers, one line of those who wait, and three cards that show the
same, whichever of them somebody answers. Who has two accounts is one person."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from community import Together

from harness.processes import wait_for


@pytest.fixture
def together(tmp_path: Path) -> Iterator[Together]:
    made = Together(tmp_path)
    yield made
    if made.program.runs:
        print(made.program.log()[-6000:])
    made.end()


class Cards:
    """The card of session 1, as somebody on each platform reads it in their own client."""

    def __init__(self, together: Together):
        self.it = together
        self.there = {
            "Slack": (together.slack.people["jo"], together.slack.announcements),
            "Matrix": (together.matrix.people["mei"], together.matrix.announcements),
            "Discord": (together.discord.people["kai"], together.discord.announcements),
        }

    def read(self) -> dict[str, list[str]]:
        """All cards that stand there, by platform."""
        return {name: [text for text in self._posts(name) if "1 · " in text] for name in self.there}

    def _posts(self, name: str) -> list[str]:
        person, room = self.there[name]
        if name == "Matrix":
            return [post.body for post in person.room(room).posts_of(self.it.matrix.bot)]
        return [post.text for post in person.posts(room) if not post.only]

    def show(self, text: str) -> None:
        """Waits until the one card of each platform says `text`."""

        def do() -> bool:
            return all(len(cards) == 1 and text in cards[0] for cards in self.read().values())

        try:
            wait_for("", do)
        except AssertionError:
            raise AssertionError(f"not everybody reads {text!r} in {self.read()}") from None


def test_one_list_one_line_three_cards(together: Together) -> None:
    slack, matrix, discord = together.slack, together.matrix, together.discord
    _, mei = matrix.settle("mei")
    ada, jo = slack.settle("jo")
    _, kai, twin = discord.settle("kai", "jo")
    slack.announce(more="capacity=2")
    cards = Cards(together)
    cards.show("0 of 2 yes")

    # A seat is taken on each of two platforms; whoever comes by the third is in line.
    there = mei.reads(matrix.announcements, "0 of 2 yes")
    said_yes = mei.taps(there, "✅")
    mei.reads(mei.direct(), "You're in: Mon 25 Jan 2027, 14:00")
    cards.show("1 of 2 yes")
    jo.presses(slack.card(jo), "Yes")
    jo.is_told("You're in: Monday, Jan 25, 2027 14:00")
    cards.show("2 of 2 yes · 0 maybe")
    kai.presses(discord.card(kai), "Yes")
    kai.is_told("Full: you are 1st in line")
    cards.show("2 of 2 yes · 1 waiting")

    # Jo answers on Discord as well, where nobody knows who that is yet; with a code the two are one, who has one answer.
    twin.presses(discord.card(twin), "Yes")
    twin.is_told("Full: you are 2nd in line")
    cards.show("2 of 2 yes · 2 waiting")
    jo.writes("link")
    code = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", jo.reads("link ").text)[0]
    twin.writes(f"link {code}")
    twin.is_told("linked")
    cards.show("2 of 2 yes · 1 waiting")
    twin.presses(discord.card(twin), "Yes")
    twin.is_told("as before")
    cards.show("2 of 2 yes · 1 waiting")

    # A seat that is given up on Matrix goes to who is first in line, on Discord.
    mei.takes_back(matrix.announcements, said_yes)
    mei.reads(mei.direct(), "Your answer is taken back")
    kai.is_told("A seat became free and is yours")
    cards.show("2 of 2 yes · 0 maybe")
    mei.taps(there, "✅")
    mei.reads(mei.direct(), "Full: you are 1st in line")
    cards.show("2 of 2 yes · 1 waiting")

    # And one that Jo was given on Slack and gives up on Discord goes to Mei, on Matrix.
    twin.presses(discord.card(twin), "No")
    twin.is_told("Noted, no")
    mei.reads(mei.direct(), "A seat became free and is yours")
    cards.show("2 of 2 yes · 0 maybe · 1 no")

    # Those who run it read one list, each person once.
    ada.types("session answers 1", slack.organisers)
    answers = ada.reads("Kai", slack.organisers).text
    assert [answers.count(name) for name in ("Mei Tanaka", "Kai", "Jo Field")] == [1, 1, 1], answers

    # What happens to the session reaches everybody once, and each card.
    ada.types("session move 1 2027-02-01", slack.organisers)
    ada.reads("moved to", slack.organisers)
    mei.reads(mei.direct(), "It was Mon 25 Jan 2027, 14:00")
    kai.is_told("It was Jan 25, 2027 14:00")
    cards.show("Feb")
    together.wait_for_rest()
    for everybody in ([post.text for post in person.alone()] for person in (jo, kai, twin)):
        assert len(everybody) == len({*everybody}), everybody
    slack.all_is_well()
    discord.all_is_well()
