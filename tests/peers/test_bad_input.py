"""What people do to a bot, by mistake and otherwise. One community bears it all, and at the end it still answers."""

import os
import re
from collections.abc import Iterator
from datetime import timedelta

import pytest

from harness.person import Person
from harness.processes import wait_for
from harness.room import Post
from harness.world import World

INVITATIONS = int(os.environ.get("CONVENE_PEERS_INVITATIONS", "25"))
TITLE = "1 · Knowledge Share"
BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    made = World(tmp_path_factory.mktemp("bad"))
    try:
        made.settle("mei", "jo")
        made.announce("Knowledge Share")
        for name in ("mei", "jo"):
            person = made.people[name]
            person.reads(person.direct(), "Welcome")
        yield made
    finally:
        made.end()


@pytest.fixture
def ada(world: World) -> Person:
    return world.people["ada"]


@pytest.fixture
def mei(world: World) -> Person:
    return world.people["mei"]


@pytest.fixture
def jo(world: World) -> Person:
    return world.people["jo"]


@pytest.fixture(scope="module")
def eve(world: World) -> Person:
    """Somebody who calls herself what the manager is called."""
    eve = world.person("eve", "Ada Holm")
    world.welcome(eve)
    eve.reads(eve.direct(), "Welcome")
    return eve


def card(world: World, person: Person) -> Post:
    return next(post for post in person.room(world.announcements).posts_of(world.bot) if TITLE in post.body)


def answers(world: World, person: Person) -> int:
    """How much the bot has said to somebody alone."""
    return len(person.room(person.direct()).posts_of(world.bot))


def still_answers(world: World, person: Person) -> None:
    """The bot answers `person`, and has said nothing before that it still owes."""
    person.says(person.direct(), "sessions")
    person.reads(person.direct(), "Coming up")
    world.wait_for_rest()


def test_an_impostor_is_no_manager_by_a_name(world: World, eve: Person, mei: Person) -> None:
    eve.says(world.announcements, "!convene session cancel 1 it is off")
    eve.reads(eve.direct(), "You are not")
    eve.says(eve.direct(), "session cancel 1 it is off")
    eve.reads(eve.direct(), "You are not")
    still_answers(world, mei)
    assert "cancel" not in card(world, mei).body.lower()


def test_a_strangers_room_is_declined_and_nothing_is_said_there(world: World, eve: Person) -> None:
    room = eve.makes_room("lair", invites=(world.bot,))
    eve.says(room, "!convene session cancel 1 it is off")
    eve.sees_state(room, world.bot, "leave")
    direct = eve.opens_direct()
    eve.sees_state(direct, world.bot, "leave")
    still_answers(world, eve)
    assert not eve.room(room).posts_of(world.bot) and not eve.room(direct).posts_of(world.bot)


def test_many_invitations_hold_nobody_up(world: World, eve: Person, mei: Person) -> None:
    rooms = [eve.invites_into_a_new_room() for _ in range(INVITATIONS)]
    still_answers(world, mei)
    for room in rooms:
        eve.sees_state(room, world.bot, "leave")


def test_a_manager_opens_a_direct_room_and_it_is_the_one(world: World, ada: Person) -> None:
    room = ada.opens_direct()
    ada.sees_in(room, world.bot)
    ada.says(room, "sessions")
    ada.reads(room, "Coming up")
    # What is only for her comes there as well, and no second room is made.
    ada.says(world.announcements, "!convene rsvp yes 1")
    ada.reads(room, "You're in")
    assert ada.directs() == [room]


def test_edits_and_redactions_change_no_answer(world: World, mei: Person) -> None:
    said = mei.says(world.announcements, "!convene rsvp yes 1")
    mei.reads(mei.direct(), "You're in")
    before = answers(world, mei)
    mei.edits(world.announcements, said, "!convene rsvp no 1")
    mei.reads(mei.direct(), "an edit changes nothing")
    mei.takes_back(world.announcements, said)
    still_answers(world, mei)
    assert answers(world, mei) == before + 2
    mei.says(world.announcements, "!convene rsvp yes 1")
    mei.reads(mei.direct(), "as before")


def test_what_was_taken_back_before_the_bot_heard_it_counts_for_nothing(world: World, jo: Person) -> None:
    before = answers(world, jo)
    world.program.kill()
    said = jo.says(world.announcements, "!convene rsvp no 1")
    jo.takes_back(world.announcements, said)
    jo.takes_back(world.announcements, jo.taps(card(world, jo), "❌"))
    world.program.start()
    still_answers(world, jo)
    assert answers(world, jo) == before + 1


def test_notices_and_other_bots_are_not_answered(world: World, jo: Person) -> None:
    before = answers(world, jo)
    for text in ("help", "!convene help"):
        jo.says(jo.direct(), text, msgtype="m.notice")
        jo.says(world.announcements, text, msgtype="m.notice")
    still_answers(world, jo)
    assert answers(world, jo) == before + 1


def test_a_very_long_message_gets_one_short_answer(world: World, jo: Person) -> None:
    before = answers(world, jo)
    # Encrypted, it is just below the 65,536 bytes that an event may have.
    jo.says(jo.direct(), "x" * 47_000)
    jo.reads(jo.direct(), "Too long")
    jo.says(world.announcements, "!convene rsvp yes 1 " + "y" * 46_000)
    jo.reads(jo.direct(), "Too long")
    still_answers(world, jo)
    assert answers(world, jo) == before + 3


def test_titles_are_text_and_call_nobody(world: World, ada: Person, jo: Person) -> None:
    theme = "@room @jo:peers.test <img src=x onerror=alert(1)> **b** [x](javascript:alert(1)) \u202egnp.exe\u202c \u2066x\u2069"
    ada.says(world.organisers, f"!convene session theme 1 {theme}")
    answer = ada.reads(world.organisers, "Theme set")
    shown = card(world, jo)
    jo.sees(shown, "onerror")
    for post in (answer, shown):
        assert post.content["m.mentions"] == {}
        assert "<img" not in post.html and "&lt;img" in post.html and "href" not in post.html
        assert "**b** [x](javascript:alert(1))" in post.body
        assert not BIDI.search(post.body) and not BIDI.search(post.html)
    jo.reads_nothing_that_mentions(world.announcements)


def test_a_flood_is_told_once_and_holds_nobody_else_up(world: World, mei: Person, jo: Person) -> None:
    before = answers(world, jo)
    jo.says_all(jo.direct(), ["sessions"] * 100)
    mei.says(mei.direct(), "sessions")
    mei.reads(mei.direct(), "Coming up", 10)
    world.wait_for_rest()
    said = [post.body for post in jo.room(jo.direct()).posts_of(world.bot)[before:]]
    assert len([body for body in said if "That was a lot at once" in body]) == 1
    assert 20 <= len(said) <= 60, "what came after a pause is heard again"
    world.clock.forward(timedelta(minutes=1))
    jo.skips(jo.direct())
    still_answers(world, jo)
