"""Fifty people are reminded by direct message, each in the one room that they have with the bot; whoever answers meanwhile is
answered at once."""

import os
import time

from harness.guest import Guest
from harness.processes import wait_for
from harness.world import World

PEOPLE = int(os.environ.get("CONVENE_PEERS_PEOPLE", "50"))


def test_fifty_are_reminded_and_somebody_is_answered_meanwhile(world: World) -> None:
    ada, mei = world.settle("mei")
    world.announce("Knowledge Share")
    ada.direct_or_new()
    card = mei.reads(world.announcements, "0 yes")
    guests = [Guest(world.homeserver, f"guest{number}") for number in range(PEOPLE - 1)]
    for guest in guests:
        ada.invites(world.announcements, guest.id)
        guest.comes_into(world.announcements)
        guest.taps(world.announcements, card.id, "✅")
    mei.taps(card, "✅")
    mei.reads(mei.direct(), "You're in")
    wait_for("not all are on the list", lambda: f"{PEOPLE} yes" in card.body, 180, every=0.2)
    world.wait_for_rest(180)
    for guest in guests:
        guest.comes_into_its_direct_room()

    world.clock.set("2027-01-23 16:00:00")
    world.wait_for_row("reminder-coming")
    before = [guest.messages() for guest in guests]
    world.clock.set("2027-01-24 14:00:01")
    ada.says(ada.direct(), "sessions")
    began = time.monotonic()
    ada.reads(ada.direct(), "Coming up", 20)
    print(f"answered in {time.monotonic() - began:.1f} s while {PEOPLE} were reminded")
    mei.reads(mei.direct(), "Starts in")
    world.wait_for_rest(180)
    print(f"reminded in {time.monotonic() - began:.1f} s")
    assert [guest.messages() for guest in guests] == [number + 1 for number in before]
    assert not any(guest.is_asked_elsewhere() for guest in guests)
    mei.direct()
