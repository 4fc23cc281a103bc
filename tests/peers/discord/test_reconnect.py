"""The connection to Discord on a bad day: it breaks and goes on, is lost for good, ends by each code, and falls silent. What
happened in between is heard all the same, and once."""

from collections import Counter

import discord
import pytest
from hall import Hall
from harness.processes import wait_for


def once(hall: Hall) -> None:
    """Everybody was told each thing once."""
    hall.wait_for_rest()
    for person in hall.people.values():
        twice = [text for text, times in Counter(post.text for post in person.posts()).items() if times > 1]
        assert not twice, twice


def test_a_connection_that_breaks_goes_on_with_what_happened_in_between(hall: Hall) -> None:
    ada, mei = hall.settle("mei")
    hall.announce()
    gateway = hall.discord.gateway
    hall.discord.run(gateway.cut())
    mei.writes("rsvp yes 1")
    mei.reads("You're in")
    assert gateway.resumed
    once(hall)
    hall.all_is_well()


def test_what_happened_before_a_new_connection_is_read_back(hall: Hall) -> None:
    ada, mei, jo = hall.settle("mei", "jo")
    card = hall.announce()
    event = hall.waits_for_event()
    mei.writes("sessions")
    mei.reads("Coming up")
    gateway, nia = hall.discord.gateway, hall.person("nia", "Nia Okoro")
    for person in (mei, jo):
        person.reads("") if person is jo else None
    hall.wait_for_rest()
    hall.discord.run(gateway.cut(forget=True))
    mei.writes("rsvp yes 1")
    jo.writes("rsvp no 1", hall.announcements)
    jo.is_called("Jo F.")
    nia.comes()
    mei.reads("You're in")
    jo.is_told("Noted, no")
    nia.reads("Welcome to Northern Lights")
    nia.is_interested(event.id)
    mei.sees(card, "1 yes · 1 maybe")
    assert len(gateway.identified) == 2
    once(hall)
    hall.all_is_well()


def test_what_was_written_while_the_bot_was_away_is_answered(hall: Hall) -> None:
    ada, mei, jo = hall.settle("mei", "jo")
    card = hall.announce()
    for person in (mei, jo):
        person.reads("Welcome")
    hall.wait_for_rest()
    hall.program.stop()
    mei.writes("rsvp yes 1")
    mei.writes("rsvp maybe 1")
    jo.goes()
    nia = hall.person("nia", "Nia Okoro")
    nia.comes()
    hall.start()
    mei.reads("You're in")
    mei.reads("maybe")
    mei.sees(card, "0 yes · 1 maybe")
    nia.reads("Welcome to Northern Lights")
    once(hall)
    assert "Jo Field" not in hall.program.run("export", "members")
    hall.all_is_well()


@pytest.mark.parametrize("code", [1000, 4000, 4001, 4005, 4007, 4008, 4009])
def test_whatever_code_a_connection_ends_with_another_follows(hall: Hall, code: int) -> None:
    ada, mei = hall.settle("mei")
    mei.reads("Welcome")
    hall.discord.run(hall.discord.gateway.close(code, forget=code in (4007, 4009)))
    mei.writes("sessions")
    mei.reads("No sessions")
    once(hall)


def test_asked_to_reconnect_and_told_that_it_is_no_connection(hall: Hall) -> None:
    ada, mei = hall.settle("mei")
    mei.reads("Welcome")
    gateway = hall.discord.gateway
    hall.discord.run(gateway.ask_to_reconnect())
    wait_for("it does not go on", lambda: gateway.resumed)
    hall.discord.run(gateway.invalidate())
    wait_for("it does not begin anew", lambda: len(gateway.identified) == 2, 90)
    mei.writes("sessions")
    mei.reads("No sessions", patience=90)
    once(hall)


def test_a_connection_that_falls_silent_is_given_up(hall: Hall) -> None:
    gateway = hall.discord.gateway
    gateway.heartbeat = 1.0
    ada, mei = hall.settle("mei")
    mei.reads("Welcome")
    wait_for("no heart beats", lambda: gateway.beats > 1)
    gateway.answers = False
    wait_for("it is not given up", lambda: len(gateway.identified) > 1, 30)
    gateway.answers = True
    mei.writes("sessions")
    mei.reads("No sessions")
    once(hall)


def test_without_leave_to_know_who_comes_it_says_so(hall: Hall) -> None:
    approved = discord.Intents.all()
    approved.members = False
    hall.discord.gateway.approved = approved
    hall.program.start()
    wait_for("it does not say so", lambda: "Server Members Intent" in hall.program.readiness()[1])
    assert "Server Members Intent" in hall.program.fails("check")
