"""The fake, checked from the other side: Slack's own libraries work against it, and its signatures pass their verifier."""

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode

import pytest
from slack_bolt import App, BoltRequest
from slack_bolt.adapter.socket_mode.builtin import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler
from slack_sdk.signature import SignatureVerifier
from slack_sdk.webhook import WebhookClient

from fake.hands import Person
from fake.server import Slack
from fake.signing import signed
from fake.team import Team

SCOPES = {
    "chat:write", "im:write", "im:history", "channels:read", "channels:history", "channels:join", "users:read",
    "users:read.email", "reactions:write", "reactions:read",
}  # fmt: skip
BUTTON = {"type": "button", "text": {"type": "plain_text", "text": "Yes"}, "action_id": "yes", "value": "1"}
CARD = [{"type": "section", "text": {"type": "mrkdwn", "text": "*Come?*"}}, {"type": "actions", "elements": [BUTTON]}]
NAME = {
    "type": "input",
    "block_id": "name",
    "label": {"type": "plain_text", "text": "Name"},
    "element": {"type": "plain_text_input", "action_id": "name"},
}
MODAL = {
    "type": "modal",
    "callback_id": "asked",
    "title": {"type": "plain_text", "text": "Asked"},
    "submit": {"type": "plain_text", "text": "Send"},
    "blocks": [NAME],
}


class Town:
    """A workspace of the fake with a bolt app in it."""

    def __init__(self):
        self.slack = Slack()
        self.team: Team = self.slack.team()
        self.token, _ = self.team.grant(SCOPES)
        self.mei = Person(self.slack, self.team, self.team.user("mei"))
        self.hall = self.team.channel("hall", members=(self.mei.id, self.team.bot))
        self.client = WebClient(self.token, base_url=f"{self.slack.url}/api/", timeout=5)
        self.heard: list[str] = []
        self.app = App(client=self.client, signing_secret=self.slack.signing_secret)
        self._listen()

    def _listen(self) -> None:
        app, heard = self.app, self.heard

        @app.command("/convene")
        def _(ack, command, client):
            if command["text"] == "ask":
                client.views_open(trigger_id=command["trigger_id"], view=MODAL)
                ack()
            else:
                ack(f"You said {command['text']}")

        @app.action("yes")
        def _(ack, respond, action, body):
            ack()
            respond(f"You pressed {action['value']}", response_type="ephemeral", replace_original=False)

        @app.view("asked")
        def _(ack, view):
            name = view["state"]["values"]["name"]["name"]["value"]
            if name == "x":
                ack(response_action="errors", errors={"name": "Too short"})
            else:
                heard.append(name)
                ack()

        @app.event("team_join")
        def _(event):
            heard.append(event["user"]["real_name"])

        @app.event("message")
        def _(event, say):
            say(f"Read: {event['text']}")

        @app.shortcut("add")
        def _(ack, shortcut):
            heard.append(shortcut["message"]["text"])
            ack()


class Front:
    """A listener over HTTP for a bolt app, which fails when it is told to."""

    def __init__(self, app: App):
        self.fails = 0
        self.headers: list[dict] = []
        front = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                front.headers.append(dict(self.headers))
                if front.fails:
                    front.fails -= 1
                    self.send_response(500)
                    self.end_headers()
                    return
                answer = app.dispatch(BoltRequest(body=body, headers=dict(self.headers)))
                self.send_response(answer.status)
                for name, value in answer.first_headers().items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(answer.body.encode())

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def quiet_town() -> Iterator[Town]:
    """Nobody listens yet."""
    made = Town()
    yield made
    made.slack.end()


@pytest.fixture(params=["http", "socket"])
def town(request: pytest.FixtureRequest, quiet_town: Town) -> Iterator[Town]:
    """The app listens, over HTTP and over Socket Mode."""
    if request.param == "http":
        quiet_town.front = Front(quiet_town.app)
        quiet_town.slack.delivery.address = quiet_town.front.url
        yield quiet_town
        quiet_town.front.server.shutdown()
        quiet_town.front.server.server_close()
        return
    handler = SocketModeHandler(quiet_town.app, quiet_town.slack.app_token)
    handler.connect()
    wait_until(lambda: quiet_town.slack.sockets.live)
    yield quiet_town
    handler.close()


def wait_until(look, patience: float = 10.0) -> None:
    until = time.monotonic() + patience
    while not look():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_a_bolt_app_hears_and_answers(town: Town) -> None:
    mei = town.mei
    assert mei.types("hello <there>", town.hall).in_time
    mei.reads("You said hello <there>", town.hall)
    card = town.client.chat_postMessage(channel=town.hall.id, text="Come?", blocks=CARD)
    assert card["ok"] and card["message"]["bot_id"] == town.team.bot_id
    mei.presses(mei.reads("Come?", town.hall), "Yes")
    mei.reads("You pressed 1", town.hall)
    mei.types("ask")
    mei.submits(name="x")
    assert mei.modal["errors"] == {"name": "Too short"}
    mei.submits(name="Mei")
    assert not mei.modal
    mei.writes("a question")
    mei.reads("Read: a question")
    mei.comes()
    mei.uses_shortcut("add", card_of(mei, town))
    wait_until(lambda: town.heard == ["Mei", "Mei", "Come?"])
    assert not mei.failures and not town.slack.methods.wrong


def card_of(mei: Person, town: Town):
    return next(post for post in mei.posts(town.hall) if "Come?" in post.text)


def test_what_is_signed_passes_the_official_verifier(quiet_town: Town) -> None:
    slack = quiet_town.slack
    verifier = SignatureVerifier(slack.signing_secret)
    body = urlencode(quiet_town.mei.command("rsvp yes 1 ü & <x>")).encode()
    assert parse_qs(body.decode())["text"] == ["rsvp yes 1 ü &amp; &lt;x&gt;"]
    headers = signed(slack.signing_secret, int(time.time()), body, "application/x-www-form-urlencoded")
    assert verifier.is_valid_request(body, headers)
    assert not verifier.is_valid_request(body.replace(b"yes", b"no"), headers)
    old = signed(slack.signing_secret, int(time.time()) - 301, body, "application/x-www-form-urlencoded")
    assert not verifier.is_valid_request(body, old)


def test_an_event_is_sent_again_until_it_is_acknowledged(quiet_town: Town) -> None:
    front = Front(quiet_town.app)
    quiet_town.slack.delivery.address = front.url
    quiet_town.slack.delivery.retries = (0.01, 0.01, 0.01)
    front.fails = 2
    delivered = quiet_town.mei.comes()
    assert delivered.tries == [500, 500, 200] and quiet_town.heard == ["Mei"]
    assert [headers.get("X-Slack-Retry-Num") for headers in front.headers] == [None, "1", "2"]
    front.fails = 9
    assert quiet_town.mei.comes().tries == [500] * 4
    front.server.shutdown()


def test_envelopes_take_one_socket_each_and_sockets_are_renewed(quiet_town: Town) -> None:
    town, slack = quiet_town, quiet_town.slack
    handlers = [SocketModeHandler(town.app, slack.app_token) for _ in range(2)]
    for handler in handlers:
        handler.connect()
    wait_until(lambda: len(slack.sockets.live) == 2)
    for number in range(10):
        town.mei.types(f"say {number}", town.hall)
    assert [socket.sent for socket in slack.sockets.live] == [5, 5]
    assert len(town.mei.posts(town.hall)) == 10
    slack.sockets.grace = 0.2
    slack.run(slack.sockets.say_goodbye("refresh_requested", slack.sockets.live[0]))
    wait_until(lambda: slack.sockets.opened >= 3 and len(slack.sockets.live) == 2)
    assert town.mei.types("again", town.hall).in_time
    for handler in handlers:
        handler.close()


def test_refusals_are_slacks(quiet_town: Town) -> None:
    town, client = quiet_town, quiet_town.client

    def refused(call, **arguments) -> str:
        with pytest.raises(SlackApiError) as found:
            call(**arguments)
        return found.value.response["error"]

    away = town.team.channel("away")
    hall = town.hall.id
    post = client.chat_postMessage
    assert refused(post, channel="C0", text="x") == "channel_not_found"
    assert refused(post, channel=away.id, text="x") == "not_in_channel"
    assert refused(post, channel=hall) == "no_text"
    assert refused(post, channel=hall, text="x" * 40_001) == "msg_too_long"
    assert refused(post, channel=hall, text="x", blocks=[{"type": "divider"}] * 51) == "invalid_blocks"
    assert refused(post, channel=hall, text="x", blocks=[{"type": "actions", "elements": [BUTTON] * 2}]) == "invalid_blocks"
    assert refused(client.chat_update, channel=hall, ts="1.1", text="x") == "message_not_found"
    assert refused(client.conversations_open, users="U0") == "user_not_found"
    trigger = town.slack.methods.trigger(town.team, town.mei.id)
    client.views_open(trigger_id=trigger, view=MODAL)
    assert refused(client.views_open, trigger_id=trigger, view=MODAL) == "exchanged_trigger_id"
    town.slack.methods.trigger_lives = 0
    late = town.slack.methods.trigger(town.team, town.mei.id)
    assert refused(client.views_open, trigger_id=late, view=MODAL) == "expired_trigger_id"
    assert refused(WebClient("xoxb-no", base_url=client.base_url).auth_test) == "invalid_auth"
    assert refused(client.team_info) == "missing_scope"
    client.conversations_join(channel=away.id)
    assert post(channel=away.id, text="x")["ok"]


def test_pages_and_histories(quiet_town: Town) -> None:
    town, client = quiet_town, quiet_town.client
    for number in range(25):
        town.team.user(f"guest{number}")
    people = [user for page in client.users_list(limit=10) for user in page["members"]]
    assert len(people) == 27 and people[-1]["profile"]["email"] == "guest24@example.org"
    metadata = {"event_type": "told", "event_payload": {"id": "d1"}}
    first = client.chat_postMessage(channel=town.hall.id, text="one", metadata=metadata)["ts"]
    client.chat_postMessage(channel=town.hall.id, text="two")
    found = client.conversations_history(channel=town.hall.id, oldest=first, inclusive=True, include_all_metadata=True)
    assert [message["text"] for message in found["messages"]] == ["two", "one"]
    assert found["messages"][1]["metadata"] == metadata
    town.slack.methods.lag = 5
    assert not client.conversations_history(channel=town.hall.id)["messages"]


def test_faults_come_as_ordered(quiet_town: Town) -> None:
    town, faults = quiet_town, quiet_town.slack.faults
    patient = WebClient(town.token, base_url=town.client.base_url, timeout=1)
    patient.retry_handlers.append(RateLimitErrorRetryHandler(max_retry_count=1))
    faults.order("chat.postMessage", "busy", seconds=1)
    assert patient.chat_postMessage(channel=town.hall.id, text="one")["ok"]
    faults.order("chat.postMessage", "drops", after=True)
    faults.order("chat.postMessage", "broken")
    faults.order("chat.postMessage", "hangs", seconds=2)
    for _ in range(3):
        with pytest.raises((SlackApiError, OSError)):
            once(town, timeout=1).chat_postMessage(channel=town.hall.id, text="two")
    assert [post.text for post in town.mei.posts(town.hall)] == ["one", "two"]
    assert faults.made == {"busy": 1, "drops": 1, "broken": 1, "hangs": 1}


def test_rates_are_enforced_and_impatience_is_counted(quiet_town: Town) -> None:
    town, rates = quiet_town, quiet_town.slack.rates
    rates.limits["users.info"] = (60, 2)
    answers = [call(town) for _ in range(4)]
    assert answers == [200, 200, 429, 429]
    assert rates.refused["users.info"] == 2 and rates.inside["users.info"] == 1
    time.sleep(1.05)
    assert call(town) == 200


def once(town: Town, timeout: int = 5) -> WebClient:
    """A client that tries nothing twice."""
    return WebClient(town.token, base_url=town.client.base_url, timeout=timeout, retry_handlers=[])


def call(town: Town) -> int:
    try:
        return once(town).users_info(user=town.mei.id).status_code
    except SlackApiError as error:
        return error.response.status_code


def test_installing_and_renewing_a_token(quiet_town: Town) -> None:
    town, slack = quiet_town, quiet_town.slack
    slack.token_lives = 0.2
    bare = WebClient(base_url=town.client.base_url)
    slack.codes["c"] = (town.team, town.mei.id, SCOPES, "https://x/")
    keys = {"client_id": slack.client_id, "client_secret": slack.client_secret}
    installed = bare.oauth_v2_access(code="c", redirect_uri="https://x/", **keys)
    assert installed["team"]["id"] == town.team.id and installed["authed_user"]["id"] == town.mei.id
    time.sleep(0.25)
    with pytest.raises(SlackApiError, match="token_expired"):
        WebClient(installed["access_token"], base_url=bare.base_url).auth_test()
    renewed = bare.oauth_v2_access(grant_type="refresh_token", refresh_token=installed["refresh_token"], **keys)
    assert WebClient(renewed["access_token"], base_url=bare.base_url).auth_test()["team_id"] == town.team.id
    with pytest.raises(SlackApiError, match="invalid_refresh_token"):
        bare.oauth_v2_access(grant_type="refresh_token", refresh_token=installed["refresh_token"], **keys)


def test_a_response_url_ends_after_five_answers_or_half_an_hour(quiet_town: Town) -> None:
    town, slack = quiet_town, quiet_town.slack
    hook = WebhookClient(slack.hook(town.team, town.hall.id, town.mei.id))
    assert [hook.send(text="x").status_code for _ in range(6)] == [200] * 5 + [404]
    late = WebhookClient(slack.hook(town.team, town.hall.id, town.mei.id))
    slack.now = lambda: time.time() + 31 * 60
    assert late.send(text="x").body == "expired_url"
