"""Ten thousand letters in one run, by hand: how long they take beside the budget, and whether memory stays as it is.

    CONVENE_BIN=target/release/convene PYTHONPATH=tests/peers target/tests/peers/bin/python -m mail.load [PEOPLE] [PER_MINUTE]
"""

import csv
import re
import sys
import tempfile
import threading
import time
from datetime import date, timedelta
from pathlib import Path

from .office import Office
from .test_story import Served


def resident(pid: int) -> float:
    """What the program holds in memory, in MiB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


class Counting:
    """Counts letters instead of keeping them: it is our memory that is looked at, not the server's."""

    def __init__(self) -> None:
        self.count = 0
        self.letters: dict[tuple[str, str], int] = {}
        self.lock = threading.Lock()

    async def handle_DATA(self, _server, _session, envelope) -> str:
        letter = re.search(rb"(?im)^message-id:\s*(<[^>]+>)", envelope.content)[1].decode()
        with self.lock:
            self.count += 1
            for to in envelope.rcpt_tos:
                self.letters[to, letter] = self.letters.get((to, letter), 0) + 1
        return "250 taken"


def main(people: int, per_minute: int) -> None:
    office = Office()
    counting = Counting()
    office.letters.handle_DATA = counting.handle_DATA
    office.letters.taken = []
    with tempfile.TemporaryDirectory() as folder:
        served = Served(Path(folder), office, per_minute)
        try:
            table = Path(folder) / "crowd.csv"
            with table.open("w", newline="") as out:
                rows = csv.writer(out)
                rows.writerow(["name", "email", "onboarded"])
                rows.writerows([f"Person {n}", f"person{n}@example.org", "yes"] for n in range(people))
            print(served.run("import", "members", "crowd.csv").strip())
            first = date.today() + timedelta(days=20)
            served.says(f'series new ks "Knowledge Share" every week 14:00-15:00 from={first} to={first + timedelta(days=6)}')
            answers = Path(folder) / "answers.csv"
            with answers.open("w", newline="") as out:
                rows = csv.writer(out)
                rows.writerow(["session", "email", "answer"])
                rows.writerows(["1", f"person{n}@example.org", "yes"] for n in range(people))
            print(served.run("import", "rsvps", "answers.csv").strip())
            before = resident(served.service.pid)
            began, seen = time.monotonic(), []
            served.says("session announce 1", "1")
            # Everybody who comes hears of another date: a letter each.
            served.does(f"session move 1 {first + timedelta(days=1)} 14:00")
            quiet = time.monotonic()
            last = 0
            while counting.count < people and time.monotonic() - quiet < 300:
                if counting.count > last:
                    last, quiet = counting.count, time.monotonic()
                seen.append((counting.count, resident(served.service.pid)))
                time.sleep(2)
            took = time.monotonic() - began
            half = [held for count, held in seen if people * 0.2 < count < people * 0.5]
            rest = [held for count, held in seen if count >= people * 0.5]
            print(f"{counting.count} letters in {took:.0f} s; at {per_minute} a minute at least {people / per_minute * 60:.0f} s")
            print(f"memory before {before:.0f} MiB, highest {max(held for _, held in seen):.0f} MiB")
            if half and rest:
                print(f"from the 20th to the 50th in a hundred {sum(half) / len(half):.1f} MiB, after that {sum(rest) / len(rest):.1f} MiB")
            doubled = [letter for letter, times in counting.letters.items() if times > 1]
            people_written_to = {to for to, _ in counting.letters}
            print(f"{len(people_written_to)} people; {len(doubled)} letters came twice")
        finally:
            served.close()
            office.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000, int(sys.argv[2]) if len(sys.argv) > 2 else 30_000)
