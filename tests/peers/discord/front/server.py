"""The front itself: one address for HTTP and gateway, in a thread of its own."""

import asyncio
import json
import secrets
import threading
import time
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime

from aiohttp import web
from simcord.backend import Backend, serializers
from simcord.backend.errors import BackendError
from simcord.http import router
from simcord.http import routes as _routes  # noqa: F401, they register themselves

from .faults import Call, Faults, Rates
from .gateway import Gateway
from .rules import Rules

_API = "/api/v10"
# For so many seconds a nonce is known.
_NONCE = 300.0
_MEMBERS_LIMITED = 1 << 15


class _Clock:
    """The clock of the story, as simcord reads it."""

    elapsed = 0.0

    def __init__(self, now: Callable[[], datetime]):
        self.now = now

    def advance(self, seconds: float) -> None:
        raise AssertionError("the story moves its own clock")


class Discord:
    """Started at once on a free port. Everything that a story orders or reads is an attribute; `end` stops it."""

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)):
        self.now = now
        self.token = f"{secrets.token_hex(12)}.{secrets.token_hex(3)}.{secrets.token_hex(14)}"
        self.backend = Backend(clock=_Clock(now))
        self.rules = Rules()
        self.faults = Faults()
        self.rates = Rates()
        self.calls: list[Call] = []
        self.gateway = Gateway(self.backend, self.token)
        self.backend.subscribers.append(self.gateway.happen)
        # What the bot named its posts by, and for how long Discord knows it.
        self.nonces: dict[tuple[int, str], tuple[float, dict]] = {}
        # People who take no direct messages from the bot.
        self.closed: set[int] = set()
        # What simcord does not know.
        self.gaps: list[str] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.url = self.run(self._start())
        self.gateway.url = self.url.replace("http", "ws", 1)

    @property
    def api(self) -> str:
        return f"{self.url}{_API}/"

    def run(self, work: Coroutine, patience: float = 60):
        """Does something in the front's own thread and waits for it."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(patience)

    def begin(self, work: Coroutine):
        """The same, without waiting; answers what can be waited for."""
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def do(self, what: Callable, *given, **more):
        """Calls a function of the model in the front's own thread."""

        async def call():
            return what(*given, **more)

        return self.run(call())

    async def _start(self) -> str:
        app = web.Application(client_max_size=8 << 20)
        app.router.add_route("*", f"{_API}/{{path:.*}}", self._http)
        app.router.add_get("/", self.gateway.serve)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        return f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}"

    def end(self) -> None:
        self.run(self.gateway.close(1000, forget=True))
        self.run(self._runner.cleanup())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    # --- HTTP

    async def _http(self, request: web.Request) -> web.StreamResponse:
        path, method = "/" + request.match_info["path"], request.method
        text = await request.text()
        body = json.loads(text) if text else None
        call = Call(method, path, body, time.monotonic())
        self.calls.append(call)
        answer = await self._answer(request, call)
        if answer is None:
            call.status = -1
            request.transport.abort()
            return web.Response(status=500)
        call.status = answer.status
        if answer.status >= 400:
            call.error = (answer.body or b"").decode()
        return answer

    async def _answer(self, request: web.Request, call: Call) -> web.Response | None:
        method, path, body = call.method, call.path, call.body
        open_to_all = path.startswith(("/interactions/", "/webhooks/"))
        authorised = request.headers.get("Authorization") == f"Bot {self.token}"
        if not authorised and not open_to_all:
            return _json({"code": 0, "message": "401: Unauthorized"}, status=401)
        route, major = _route(method, path)
        headers, refused = self.rates.ask(route, major, counts=not open_to_all)
        fault = self.faults.take(method, path, after=False)
        if fault and fault.does.startswith("limited:"):
            refused = (fault.does.removeprefix("limited:"), fault.seconds)
        if refused:
            return self._too_early(route, major, headers, *refused)
        if fault:
            return self._fails(fault.does)
        await self.faults.delay()
        status, answer = self._do(request, method, path, body)
        if fault := self.faults.take(method, path, after=True):
            return self._fails(fault.does)
        if status == 204:
            return web.Response(status=204, headers=headers)
        return _json(answer, status=status, headers=headers)

    def _too_early(self, route: str, major: str, headers: dict, scope: str, seconds: float) -> web.Response:
        self.rates.wait(route, major, scope, seconds)
        told = {"message": "You are being rate limited.", "retry_after": round(seconds, 3), "global": scope == "global"}
        headers = headers | {"Retry-After": str(int(seconds) + 1), "X-RateLimit-Scope": scope}
        if scope == "global":
            headers["X-RateLimit-Global"] = "true"
        return _json(told, status=429, headers=headers)

    @staticmethod
    def _fails(does: str) -> web.Response | None:
        return None if does == "drops" else _json({"code": 0, "message": "500: Internal Server Error"}, status=500)

    def _do(self, request: web.Request, method: str, path: str, body: object) -> tuple[int, object]:
        try:
            self.rules.check(method, path, body)
        except (KeyError, TypeError, ValueError) as error:
            self.rules.wrong.append(f"{method} {path}: cannot be read: {error!r}")
        try:
            known = self._own(method, path, body)
            if known is not None:
                return 200, known
            channel = self._channel_of(method, path)
            nonce = body.get("nonce") if channel and isinstance(body, dict) else None
            if channel and self._is_closed(channel):
                raise BackendError(403, 50007, "Cannot send messages to this user")
            if nonce and body.get("enforce_nonce"):
                until, message = self.nonces.get((channel, nonce), (0.0, {}))
                if time.monotonic() < until:
                    return 200, message
            answer = router.dispatch(
                self.backend, method, path, json=body, params=dict(request.query), message_content_access=False
            )
            if nonce:
                answer = answer | {"nonce": nonce}
                self.nonces[(channel, nonce)] = (time.monotonic() + _NONCE, answer)
            return (204, None) if answer is None else (200, answer)
        except (router.RouteNotImplemented, router.UnsupportedField) as error:
            self.gaps.append(str(error))
            return 501, {"code": 0, "message": str(error)}
        except BackendError as error:
            return error.status, error.to_json()

    def _own(self, method: str, path: str, body: object) -> object:
        """What simcord does not know of."""
        gateway = {"url": self.gateway.url}
        match method, path:
            case "GET", "/gateway":
                return gateway
            case "GET", "/gateway/bot":
                limit = {"total": 1000, "remaining": 999, "reset_after": 14400000, "max_concurrency": 1}
                return gateway | {"shards": 1, "session_start_limit": limit}
            case "GET", "/applications/@me":
                flags = _MEMBERS_LIMITED if self.gateway.approved.members else 0
                bot = dict(serializers.user_payload(self.backend.bot_user))
                return {"id": str(self.backend.application_id), "name": "Convene", "flags": flags, "bot": bot}
        return None

    def _channel_of(self, method: str, path: str) -> int | None:
        parts = path.strip("/").split("/")
        posts = method == "POST" and len(parts) == 3 and parts[0] == "channels" and parts[2] == "messages"
        return int(parts[1]) if posts else None

    def _is_closed(self, channel: int) -> bool:
        known = self.backend.channels.get(channel)
        return known is not None and known.guild_id is None and any(it in self.closed for it in known.recipient_ids)


def _json(answer: object, status: int = 200, headers: dict | None = None) -> web.Response:
    """As Discord writes it: libraries compare the whole header."""
    body = json.dumps(answer).encode()
    return web.Response(body=body, status=status, headers={"Content-Type": "application/json"} | (headers or {}))


def _route(method: str, path: str) -> tuple[str, str]:
    """The route without its ids, and the channel, guild or webhook that is counted for itself."""
    parts = path.strip("/").split("/")
    major = parts[1] if len(parts) > 1 and parts[0] in ("channels", "guilds", "webhooks", "interactions") else ""
    shown = ["{}" if part.isdigit() or len(part) > 30 or part.startswith("simcord_") else part for part in parts]
    return f"{method} /{'/'.join(shown)}", major
