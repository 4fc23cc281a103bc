"""What comes to a bot on Slack by mistake and otherwise. One community bears it all, and at the end it still answers."""

import json
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import quote, urlencode

import pytest

from fake.delivery import FORM, Acknowledged
from fake.hands import Person, Post
from fake.signing import signature, signed
from harness.processes import wait_for
from town import Town

BIDI = [chr(point) for point in (0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    made = Town(tmp_path_factory.mktemp("bad"), preview_above=0)
    try:
        made.settle("mei", "jo")
        made.announce()
        for name in ("mei", "jo"):
            made.people[name].reads("Welcome")
        yield made
    finally:
        made.end()


@pytest.fixture
def mei(town: Town) -> Person:
    return town.people["mei"]


@pytest.fixture
def ada(town: Town) -> Person:
    return town.people["ada"]


def sends(town: Town, path: str, body: bytes, headers: dict[str, str]) -> Acknowledged:
    return town.slack.run(town.slack.delivery.post_as_it_is(path, body, headers))


def now(town: Town) -> int:
    return int(town.clock.now().timestamp())


def heard(town: Town, person: Person) -> int:
    """How much the bot has said to somebody alone."""
    town.wait_for_rest()
    return len(person.alone())


def test_what_is_not_signed_well_is_not_read(town: Town, mei: Person) -> None:
    before = heard(town, mei)
    secret, at = town.slack.signing_secret, now(town)
    body = urlencode(mei.command("rsvp yes 1", town.announcements)).encode()
    good = signed(secret, at, body, FORM)
    wrong = {
        "another secret": signed("x" * 32, at, body, FORM),
        "no signature": {name: value for name, value in good.items() if name != "X-Slack-Signature"},
        "no time": {name: value for name, value in good.items() if name != "X-Slack-Request-Timestamp"},
        "an empty signature": good | {"X-Slack-Signature": ""},
        "only its version": good | {"X-Slack-Signature": "v0="},
        "no hexadecimal": good | {"X-Slack-Signature": "v0=" + "z" * 64},
        "another version": good | {"X-Slack-Signature": "v1=" + signature(secret, at, body)[3:]},
        "a time that is not the one signed": good | {"X-Slack-Request-Timestamp": str(at + 1)},
        "no number for a time": good | {"X-Slack-Request-Timestamp": "now"},
        "old": signed(secret, at - 301, body, FORM),
        "from the future": signed(secret, at + 320, body, FORM),
        "a very large time": signed(secret, 99999999999999999999, body, FORM),
    }
    for why, headers in wrong.items():
        for path in ("commands", "interactivity", "events"):
            assert sends(town, f"/slack/{path}", body, headers).status == 401, why
    assert heard(town, mei) == before


def test_the_same_in_another_encoding_is_not_the_same(town: Town, mei: Person) -> None:
    before = heard(town, mei)
    form = mei.command("rsvp yes 1", town.announcements)
    body = urlencode(form).encode()
    again = urlencode(form, quote_via=quote).encode()
    assert body != again
    headers = signed(town.slack.signing_secret, now(town), body, FORM)
    assert sends(town, "/slack/commands", again, headers).status == 401
    assert sends(town, "/slack/commands", body.replace(b"%2F", b"%2f"), headers).status == 401
    assert heard(town, mei) == before


def test_a_replay_is_taken_and_changes_nothing(town: Town, mei: Person) -> None:
    body = urlencode(mei.command("rsvp maybe 1", town.announcements)).encode()
    headers = signed(town.slack.signing_secret, now(town), body, FORM)
    assert sends(town, "/slack/commands", body, headers).status == 200
    mei.types("rsvp no 1", town.announcements)
    mei.reads("Noted, no", town.announcements)
    before = heard(town, mei)
    for _ in range(3):
        assert sends(town, "/slack/commands", body, headers).status == 200
    assert heard(town, mei) == before
    mei.types("rsvp no 1", town.announcements)
    mei.reads("as before", town.announcements)


def test_an_event_that_comes_again_is_taken_once(town: Town, mei: Person) -> None:
    before = heard(town, mei)
    delivered = mei.writes("sessions")
    mei.reads("Coming up")
    wrapped = delivered.event
    for number in (1, 2, 3):
        more = {"X-Slack-Retry-Num": str(number), "X-Slack-Retry-Reason": "http_timeout"}
        body = json.dumps(wrapped).encode()
        headers = signed(town.slack.signing_secret, now(town), body, "application/json") | more
        assert sends(town, "/slack/events", body, headers).status == 200
    assert heard(town, mei) == before + 1


def test_the_address_is_proved(town: Town) -> None:
    body = json.dumps({"type": "url_verification", "token": "old", "challenge": "abc123"}).encode()
    headers = signed(town.slack.signing_secret, now(town), body, "application/json")
    answer = sends(town, "/slack/events", body, headers)
    assert answer.status == 200 and (answer.body == {"challenge": "abc123"} or answer.body == "abc123")


@pytest.mark.parametrize("path", ["commands", "interactivity", "events"])
@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"null", b"[]", b"payload=", b"payload=%7B", b"payload=null", b'{"type":"event_callback"}', b"\xff\xfe\x00",
     b'{"type":"nothing known"}', b"payload=%7B%22type%22%3A%22unheard%20of%22%7D", b"command=%2Fconvene", b"a=" * 50_000,
     b'{"type":"event_callback","event_id":"Ev1","team_id":"T1","event":{"type":"message"}}', b"[" * 20_000],
)  # fmt: skip
def test_what_is_malformed_is_no_trouble(town: Town, path: str, body: bytes) -> None:
    kind = "application/json" if path == "events" else FORM
    answer = sends(town, f"/slack/{path}", body, signed(town.slack.signing_secret, now(town), body, kind))
    assert answer.status in (200, 400, 413, 415, 422), answer


def test_another_workspace_is_not_this_community(town: Town, mei: Person) -> None:
    before = heard(town, mei)
    form = mei.command("rsvp yes 1", town.announcements) | {"team_id": "T0ELSEWHERE"}
    body = urlencode(form).encode()
    answer = sends(town, "/slack/commands", body, signed(town.slack.signing_secret, now(town), body, FORM))
    assert answer.status == 200 and "You're in" not in answer.text
    assert heard(town, mei) == before


def test_a_button_that_nobody_made_gets_words(town: Town, mei: Person) -> None:
    card = town.card(mei)
    for value in ("", "rsvp yes 999", "no such command", "session cancel 1 off", "x" * 2000):
        payload = mei.press(card, "Yes")
        payload["actions"][0]["value"] = value
        before = heard(town, mei)
        assert town.slack.run(town.slack.delivery.interaction(payload)).status == 200
        wait_for(f"{value[:20]!r} is not answered", lambda: heard(town, mei) > before)
    payload = mei.press(card, "Yes")
    payload["actions"][0] |= {"action_id": "nobody's", "type": "static_select"}
    assert town.slack.run(town.slack.delivery.interaction(payload)).status == 200
    assert "called off" not in town.card(mei).text.lower()


def test_a_members_button_is_no_managers(town: Town, mei: Person, ada: Person) -> None:
    mei.types("rsvp yes 1", town.announcements)
    town.organisers.members.add(mei.id)
    ada.types("session cancel 1 it is off", town.organisers)
    preview = ada.reads("Cancel it", town.organisers)
    mei.presses(preview, "Cancel it")
    mei.reads("You are not", town.organisers)
    assert "called off" not in town.card(mei).text.lower()
    ada.presses(preview, "Not now")


def test_titles_are_text_and_call_nobody(town: Town, ada: Person, mei: Person) -> None:
    theme = "<!channel> <@U1> & `code` *bold* _slanted_ ~gone~ :smile: <https://x.example|y> <!date^1^{date}|x> \u202egnp.exe\u202c \u2066x\u2069"
    ada.types(f"session theme 1 {theme}", town.organisers)
    ada.reads("Theme set", town.organisers)
    shown = mei.sees(town.card(mei), "gnp.exe")
    plain = theme
    for mark in BIDI:
        plain = plain.replace(mark, "")
    mei.types("sessions", town.announcements)
    for post in (shown, mei.reads("Coming up", town.announcements)):
        assert plain in post.text, post.text
        calls_nobody(post)
    for person in (ada, mei):
        for post in person.everything():
            calls_nobody(post)


def calls_nobody(post: Post) -> None:
    assert not post.read.calls, post.text
    assert not [link for link in post.read.links if "x.example" in link], post.text
    assert not {"bold", "slanted", "gone", "code"} & {*post.read.styled}, post.text
    assert not [mark for mark in BIDI if mark in json.dumps(post.message.content, ensure_ascii=False)], post.text
    assert post.message.content.get("unfurl_links") in (False, None)


def test_an_answer_goes_to_slack_and_nowhere_else(town: Town, mei: Person) -> None:
    called: list[str] = []

    class Elsewhere(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            called.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere)
    Thread(target=server.serve_forever, daemon=True).start()
    port = town.slack.url.rsplit(":", 1)[1]
    elsewhere = [
        f"http://127.0.0.1:{server.server_port}/actions/x", f"http://127.0.0.1:{port}@127.0.0.1:{server.server_port}/x",
        f"http://hooks.slack.com.localhost:{server.server_port}/x", "file:///etc/passwd", "", "no address",
        f"http://127.0.0.1:{server.server_port}/https://hooks.slack.com/", f"http://localhost:{server.server_port}/x",
    ]  # fmt: skip
    for address in elsewhere:
        before = heard(town, mei)
        payload = mei.press(town.card(mei), "Maybe") | {"response_url": address}
        assert town.slack.run(town.slack.delivery.interaction(payload)).status == 200
        # It is said all the same, as a message.
        wait_for(f"no answer for {address!r}", lambda: heard(town, mei) > before)
    assert not called
    server.shutdown()
    server.server_close()


def test_an_expired_address_is_no_loss(town: Town, mei: Person) -> None:
    payload = mei.press(town.card(mei), "Yes")
    name = payload["response_url"].split("/actions/")[1]
    town.slack.hooks[name].left = 0
    before = len(mei.posts())
    assert town.slack.run(town.slack.delivery.interaction(payload)).status == 200
    wait_for("it is not said otherwise", lambda: len(mei.posts()) > before)


def test_a_session_that_is_over_or_off_says_so_to_a_stale_button(town: Town, ada: Person, mei: Person) -> None:
    mei.types("rsvp yes 1", town.announcements)
    ada.types("session cancel 1 speaker withdrew", town.organisers)
    preview = ada.reads("Cancel it", town.organisers)
    payload = mei.press(town.card(mei), "Yes")
    ada.presses(preview, "Cancel it")
    mei.sees(town.card(mei), "Called off")
    before = heard(town, mei)
    assert town.slack.run(town.slack.delivery.interaction(payload)).status == 200
    wait_for("no answer", lambda: heard(town, mei) > before)
    assert "called off" in mei.alone()[-1].text.lower()


def test_after_all_that_it_answers_within_a_blink(town: Town, mei: Person) -> None:
    began = time.monotonic()
    assert mei.types("sessions", town.announcements).in_time
    print(f"answered in {(time.monotonic() - began) * 1000:.0f} ms")
    assert not town.slack.methods.wrong
    assert "panicked" not in town.program.log()
