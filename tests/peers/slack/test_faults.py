"""Slack on a bad day: it is busy, breaks, hangs, does what it was asked and does not say so, forgets what it has just been
told, and ends tokens and sockets. Everybody reads everything once."""

from collections import Counter
from datetime import timedelta

from fake.hands import Person
from harness.processes import wait_for
from town import Town


def settled(town: Town) -> tuple[Person, Person]:
    ada, mei = town.settle("mei")
    town.announce()
    mei.reads("Welcome")
    town.wait_for_rest()
    return ada, mei


def test_a_bad_day_doubles_nothing_and_loses_nothing(town: Town) -> None:
    ada, mei = settled(town)
    faults = town.slack.faults
    wrongs = [("busy", False), ("broken", False), ("broken", True), ("drops", False), ("drops", True)]
    for number, (does, after) in enumerate(wrongs):
        faults.order("chat.postMessage", does, after=after)
        mei.writes("sessions" if number % 2 else "help rsvp")
        town.wait_for_rest()
    said = Counter(post.text.splitlines()[0] for post in mei.posts())
    assert len(mei.posts()) == 1 + len(wrongs), said
    assert faults.made.total() == len(wrongs)


def test_a_history_that_lags_is_asked_again(town: Town) -> None:
    ada, mei = settled(town)
    town.slack.methods.lag = 20.0
    town.slack.faults.order("chat.postMessage", "drops", after=True)
    mei.writes("sessions")
    wait_for("it is not said", lambda: len(mei.posts()) == 2)
    town.wait_for_rest()
    town.clock.forward(timedelta(minutes=5))
    town.wait_for_rest()
    assert len(mei.posts()) == 2


def test_retry_after_is_obeyed(town: Town) -> None:
    ada, mei = settled(town)
    town.slack.rates.limits["chat.postMessage"] = (60, 1)
    for _ in range(5):
        mei.writes("sessions")
    wait_for("answers are missing", lambda: len(mei.posts()) == 6)
    town.wait_for_rest()
    assert len(mei.posts()) == 6
    assert not town.slack.rates.inside


def test_sockets_are_renewed_and_lost_and_nothing_with_them(tmp_path) -> None:
    town = Town(tmp_path, "socket")
    try:
        ada, mei = settled(town)
        slack, sockets = town.slack, town.slack.sockets
        for reason in ("warning", "refresh_requested"):
            opened = sockets.opened
            going = slack.begin(sockets.say_goodbye(reason, sockets.live[0]))
            for _ in range(5):
                assert mei.types("sessions", town.announcements).in_time
            going.result(20)
            wait_for("no new socket", lambda: sockets.opened > opened and sockets.live)
        slack.run(sockets.cut())
        wait_for("no new socket", lambda: sockets.live)
        delivered = mei.writes("sessions")
        assert delivered.tries[-1] == 200
        mei.reads("Coming up")
        town.wait_for_rest()
        assert len(mei.posts()) == 2
        assert sum("Coming up" in post.text for post in mei.posts(town.announcements)) == 10
        town.all_is_well()
    finally:
        town.end()
