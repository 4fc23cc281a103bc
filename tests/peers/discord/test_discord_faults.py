"""Discord on a bad day: it asks to wait, by each scope, breaks, and does what it was asked and does not say so. Everybody reads
everything once."""

from collections import Counter

import pytest
from front.hands import Person
from hall import Hall
from harness.processes import wait_for

POST = ("POST", "/messages")


def settled(hall: Hall) -> tuple[Person, Person]:
    ada, mei = hall.settle("mei")
    mei.reads("Welcome")
    hall.wait_for_rest()
    return ada, mei


@pytest.mark.parametrize("scope", ["user", "global", "shared"])
def test_asked_to_wait_it_waits(hall: Hall, scope: str) -> None:
    ada, mei = settled(hall)
    hall.discord.faults.order(*POST, f"limited:{scope}", seconds=2.5)
    mei.writes("sessions")
    mei.reads("No sessions")
    assert not hall.discord.rates.inside, hall.discord.rates.inside
    assert len(mei.posts()) == 2


def test_a_bad_day_doubles_nothing_and_loses_nothing(hall: Hall) -> None:
    ada, mei = settled(hall)
    wrongs = [("broken", False), ("broken", True), ("drops", False), ("drops", True)]
    for number, (does, after) in enumerate(wrongs):
        hall.discord.faults.order(*POST, does, after=after)
        mei.writes("sessions" if number % 2 else "help rsvp")
        hall.wait_for_rest()
    said = Counter(post.text.splitlines()[0] for post in mei.posts())
    assert len(mei.posts()) == 1 + len(wrongs), said
    assert hall.discord.faults.made.total() == len(wrongs)


def test_a_burst_is_sent_as_fast_as_its_bucket_fills(hall: Hall) -> None:
    hall.discord.rates.limits["POST /channels/{}/messages"] = (5, 3.0)
    ada, mei = settled(hall)
    for _ in range(12):
        mei.writes("sessions")
    wait_for("answers are missing", lambda: len(mei.posts()) == 13, 60)
    hall.wait_for_rest()
    assert len(mei.posts()) == 13
    assert not hall.discord.rates.refused and not hall.discord.rates.inside


def test_an_answer_whose_fate_is_unknown_is_looked_at(hall: Hall) -> None:
    ada, mei = settled(hall)
    for after in (False, True):
        hall.discord.faults.order("POST", "/callback", "drops", after=after)
        mei.types("sessions", hall.announcements)
        hall.wait_for_rest()
    said = [post.text for post in mei.alone() if "No sessions" in post.text]
    assert len(said) == 2, said


def test_no_secret_and_nobodys_words_are_logged(tmp_path) -> None:
    hall = Hall(tmp_path, level="trace")
    try:
        ada, mei = settled(hall)
        mei.writes("ask 1 What did the committee say of my grant?")
        mei.types("rsvp yes 1 of the unicorns", hall.announcements)
        hall.wait_for_rest()
        hall.discord.run(hall.discord.gateway.cut())
        wait_for("it does not go on", lambda: hall.discord.gateway.resumed)
        hall.program.stop()
        log = hall.program.log()
        asked = [record.token for _, record in mei.asked]
        for secret in [hall.discord.token, *asked, "committee", "unicorns", "Mei Tanaka", str(mei.id)]:
            assert secret not in log, secret
    finally:
        hall.end()


def test_who_takes_no_direct_messages_is_not_written_to_again_and_again(hall: Hall) -> None:
    ada, mei = settled(hall)
    hall.discord.closed.add(mei.id)
    mei.writes("sessions")
    hall.wait_for_rest()
    wait_for("it is not given up", lambda: any(row["state"] == "dead" for row in hall.rows()))
    tries = [call for call in hall.discord.calls if call.status == 403]
    assert len(tries) == 1


def test_who_takes_no_direct_messages_is_mentioned_only_where_they_agreed(hall: Hall) -> None:
    ada, mei, jo = hall.settle("mei", "jo")
    hall.announce()
    for person in (mei, jo):
        person.reads("Welcome")
        person.types("rsvp yes 1", hall.announcements)
        person.reads("You're in", hall.announcements)
        hall.discord.closed.add(person.id)
    mei.types("consent mention yes", hall.announcements)
    mei.reads("mention", hall.announcements)
    hall.wait_for_rest()
    for day in ("2027-02-01", "2027-02-02"):
        ada.types(f"session move 1 {day}", hall.organisers)
        ada.reads("moved to Feb", hall.organisers)
        hall.wait_for_rest()
    said = [post for post in jo.posts(hall.announcements) if "no direct messages" in post.text]
    # Once a day, by name, and nothing of what the messages said.
    assert len(said) == 1 and f"@{mei.id}" in said[0].text and "Mei Tanaka" in said[0].text
    assert said[0].message.ping_user_ids == [mei.id] and "Knowledge" not in said[0].text
    mei.types("consent mention no", hall.announcements)
    mei.reads("mention", hall.announcements)
    hall.wait_for_rest()
    assert not hall.discord.rules.wrong
