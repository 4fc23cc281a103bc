"""1,400 direct messages where Slack takes 300 a minute, by hand; once undisturbed, once killed half-way:

    cargo build --release && CONVENE_BIN=target/release/convene target/tests/peers/bin/python tests/peers/slack/bench.py

Bars: within 1.05 of the theoretical time, under one call in a hundred answered 429, none inside `Retry-After`; killed
half-way, everybody is written to once, and at most one message is unknown until it has been read back.
"""

import os
import sys
import tempfile
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1])]

from harness.processes import wait_for  # noqa: E402
from town import Town  # noqa: E402

PEOPLE = int(os.environ.get("CONVENE_PEERS_PEOPLE", "1400"))
A_MINUTE = 300


def crowd(town: Town) -> list:
    """Everybody who said yes."""
    guests = [town.person(f"guest{number}") for number in range(PEOPLE)]
    for guest in guests:
        town.announcements.members.add(guest.id)
    town.start()
    card = town.announce(more=f"capacity={PEOPLE}")
    for first in range(0, PEOPLE, 100):
        for answer in [guest.starts_pressing(card, "Yes") for guest in guests[first : first + 100]]:
            assert answer.result(60).in_time
    town.people["ada"].sees(card, f"{PEOPLE} of {PEOPLE} yes", 600)
    return guests


def run(killed: bool) -> None:
    more = "\n[community.reminders]\ndirect_max = 2000\n"
    town = Town(Path(tempfile.mkdtemp()), rate=A_MINUTE, more=more, welcomes=False)
    try:
        guests = crowd(town)
        town.wait_for_rest(600)
        town.clock.set("2027-01-23 16:00:00")
        town.wait_for_row("reminder-coming")
        town.wait_for_rest()
        rates = town.slack.rates
        rates.as_slack()
        rates.refused.clear()
        before = len(town.slack.calls_of("chat.postMessage"))
        town.clock.set("2027-01-24 14:00:01")
        wait_for("no reminder", lambda: len(town.slack.calls_of("chat.postMessage")) > before, 60)
        began = time.monotonic()
        unknown = 0
        if killed:
            wait_for("half of them", lambda: reminded(guests) >= PEOPLE // 2, 600, 0.05)
            town.kill()
            town.start()
            unknown = sum(row["state"] == "unknown" for row in town.rows())
            town.clock.forward(timedelta(seconds=70))
        wait_for("some are not reminded", lambda: reminded(guests) >= PEOPLE, 900, 0.2)
        took = time.monotonic() - began
        calls = len(town.slack.calls_of("chat.postMessage")) - before
        theory = PEOPLE / A_MINUTE * 60
        twice = Counter(sum("Starts in" in post.text for post in guest.posts()) for guest in guests)
        print(
            f"{'killed half-way' if killed else 'undisturbed'}: {PEOPLE} in {took:.1f} s, {took / theory:.3f} of the "
            f"theoretical {theory:.0f} s; {calls} calls, {rates.refused['chat.postMessage']} answered 429 "
            f"({100 * rates.refused['chat.postMessage'] / calls:.2f} %), {rates.inside.total()} inside Retry-After; "
            f"messages each: {dict(twice)}; unknown after the kill: {unknown}; all refusals: {dict(rates.refused)}"
        )
    finally:
        town.end()


def reminded(guests: list) -> int:
    return sum(any("Starts in" in str(m.content) for m in guest.direct.messages.values()) for guest in guests)


if __name__ == "__main__":
    for which in sys.argv[1:] or ["undisturbed", "killed"]:
        run(which == "killed")
