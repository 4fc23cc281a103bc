"""One session as people outside the chat live it, by a real mail server, a real mailbox and two programs that read calendars and
share no code with ours: invited, accepted by a calendar, moved, called off; one who never answers; one who unsubscribes."""

import json
import os
import re
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import feedparser
import icalendar
import pytest

from harness.clock import Clock
from harness.program import binary

from .office import Office, free_port

BROWSER = Path(__file__).parents[2] / "browser"


class Served:
    """The program with mail, in a folder of its own."""

    NAME = "Northern, Lights; \"Labs\""
    PEOPLE = "name,email,onboarded\nMei Tanaka,mei@example.org,yes\nJo Field,jo@example.org,yes\nUna Reed,una@example.org,yes\n"

    def __init__(self, folder: Path, office: Office, per_minute: int = 6000, clock: Clock | None = None):
        self.folder, self.office = folder, office
        self.env = os.environ | (clock.env() if clock else {})
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.run("init", "--manager", "local:ada", "--name", self.NAME)
        config = folder / "convene.toml"
        mail = f"""
[mail]
server = "127.0.0.1"
port = {office.smtp.port}
security = "none"
from = "convene@example.org"
per_minute = {per_minute}
imap_server = "127.0.0.1"
imap_port = {office.imap_port}
imap_security = "none"
imap_user = "convene"
imap_password_file = "imap.password"

[[community]]
"""
        (folder / "imap.password").write_text("secret\n")
        text = config.read_text().replace('listen = "127.0.0.1:8080"', f'listen = "127.0.0.1:{self.port}"')
        config.write_text(self.settings(text.replace("\n[[community]]\n", mail, 1)))
        (folder / "people.csv").write_text(self.PEOPLE)
        self.run("import", "members", "people.csv")
        self.start()

    def settings(self, text: str) -> str:
        """The configuration, of what `init` wrote and where letters go."""
        return text

    def start(self) -> None:
        self.log = open(self.folder / "log", "ab")
        self.service = subprocess.Popen(
            [binary(), "serve"], cwd=self.folder, env=self.env, stderr=self.log, stdout=subprocess.DEVNULL
        )
        for _ in range(300):
            try:
                self.get("/healthz")
                break
            except OSError:
                time.sleep(0.1)

    def run(self, *args: str, typed: str = "") -> str:
        ran = subprocess.run(
            [binary(), *args], cwd=self.folder, env=self.env, input=typed, text=True, capture_output=True, timeout=60
        )
        assert ran.returncode == 0, f"{args}: {ran.stdout}{ran.stderr}"
        return ran.stdout

    def says(self, *lines: str) -> str:
        return self.run("chat", "--as", "ada", typed="".join(f"{line}\n" for line in lines))

    def does(self, line: str) -> None:
        """Says something and means it, where that is asked."""
        if "Not now" in self.says(line):
            self.says(line, "1")

    def get(self, path: str, **headers: str):
        request = urllib.request.Request(f"{self.url}{path}", headers=headers)
        return urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=10)

    def post(self, url: str, body: bytes) -> str:
        # As the browser does whose page it is.
        request = urllib.request.Request(url, data=body, method="POST", headers={"Sec-Fetch-Site": "same-origin"})
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=10) as answer:
            return answer.read().decode()

    def close(self) -> None:
        self.service.terminate()
        self.service.wait(20)
        self.log.close()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    office = Office()
    made = Served(tmp_path, office)
    yield made
    made.close()
    office.close()


def entry_of(letter: EmailMessage) -> tuple[str, str]:
    """The method of a letter's calendar message, and its text."""
    part = next(part for part in letter.walk() if part.get_content_type() == "text/calendar")
    raw = part.get_payload(decode=True)
    return part.get_param("method"), raw.decode()


def read_twice(text: str) -> list[dict]:
    """The entries of a calendar, read by both programs, which agree."""
    raw = text.encode()
    assert raw.endswith(b"END:VCALENDAR\r\n") and b"\n" not in raw.replace(b"\r\n", b"")
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))

    def instant(value) -> str | None:
        return value and value.dt.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    mine = [
        {
            "uid": str(event["UID"]),
            "sequence": int(event["SEQUENCE"]),
            "recurrence": instant(event.get("RECURRENCE-ID")),
            "start": instant(event["DTSTART"]),
            "end": instant(event["DTEND"]),
            "summary": str(event["SUMMARY"]),
            "status": str(event["STATUS"]),
            "attendees": len(event.get("ATTENDEE", [])) if isinstance(event.get("ATTENDEE"), list) else int("ATTENDEE" in event),
        }
        for event in icalendar.Calendar.from_ical(text).walk("VEVENT")
    ]
    ran = subprocess.run(["node", "calendars.mjs"], cwd=BROWSER, input=text, text=True, capture_output=True, timeout=30)
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout) == mine
    return mine


def accept(letter: EmailMessage, sender: str) -> EmailMessage:
    """What a calendar program answers to an invitation."""
    _, text = entry_of(letter)
    event = icalendar.Calendar.from_ical(text).walk("VEVENT")[0]
    reply, said = icalendar.Calendar(), icalendar.Event()
    for name, value in (("VERSION", "2.0"), ("PRODID", "-//Stories//EN"), ("METHOD", "REPLY")):
        reply.add(name, value)
    for name in ("UID", "SEQUENCE", "RECURRENCE-ID", "DTSTART", "DTEND", "SUMMARY", "ORGANIZER"):
        said[name] = event[name]
    said.add("DTSTAMP", datetime.now(UTC))
    attendee = icalendar.vCalAddress(str(event["ATTENDEE"]))
    attendee.params["PARTSTAT"] = "ACCEPTED"
    said["ATTENDEE"] = attendee
    reply.add_component(said)
    answer = EmailMessage()
    answer["From"], answer["To"], answer["Subject"] = sender, "convene@example.org", "Accepted"
    answer["Message-ID"] = f"<{time.time_ns()}@{sender.split('@')[1]}>"
    answer.set_content("Accepted")
    answer.add_alternative(reply.to_ical(), maintype="text", subtype="calendar", params={"method": "REPLY"})
    return answer


def test_a_session_is_followed_outside_the_chat(served: Served) -> None:
    office = served.office
    first = date.today() + timedelta(days=20)
    second = first + timedelta(days=8)
    people = [f'consent note "{name}" mail yes On paper' for name in ("Mei Tanaka", "Jo Field", "Una Reed")]
    plan = f'series new ks "Knowledge Share" every week 14:00-15:00 from={first} to={first + timedelta(days=60)}'
    served.says(*people, plan, "session theme 1 Data; new, \\n old \"x\" ATTENDEE:mailto:eve@example.org", "session announce 1", "1")
    mei = office.wait_for("mei@example.org", 1)[0]
    jo, una = office.wait_for("jo@example.org", 1)[0], office.wait_for("una@example.org", 1)[0]
    method, text = entry_of(mei)
    (entry,) = read_twice(text)
    assert method == "REQUEST" and entry["attendees"] == 1
    assert entry["summary"] == 'Knowledge Share: Data; new, \\n old "x" ATTENDEE:mailto:eve@example.org'

    office.put(accept(jo, "mei@example.org"))
    office.put(accept(mei, "mei@example.org"))
    until = time.monotonic() + 60
    while "1 yes" not in (shown := served.says("session show 1")):
        assert time.monotonic() < until, shown
        time.sleep(1)
    assert office.unread() == 0

    leave = una["List-Unsubscribe"].strip("<> ")
    assert una["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    served.post(leave, b"List-Unsubscribe=One-Click")

    served.says("session theme 1 Data, corrected")
    served.does(f"session move 1 {second} 14:00")
    moved = [office.wait_for(f"{name}@example.org", 2)[1] for name in ("mei", "jo")]
    for letter in moved:
        method, text = entry_of(letter)
        (now,) = read_twice(text)
        assert method == "REQUEST"
        assert (now["uid"], now["recurrence"]) == (entry["uid"], entry["recurrence"])
        assert now["sequence"] == entry["sequence"] + 1
        assert now["start"] != entry["start"]
    served.does("session cancel 1 speaker withdrew")
    for name in ("mei", "jo"):
        letters = office.wait_for(f"{name}@example.org", 3)
        method, text = entry_of(letters[2])
        (off,) = read_twice(text)
        assert (method, off["status"], off["sequence"]) == ("CANCEL", "CANCELLED", entry["sequence"] + 2)
    time.sleep(2)
    assert [len(office.to(f"{name}@example.org")) for name in ("mei", "jo", "una")] == [3, 3, 1]
    every = [letter["Message-ID"] for name in ("mei", "jo", "una") for letter in office.to(f"{name}@example.org")]
    assert len(set(every)) == len(every)

    with served.get("/calendar/ks.ics") as feed:
        tag, text = feed.headers["ETag"], feed.read().decode()
    (public,) = read_twice(text)
    assert (public["uid"], public["status"]) == (entry["uid"], "CANCELLED")
    with pytest.raises(urllib.error.HTTPError) as unchanged:
        served.get("/calendar/ks.ics", **{"If-None-Match": tag})
    assert unchanged.value.code == 304
    with served.get("/feed.atom") as feed:
        atom = feedparser.parse(feed.read())
    assert not atom.bozo and atom.entries[0].title == "Called off: Knowledge Share: Data, corrected"
    link = re.search(r"/calendar/\S+\.ics", served.says("calendar"))
    assert link
    with served.get(link[0]) as feed:
        assert read_twice(feed.read().decode()) == []


def come_back(letter: EmailMessage, status: str) -> EmailMessage:
    """What a mail server writes that could not deliver a letter (RFC 3464)."""
    to = letter["To"]
    report = EmailMessage()
    report["From"], report["To"] = "Mail Delivery System <MAILER-DAEMON@mx.example.net>", "convene@example.org"
    report["Subject"], report["Message-ID"] = "Undelivered Mail Returned to Sender", f"<{time.time_ns()}@mx.example.net>"
    report.set_type("multipart/report")
    report.set_param("report-type", "delivery-status")
    words, status_part, given = EmailMessage(), EmailMessage(), EmailMessage()
    words.set_content("It could not be delivered.")
    fields, whom = EmailMessage(), EmailMessage()
    fields["Reporting-MTA"] = "dns; mx.example.net"
    whom["Final-Recipient"], whom["Action"], whom["Status"] = f"rfc822; {to}", "failed", status
    status_part.set_type("message/delivery-status")
    status_part.set_payload([fields, whom])
    given.set_content(letter)
    for part in (words, status_part, given):
        report.attach(part)
    return report


def test_who_cannot_be_reached_is_left_alone_and_a_manager_hears_of_it_once(served: Served) -> None:
    office = served.office
    first = date.today() + timedelta(days=20)
    people = [f'consent note "{name}" mail yes On paper' for name in ("Mei Tanaka", "Jo Field")]
    plan = f'series new ks "Knowledge Share" every week 14:00-15:00 from={first} to={first + timedelta(days=6)}'
    served.says(*people, plan, "session announce 1", "1")
    letter = office.wait_for("mei@example.org", 1)[0]
    office.wait_for("jo@example.org", 1)
    office.put(come_back(letter, "5.1.1"))
    until = time.monotonic() + 60
    while "Mei Tanaka" not in (listed := served.says("unreachable")):
        assert time.monotonic() < until, listed
        time.sleep(1)
    put_away(office)
    office.put(come_back(letter, "5.1.2"))
    put_away(office)
    served.does(f"session move 1 {first + timedelta(days=2)} 14:00")
    office.wait_for("jo@example.org", 2)
    time.sleep(2)
    assert len(office.to("mei@example.org")) == 1, "nothing more goes there"
    served.says("reachable mei@example.org")
    served.does(f"session move 1 {first + timedelta(days=3)} 14:00")
    office.wait_for("mei@example.org", 2)


def put_away(office) -> None:
    """Waits until every letter in the mailbox was read."""
    until = time.monotonic() + 60
    while office.unread():
        assert time.monotonic() < until
        time.sleep(0.5)

