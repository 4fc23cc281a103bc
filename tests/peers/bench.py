"""What ARCHITECTURE.md promises about Matrix, measured by hand against a real homeserver on this machine:

    cargo build --release && CONVENE_BIN=target/release/convene target/tests/peers/bin/python tests/peers/bench.py

`share`: from the sync response that brings a command to the request that sends its answer, seen on the wire.
`burst`: 100 answers to cards by 25 people, 16 at a time. `memory`: resident, at rest, in three encrypted rooms.
`reminders`: to so many people (CONVENE_PEERS_PEOPLE), beside as many bare sends into the same rooms.
"""

import os
import re
import statistics
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

from harness.guest import Guest
from harness.person import Person
from harness.processes import wait_for
from harness.proxy import Proxy
from harness.world import World

PEOPLE = int(os.environ.get("CONVENE_PEERS_PEOPLE", "200"))
COMMANDS = int(os.environ.get("CONVENE_PEERS_COMMANDS", "100"))


class Watched(Proxy):
    """Notes when a sync was answered and when a send was asked for."""

    def __init__(self, port: int):
        self.seen: list[tuple[float, str]] = []
        super().__init__(port)

    def _answer(self, asked) -> None:
        is_send = "/send/m.room.encrypted/" in asked.path
        if is_send:
            self.seen.append((time.monotonic(), "send"))
        super()._answer(asked)
        if "/sync" in asked.path:
            self.seen.append((time.monotonic(), "sync"))


def share(world: World, mei: Person) -> None:
    shares = []
    direct = mei.direct()
    for number in range(COMMANDS):
        world.clock.forward(timedelta(seconds=2))
        mei.says(direct, f"rsvp {('yes', 'no')[number % 2]} 1")
        mei.reads(direct, "You're in" if number % 2 == 0 else "Noted, no")
        seen = world.proxy.seen
        sent = next(at for at, what in reversed(seen) if what == "send")
        brought = max(at for at, what in seen if what == "sync" and at < sent)
        shares.append((sent - brought) * 1000)
        wait_for("", lambda: world.proxy.seen[-1][1] == "sync", 5)
        time.sleep(0.3)
    shares.sort()
    print(f"share: median {statistics.median(shares):.1f} ms, 9 of 10 within {shares[int(len(shares) * 0.9)]:.1f} ms")


def burst(world: World, guests: list[Guest], card: str) -> None:
    before = {guest.id: guest.messages() for guest in guests}
    taps = [(guest, key) for key in ("✅", "❌", "👍🏻", "👎🏻") for guest in guests]
    began = time.monotonic()
    with ThreadPoolExecutor(16) as hands:
        list(hands.map(lambda tap: tap[0].taps(world.announcements, card, tap[1]), taps))
    said = time.monotonic() - began
    wait_for("answers are missing", lambda: sum(guest.messages() - before[guest.id] for guest in guests) >= 100, 120, 0.5)
    took = time.monotonic() - began
    world.wait_for_rest()
    answers = sum(guest.messages() - before[guest.id] for guest in guests)
    print(f"burst: {len(taps)} taps in {said:.1f} s, {answers} answers in {took:.1f} s")


def memory(world: World) -> None:
    world.program.stop()
    world.program.start()
    world.program.connect()
    time.sleep(30)
    status = Path(f"/proc/{world.program.process.child.pid}/status").read_text()
    resident = int(re.search(r"VmRSS:\s+(\d+)", status)[1])
    print(f"memory: {resident / 1024:.0f} MiB resident at rest")


def reminders(world: World, guests: list[Guest]) -> None:
    world.clock.set("2027-01-23 16:00:00")
    world.wait_for_row("reminder-coming")
    before = sum(guest.messages() for guest in guests)
    began = time.monotonic()
    with ThreadPoolExecutor(8) as hands:
        list(hands.map(lambda guest: guest.says_plainly("x" * 600), guests))
    bare = len(guests) / (time.monotonic() - began)
    began = time.monotonic()
    world.clock.set("2027-01-24 14:00:01")
    wait_for("reminders are missing", lambda: not due(world), 900, 1)
    ours = len(guests) / (time.monotonic() - began)
    got = sum(guest.messages() for guest in guests) - before
    print(f"reminders: {got} of {len(guests)}, {ours:.1f} a second; bare sends {bare:.1f} a second: {ours / bare:.2f}")


def due(world: World) -> list[dict]:
    return [row for row in world.rows() if row["kind"] == "reminder-coming" and row["due"] < "2027-01-25"]


def main(which: list[str]) -> None:
    world = World(Path(tempfile.mkdtemp()))
    world.proxy.end()
    world.proxy = Watched(world.homeserver.port)
    world.program.use(world.proxy.url)
    try:
        ada, mei = world.settle("mei")
        world.announce("Knowledge Share")
        card = mei.reads(world.announcements, "0 yes").id
        mei.reads(mei.direct(), "Welcome")
        if "memory" in which:
            memory(world)
        if "share" in which:
            share(world, mei)
        guests = [Guest(world.homeserver, f"guest{number}") for number in range(PEOPLE if "reminders" in which else 25)]
        if {"burst", "reminders"} & {*which}:
            began = time.monotonic()
            for guest in guests:
                ada.invites(world.announcements, guest.id)
                guest.comes_into(world.announcements)
                guest.taps(world.announcements, card, "👍")
            world.wait_for_rest(1800)
            print(f"rooms: {len(guests)} direct rooms in {time.monotonic() - began:.0f} s, people coming in included")
            for guest in guests:
                guest.comes_into_its_direct_room()
        if "burst" in which:
            burst(world, guests[:25], card)
        if "reminders" in which:
            reminders(world, guests)
    finally:
        world.end()


main(sys.argv[1:] or ["memory", "share", "burst", "reminders"])
