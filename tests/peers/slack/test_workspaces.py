"""Two workspaces, each a community of its own, of which one has ended tokens that Slack does not exchange: the other notices nothing."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from fake.hands import Person
from fake.server import Slack
from harness.processes import wait_for
from test_install import LIVES
from town import Town

_HARBOUR = """
[[community]]
slug = "harbour"
name = "Harbour"
zone = "Europe/London"
managers = ["slack:{ben}"]

[community.rooms]
announcements = "slack:{announcements}"
organisers = "slack:{organisers}"

[community.planning]
card_pause_seconds = 1

[community.run_book]
list = ""

[community.slack]
team = "{team}"
"""
PLAN = 'series new ks "Knowledge Share" last Monday of every month 14:00-15:00 from=2027-01-01 to=2027-01-31'
# Both have a session then; their rooms are told when it begins.
BEGINS = "2027-01-25 14:00:01"


class Harbour:
    """The second workspace, of the same app."""

    def __init__(self, town: Town):
        slack: Slack = town.slack
        self.team = slack.team("Harbour")
        self.ben = Person(slack, self.team, self.team.user("ben", "Ben Quay"))
        self.announcements = self.team.channel("announcements", members=(self.ben.id, self.team.bot))
        self.organisers = self.team.channel("organisers", "private_channel", (self.ben.id, self.team.bot))
        config = town.program.folder / "convene.toml"
        names = {"ben": self.ben.id, "announcements": self.announcements.id, "organisers": self.organisers.id}
        config.write_text(config.read_text() + _HARBOUR.format(team=self.team.id, **names))


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    made = Town(tmp_path, "http", installs=True)
    made.slack.token_lives = LIVES.total_seconds()
    yield made
    made.end()


def announce(manager: Person, organisers, announcements) -> None:
    manager.types(PLAN, organisers)
    manager.reads("1 session, 1", organisers)
    manager.types("session announce 1", organisers)
    manager.presses(manager.reads("This would be posted", organisers), "Post")
    manager.reads("0 yes", announcements)


def test_one_whose_token_is_not_exchanged_holds_up_nobody_and_comes_back_by_itself(town: Town) -> None:
    harbour = Harbour(town)
    slack, ada, ben = town.slack, town.people["ada"], harbour.ben
    town.program.start()
    told = town.program.readiness()[1]
    assert "lights" in told and "harbour" in told, told
    # The fake lets it into the workspace that was made last.
    assert "installed in Harbour" in town.installs()
    slack.teams.reverse()
    assert "installed in Northern Lights" in town.installs()
    slack.teams.reverse()
    town.program.connect()
    announce(ada, town.organisers, town.announcements)
    announce(ben, harbour.organisers, harbour.announcements)
    town.wait_for_rest()

    def exchanges(team) -> list:
        """What was asked of Slack for another token, of a workspace whose last one it is."""
        calls = [call for call in slack.calls_of("oauth.v2.access") if call.arguments.get("grant_type") == "refresh_token"]
        return [call for call in calls if call.arguments["refresh_token"] in theirs[team.id]]

    theirs = {team.id: set(team.refresh) for team in slack.teams}
    harbours = theirs[harbour.team.id]
    slack.faults.order(
        "oauth.v2.access", "broken", times=10_000, when=lambda call: call.arguments.get("refresh_token") in harbours
    )
    # The machine was off while both tokens ended, and the sessions are about to begin.
    town.kill()
    town.clock.set("2027-01-25 13:59:40")
    town.program.start()
    wait_for("nobody asks for Harbour's token", lambda: exchanges(harbour.team))
    wait_for("the other is not exchanged", lambda: [call for call in exchanges(town.team) if not call.error])
    town.clock.set(BEGINS)
    starts = ada.reads("Starts now", town.announcements)
    assert float(starts.message.ts) - town.clock.now().timestamp() < 60, "on time"
    assert not [post for post in ben.posts(harbour.announcements) if "Starts now" in post.text]
    status, told = town.program.readiness()
    assert status == 503 and "harbour" in told and "lights" not in told, told
    said = town.program.fails("check")
    assert "harbour" in said and "token_expired" in said, said
    assert "Slack answers for “lights”" in said, said
    ada.types("sessions", town.organisers)
    ada.reads("Knowledge Share", town.organisers)

    slack.faults.forget()
    # It is asked again after a minute at most.
    wait_for("it does not come back", lambda: town.program.readiness()[0] == 200, 90)
    # Its posts wait a minute at most.
    town.clock.forward(timedelta(seconds=61))
    ben.reads("Starts now", harbour.announcements)
    town.wait_for_rest()
    for person, channel in ((ada, town.announcements), (ben, harbour.announcements)):
        assert sum("Starts now" in post.text for post in person.posts(channel)) == 1, "nobody is told twice"
