"""One community on Matrix and on Slack at once: one list of answers, one line of those who wait, and both cards show the same."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.homeserver import NAME, SECRET
from harness.program import BOT
from harness.world import World
from town import Town

_MATRIX = f"""
[community.matrix]
homeserver = "{{url}}"
user = "{BOT}"
registration_secret_file = "matrix.secret"
space = "#lights:{NAME}"
"""


class Together:
    """A homeserver and a workspace, and one program between them."""

    def __init__(self, folder: Path):
        for name in ("matrix", "slack"):
            (folder / name).mkdir()
        self.matrix = World(folder / "matrix")
        self.slack = Town(folder / "slack", more=_MATRIX.format(url=self.matrix.proxy.url))
        program = self.program = self.slack.program
        program.clock = self.slack.clock = self.matrix.clock
        self.matrix.program = program
        secret = program.folder / "matrix.secret"
        secret.write_text(SECRET)
        secret.chmod(0o600)
        config = program.folder / "convene.toml"
        text = config.read_text()
        text = text.replace("[community.rooms]\n", f'[community.rooms]\nmirrors = ["matrix:#announcements:{NAME}"]\n')
        config.write_text(text.replace('managers = ["', f'managers = ["matrix:@ada:{NAME}", "'))

    def end(self) -> None:
        self.slack.end()
        self.matrix.end()


@pytest.fixture
def together(tmp_path: Path) -> Iterator[Together]:
    made = Together(tmp_path)
    yield made
    made.end()


def test_one_list_one_line_two_cards(together: Together) -> None:
    matrix, slack = together.matrix, together.slack
    _, mei = matrix.settle("mei")
    ada, jo = slack.settle("jo")
    slack.announce(more="capacity=1")
    there = mei.reads(matrix.announcements, "0 of 1 yes")

    def both_show(count: str) -> None:
        mei.sees(there, count)
        jo.sees(slack.card(jo), count)

    # The seat is taken on Matrix, and whoever comes by Slack is in line for it.
    mei.says(matrix.announcements, "!convene rsvp yes 1")
    mei.reads(mei.direct(), "in: Mon 25 Jan 2027, 14:00")
    both_show("1 of 1 yes · 0 maybe")
    jo.presses(slack.card(jo), "Yes")
    jo.is_told("Full: you are 1st in line")
    both_show("1 of 1 yes · 1 waiting")

    # Given up there, it is given on here.
    mei.says(matrix.announcements, "!convene rsvp no 1")
    jo.reads("A seat became free and is yours")
    both_show("1 of 1 yes · 0 maybe")
    ada.types("session answers 1", slack.organisers)
    answers = ada.reads("Jo Field", slack.organisers)
    assert "Mei Tanaka" in answers.text, "both are in one list"
    slack.all_is_well()
