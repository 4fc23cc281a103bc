"""Every kind of letter that there is, as a real mail server received it: read here, and kept in target/tests/screens as pages, of
which tests/browser/letters.test.mjs makes pictures to be looked at; also the pages that links in letters lead to."""

import os
import re
import urllib.parse
from email.message import EmailMessage
from html.parser import HTMLParser
from pathlib import Path

from harness.clock import Clock
from harness.outbox import Outbox
from harness.processes import wait_for

from .office import Office
from .test_story import Served

_ROOT = Path(__file__).resolve().parents[3]
LIST, STAFF = "list@example.org", "staff@example.org"
MEI, JO, UNA, TOVE, NOOR, SAM = (f"{name}@example.org" for name in ("mei", "jo", "una", "tove", "noor", "sam"))
# A Monday, in summer.
BEGINNING = "2026-09-07 08:00:00"


class Town(Served, Outbox):
    """A community whose people have nothing but mail, its rooms included."""

    NAME = "Northern Lights"
    PEOPLE = f"""name,email,onboarded,role_groups
Mei Tanaka,{MEI},yes,core
Jo Field,{JO},yes,core
Una Reed,{UNA},yes,
Tove Lind,{TOVE},yes,
Noor Haddad,{NOOR},,
"""

    def __init__(self, folder: Path, office: Office):
        self.clock = Clock(folder, BEGINNING)
        self.program = self
        super().__init__(folder, office, clock=self.clock)

    def settings(self, text: str) -> str:
        text = text.replace('announcements = "local:announcements"', f'announcements = "email:{LIST}"', 1)
        text = text.replace('organisers = "local:organisers"', f'organisers = "email:{STAFF}"', 1)
        text = re.sub(r'(?m)^slug = "weekly"$', 'slug = "weekly"\nrole_group = "core"', text, count=1)
        return text + """
[community.conduct]
version = "2026-09"
link = "https://example.org/conduct"

[[community.digest]]
slug = "all"
cron = "0 9 * * 1"
"""

    def goes_to(self, time: str) -> None:
        """Another time, with the bot started anew: one that runs on looks at its plans every half a minute of real time."""
        self.wait_for_rest()
        self.close()
        self.clock.set(time)
        self.start()

    def follows(self, letter: EmailMessage, label: str) -> str:
        """Follows a link of a letter, presses the button there, and answers the page that comes."""
        page, url = self.asks(letter, label)
        assert "<form" in page
        return self.post(url, b"")

    def asks(self, letter: EmailMessage, label: str) -> tuple[str, str]:
        """The page that a link of a letter leads to, and its address."""
        url = self.here(links(letter)[label])
        return self.get(url).read().decode(), url

    def here(self, url: str) -> str:
        return urllib.parse.urlsplit(url).path

    def post(self, url: str, body: bytes) -> str:
        return super().post(f"{self.url}{url}", body)


class Reader(HTMLParser):
    """What somebody reads of a page, and its links by their labels."""

    def __init__(self) -> None:
        super().__init__()
        self.text, self.links, self.href, self.hidden = [], {}, None, 0

    def handle_starttag(self, tag, attrs) -> None:
        self.hidden += tag in ("style", "title")
        if tag == "a":
            self.href = dict(attrs)["href"]
        assert tag not in ("img", "script", "link", "iframe"), "nothing is fetched"

    def handle_endtag(self, tag) -> None:
        self.hidden -= tag in ("style", "title")
        self.href = None if tag == "a" else self.href

    def handle_data(self, data) -> None:
        if not self.hidden:
            self.text.append(data)
            if self.href:
                self.links[data] = self.href


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    return reader


def links(letter: EmailMessage) -> dict[str, str]:
    return read(letter.get_body(("html",)).get_content()).links


def words(text: str) -> list[str]:
    """The words of a text without addresses and marks."""
    return re.findall(r"\w+", re.sub(r"https?://\S+", " ", text))


class Shelf:
    """Where letters and pages are kept to be looked at."""

    def __init__(self) -> None:
        self.folder = _ROOT / os.environ.get("CARGO_TARGET_DIR", "target") / "tests/screens"
        self.folder.mkdir(parents=True, exist_ok=True)
        for old in self.folder.glob("letter-*"):
            old.unlink()

    def keep(self, name: str, letter: EmailMessage) -> EmailMessage:
        """Keeps a letter, once it is known that its two parts say the same."""
        html, text = (letter.get_body((kind,)).get_content() for kind in ("html", "plain"))
        said = words(" ".join(read(html).text))
        assert sorted(said) == sorted(words(text)), (name, text)
        assert letter["Subject"] and letter["Auto-Submitted"] == "auto-generated"
        (self.folder / f"letter-{name}.html").write_text(html)
        (self.folder / f"letter-{name}.txt").write_text(f"Subject: {letter['Subject']}\n\n{text}")
        return letter

    def page(self, name: str, html: str) -> None:
        (self.folder / f"letter-page-{name}.html").write_text(html)


def test_every_letter_can_be_looked_at(tmp_path: Path) -> None:
    office = Office()
    town = Town(tmp_path, office)
    try:
        everything(town, Shelf())
    except BaseException:
        print((tmp_path / "log").read_text()[-6000:])
        raise
    finally:
        town.close()
        office.close()


def everything(town: Town, shelf: Shelf) -> None:
    kept: set[tuple[str, int]] = set()

    def comes(name: str, to: str, phrase: str) -> EmailMessage:
        """The first letter to somebody that says `phrase` and was not looked at before, once it is there."""

        def look() -> EmailMessage | None:
            for at, letter in enumerate(town.office.to(to)):
                text = letter.get_body(("plain",)).get_content()
                if (to, at) not in kept and phrase in " ".join(text.split()):
                    kept.add((to, at))
                    return letter
            return None

        return shelf.keep(name, wait_for(f"nobody writes {phrase!r} to {to}", look, every=0.2))

    town.says(*[f'consent note "{name}" mail yes On paper' for name in ("Mei Tanaka", "Jo Field", "Una Reed", "Tove Lind", "Noor Haddad")])
    town.says(
        'series new ks "Knowledge Share" last Monday of every month 14:00-15:00 from=2026-09-01 to=2026-12-31 '
        "capacity=2 link=https://video.example.org/ks",
        "session theme 1 Synthetic data",
        "session speaker 1 Mei Tanaka",
        "session announce 1",
        "1",
    )
    comes("announcement-to-a-list", LIST, "Synthetic data")
    invitation = comes("invitation", MEI, "0 of 2 yes")
    assert invitation["Subject"] == "1 · Knowledge Share: Synthetic data, Mon 28 Sep 2026, 14:00 London"
    invited = {to: town.office.wait_for(to, 1)[0] for to in (JO, UNA)}
    town.says("session page 1")
    comes("speaker-page", MEI, "You speak at")
    shelf.page("asks", town.asks(invitation, "Yes")[0])
    shelf.page("answered", town.follows(invitation, "Yes"))
    town.follows(invited[JO], "Yes")
    shelf.page("in-line", town.follows(invited[UNA], "Yes"))
    town.follows(invited[JO], "No")
    promoted = comes("promoted", UNA, "A seat became free and is yours")
    assert promoted["Subject"].startswith("A seat became free and is yours: 1 · Knowledge Share")
    town.follows(invited[JO], "Yes")
    town.post("/session/1", urllib.parse.urlencode({"name": "Sam Reed", "email": SAM, "consent": "1"}).encode())
    registered = comes("registered", SAM, "Please confirm")
    town.post(town.here(links(registered)["Yes, I will come"]), b"answer=yes")
    comes("registered-in-line", SAM, "2nd in line")
    town.says('onboarding start "Noor Haddad" list=general')
    comes("checklist-begun", NOOR, "A list has begun")

    town.says('meeting new ops "Operations" every Tuesday 10:00-10:30 for=core from=2026-09-22 to=2026-10-20')
    town.says("agenda add 5 Data access for the new cohort", "update add 5 Two papers submitted", "ask 5 Who owns the licence?")
    town.says("meeting announce ops", "1")
    comes("meetings", MEI, "You are invited to all of them")
    town.says("session announce 2", "1", "session chase 2 to=unanswered")
    asked = comes("unanswered", TOVE, "You have not answered yet")
    assert asked["Subject"].startswith("Are you coming? 2 · Knowledge Share, Mon 26 Oct")

    town.goes_to("2026-09-14 08:05:00")
    digest = comes("digest", MEI, "week of 14 September")
    shelf.page("asks-to-leave", town.asks(digest, "No more letters of this kind")[0])
    shelf.page("left", town.follows(digest, "No more letters of this kind"))
    comes("digest-to-a-list", LIST, "week of 14 September")
    comes("run-book", STAFF, "Run-book for")
    town.goes_to("2026-09-21 13:05:00")
    comes("agenda", MEI, "Data access for the new cohort")
    comes("reminder-speakers", MEI, "You have a part in this session")
    comes("reminder-organisers", STAFF, "Starts in 7 days")
    comes("late", STAFF, "Late since last time")
    town.goes_to("2026-09-27 13:05:00")
    reminder = comes("reminder", UNA, "You said yes")
    assert reminder["Subject"] == "Starts in 1 day: 1 · Knowledge Share: Synthetic data, Mon 28 Sep 2026, 14:00 London"
    comes("nudge", MEI, "This was to be done")
    shelf.page("snoozed", town.follows(reminder, "Remind me later"))
    town.goes_to("2026-09-28 04:05:00")
    again = comes("reminder-snoozed", UNA, "Starts in 9 hours")
    town.follows(again, "I can't come")
    comes("offered", JO, "do you still want it")
    town.goes_to("2026-09-28 05:30:00")
    comes("offer-over", JO, "The time to take the seat is over")
    town.goes_to("2026-09-28 13:00:10")
    comes("begins", LIST, "Starts now")
    town.says("attendance count 1 17")
    town.goes_to("2026-09-29 14:05:00")
    comes("summary", STAFF, "Held Mon 28 Sep 2026")

    town.says("session mode 2 both")
    changed = comes("changed", TOVE, "Where to take part has changed")
    town.follows(changed, "Yes, in person")
    town.says("session move 2 2026-11-02")
    moved = comes("moved", TOVE, "It was Mon 26 Oct 2026")
    assert moved["Subject"] == "New date: 2 · Knowledge Share, Mon 2 Nov 2026, 14:00 London"
    comes("moved-unanswered", JO, "It was Mon 26 Oct 2026")
    town.says("session cancel 2 speaker withdrew")
    off = comes("cancelled", TOVE, "speaker withdrew")
    assert off["Subject"] == "Called off: 2 · Knowledge Share, Mon 2 Nov 2026, 14:00 London"
    town.says("session restore 2")
    comes("restored", TOVE, "It takes place after all")
    town.says("session mode 2 online")
    comes("way-changed", TOVE, "Now online only")
