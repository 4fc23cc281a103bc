"""How what happens in Slack reaches the app: by signed requests or by sockets, with three seconds to acknowledge, and
again where an event was not acknowledged."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode

import aiohttp

from .signing import signed
from .sockets import Sockets
from .team import Team, new_id

FORM = "application/x-www-form-urlencoded"


@dataclass
class Acknowledged:
    """What the app answered: its status (0 where nothing came in time) and what it said."""

    status: int
    body: object = None
    text: str = ""

    @property
    def in_time(self) -> bool:
        return self.status == 200


@dataclass
class Delivered:
    """An event, and how each try to deliver it ended."""

    event: dict
    tries: list[int] = field(default_factory=list)


class Delivery:
    """Knows where the app listens. `patience` is what Slack gives an app to acknowledge; `retries` is when it tries an
    event again, in seconds after the try before (Slack: at once, after a minute, after five)."""

    def __init__(self, sockets: Sockets, now: Callable[[], float], signing_secret: str):
        self.sockets = sockets
        self.now = now
        self.secret = signing_secret
        # Where `/slack/...` is, for an app over HTTP; none for Socket Mode.
        self.address: str | None = None
        self.patience = 3.0
        self.retries = (0.1, 1.0, 3.0)
        self.events: list[Delivered] = []
        self.session: aiohttp.ClientSession | None = None

    async def command(self, form: dict) -> Acknowledged:
        if self.address:
            return await self.post("commands", urlencode(form).encode(), FORM)
        return await self.sockets.deliver("slash_commands", form, self.patience, True)

    async def interaction(self, payload: dict) -> Acknowledged:
        if self.address:
            return await self.post("interactivity", urlencode({"payload": json.dumps(payload)}).encode(), FORM)
        return await self.sockets.deliver("interactive", payload, self.patience, payload["type"] == "view_submission")

    async def event(self, wrapped: dict) -> Delivered:
        """Until it is acknowledged, four times at most."""
        delivered = Delivered(wrapped)
        self.events.append(delivered)
        reason = ""
        for number, pause in enumerate((0.0, *self.retries)):
            await asyncio.sleep(pause)
            if self.address:
                more = {"X-Slack-Retry-Num": str(number), "X-Slack-Retry-Reason": reason} if number else {}
                answer = await self.post("events", json.dumps(wrapped).encode(), "application/json", more)
            else:
                answer = await self.sockets.deliver(
                    "events_api", wrapped, self.patience, False, {"retry_attempt": number, "retry_reason": reason}
                )
            delivered.tries.append(answer.status)
            if answer.in_time:
                break
            reason = "http_error" if answer.status else "http_timeout"
        return delivered

    async def post(self, where: str, body: bytes, kind: str, more: dict | None = None) -> Acknowledged:
        """One signed request."""
        headers = signed(self.secret, int(self.now()), body, kind) | (more or {})
        return await self.post_as_it_is(f"/slack/{where}", body, headers)

    async def post_as_it_is(self, path: str, body: bytes, headers: dict[str, str]) -> Acknowledged:
        patience = aiohttp.ClientTimeout(total=self.patience)
        try:
            async with self.session.post(self.address + path, data=body, headers=headers, timeout=patience) as answer:
                text = await answer.text()
                is_json = "json" in answer.headers.get("Content-Type", "")
                return Acknowledged(answer.status, json.loads(text) if is_json and text else text or None, text)
        except (TimeoutError, aiohttp.ClientError, ConnectionError):
            return Acknowledged(0)


def wrapped(team: Team, event: dict) -> dict:
    """An event as it is sent."""
    return {
        "token": "old", "team_id": team.id, "api_app_id": team.app_id, "event": event, "type": "event_callback",
        "event_id": new_id("Ev"), "event_time": int(team.now()), "is_ext_shared_channel": False,
        "authorizations": [{"enterprise_id": team.enterprise, "team_id": team.id, "user_id": team.bot, "is_bot": True,
                            "is_enterprise_install": False}],
    }  # fmt: skip
