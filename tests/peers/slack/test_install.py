"""Let into a workspace by its owner's consent, with tokens that end after twelve hours and are exchanged in time."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from fake.delivery import wrapped
from harness.processes import wait_for
from town import Town

LIVES = timedelta(hours=12)


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    made = Town(tmp_path, "http", installs=True)
    made.slack.token_lives = LIVES.total_seconds()
    yield made
    made.end()


def let_in(town: Town) -> None:
    town.program.start()
    assert town.program.readiness()[0] == 503, "nobody let it in yet"
    assert "Convene is installed in Northern Lights" in town.installs()
    town.program.connect()


def exchanges(town: Town) -> int:
    """How often a token was exchanged for another."""
    calls = town.slack.calls_of("oauth.v2.access")
    return sum(call.arguments.get("grant_type") == "refresh_token" and not call.error for call in calls)


def test_its_tokens_are_exchanged_before_they_end_and_after(town: Town) -> None:
    let_in(town)
    ada, mei = town.settle("mei")
    card = town.announce()
    # Half an hour before the token ends, and an hour after, as where the machine was off.
    for number, later in enumerate((LIVES - timedelta(minutes=30), LIVES + timedelta(hours=1)), 1):
        town.kill()
        town.clock.forward(later)
        town.start()
        assert exchanges(town) == number
        mei.presses(card, "Yes" if number % 2 else "No")
        mei.sees(card, "1 yes" if number % 2 else "0 yes")
    town.all_is_well()


def test_an_exchange_that_slack_cannot_do_now_is_tried_again(town: Town) -> None:
    let_in(town)
    ada, mei = town.settle("mei")
    town.clock.forward(LIVES - timedelta(minutes=30))
    town.kill()
    town.slack.faults.order("oauth.v2.access", "broken")
    town.program.start()
    wait_for("the token is not exchanged", lambda: exchanges(town) == 1)
    town.clock.forward(timedelta(minutes=45))
    town.program.connect()
    mei.types("sessions", town.announcements)
    wait_for("no answer", lambda: mei.posts(town.announcements))
    assert not [call for call in town.slack.calls if call.error == "token_expired"]


def test_taken_out_and_let_in_again_it_goes_on(town: Town) -> None:
    let_in(town)
    ada, mei = town.settle("mei")
    card = town.announce()
    for token in town.team.tokens.values():
        token.revoked = True
    town.slack.run(town.slack.delivery.event(wrapped(town.team, {"type": "app_uninstalled"})))
    wait_for("it notices nothing", lambda: town.program.readiness()[0] == 503)
    assert "taken out" in town.program.readiness()[1] or "/slack/oauth" in town.program.readiness()[1]
    assert "Convene is installed in Northern Lights" in town.installs()
    town.program.connect()
    mei.presses(card, "Yes")
    mei.sees(card, "1 yes")
