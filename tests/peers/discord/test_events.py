"""Sessions in the server's list of events, and people who are interested in them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hall import Hall
from harness.processes import wait_for


@pytest.fixture
def yes(tmp_path: Path) -> Iterator[Hall]:
    """Where being interested means to come."""
    made = Hall(tmp_path, own='interested = "yes"')
    yield made
    made.end()


def test_an_event_is_made_moved_and_called_off_with_its_session(hall: Hall) -> None:
    ada, mei = hall.settle("mei")
    hall.announce(more="link=https://video.example.org/ks")
    event = hall.waits_for_event()
    assert event.name == "Knowledge Share" and event.entity_type == 3
    assert event.entity_metadata == {"location": "https://video.example.org/ks"}
    assert event.scheduled_end_time.startswith("2027-01-25T15:00")
    ada.types("session theme 1 Synthetic data", hall.organisers)
    hall.waits_for_event(lambda it: it.name == "Knowledge Share: Synthetic data")
    ada.types("session move 1 2027-02-01 16:00-17:30", hall.organisers)
    hall.waits_for_event(lambda it: it.scheduled_start_time.startswith("2027-02-01T16:00"))
    assert event.scheduled_end_time.startswith("2027-02-01T17:30")
    hall.wait_for_rest()
    # Answers change no event, so nothing is asked of Discord for them.
    before = sum("scheduled-events" in call.path for call in hall.discord.calls)
    mei.types("rsvp yes 1", hall.announcements)
    mei.sees(hall.card(mei), "1 yes")
    hall.wait_for_rest()
    assert sum("scheduled-events" in call.path for call in hall.discord.calls) == before
    ada.types("session cancel 1 No room", hall.organisers)
    ada.presses(ada.reads("Call off", hall.organisers), "Call off") if _previews(ada, hall) else None
    wait_for("the event stays", lambda: not hall.events)
    assert event.status == 4 and len(hall.guild.scheduled_events) == 1
    ada.types("session restore 1", hall.organisers)
    again = hall.waits_for_event()
    assert again.id != event.id and again.scheduled_start_time.startswith("2027-02-01T16:00")
    hall.all_is_well()


def _previews(ada, hall: Hall) -> bool:
    """Whether what many would hear of is shown first."""
    wait_for("no answer", lambda: ada.posts(hall.organisers)[-1].text)
    return any("Call off" in label for label in ada.posts(hall.organisers)[-1].labels)


def test_who_is_interested_may_come(hall: Hall) -> None:
    ada, mei, jo = hall.settle("mei", "jo")
    card = hall.announce()
    event = hall.waits_for_event()
    mei.is_interested(event.id)
    mei.reads("maybe")
    mei.sees(card, "0 yes · 1 maybe")
    # A firmer answer stands, whatever becomes of the interest.
    mei.presses(hall.card(mei), "Yes")
    mei.sees(card, "1 yes · 0 maybe")
    mei.is_interested(event.id, False)
    hall.wait_for_rest()
    jo.is_interested(event.id)
    jo.sees(card, "1 yes · 1 maybe")
    jo.is_interested(event.id, False)
    jo.sees(card, "1 yes · 0 maybe")
    hall.wait_for_rest()
    hall.all_is_well()


def test_where_interest_means_to_come_seats_are_given_by_it(yes: Hall) -> None:
    ada, mei, jo = yes.settle("mei", "jo")
    card = yes.announce(more="capacity=1")
    event = yes.waits_for_event()
    mei.is_interested(event.id)
    mei.reads("You're in: Jan 25, 2027 14:00")
    jo.is_interested(event.id)
    jo.reads("Full: you are 1st in line")
    mei.is_interested(event.id, False)
    jo.reads("A seat became free and is yours")
    jo.sees(card, "1 of 1 yes")
    yes.wait_for_rest()
    yes.all_is_well()


def test_interest_while_the_bot_was_away_is_counted_once(yes: Hall) -> None:
    ada, mei, jo = yes.settle("mei", "jo")
    card = yes.announce()
    event = yes.waits_for_event()
    mei.is_interested(event.id)
    mei.reads("You're in")
    yes.wait_for_rest()
    yes.program.stop()
    jo.is_interested(event.id)
    yes.start()
    jo.reads("You're in")
    jo.sees(card, "2 yes")
    yes.program.stop()
    yes.start()
    yes.wait_for_rest()
    assert sum("You're in" in post.text for person in (mei, jo) for post in person.posts()) == 2
    yes.all_is_well()


def test_without_the_permission_the_card_comes_all_the_same(hall: Hall) -> None:
    for role in hall.guild.roles.values():
        if role.managed:
            role.permissions &= ~(1 << 33 | 1 << 44)
    ada, mei = hall.settle("mei")
    hall.announce()
    assert not hall.events
    assert "Manage Events" in hall.program.fails("check")
