"""The fake itself: one address for the Web API, `response_url`s, consent and sockets, in a thread of its own."""

import asyncio
import json
import secrets
import threading
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from urllib.parse import urlencode

import aiohttp
from aiohttp import web

from .accounts import Accounts
from .delivery import Delivery, wrapped
from .faults import Call, Fault, Faults, Rates
from .methods import Asked, Refusal
from .rules import Judge
from .sockets import Sockets
from .team import Message, Team, Token, new_id


@dataclass
class Hook:
    """What an app may answer to for half an hour, five times."""

    team: Team
    channel: str
    user: str
    until: float
    # The message whose button it was.
    ts: str | None = None
    left: int = 5


class Slack:
    """Started at once on a free port. Everything that a story orders or reads is an attribute; `end` stops it."""

    def __init__(self, now: Callable[[], float] = time.time):
        self.now = now
        self.judge = Judge()
        self.methods = Accounts(self.judge)
        self.faults = Faults()
        self.rates = Rates()
        self.sockets = Sockets()
        self.app_id = new_id("A")
        self.client_id, self.client_secret = "111.222", secrets.token_hex(16)
        self.signing_secret = secrets.token_hex(16)
        self.app_token = f"xapp-1-{secrets.token_hex(8)}"
        self.delivery = Delivery(self.sockets, now, self.signing_secret)
        self.teams: list[Team] = []
        self.calls: list[Call] = []
        self.hooks: dict[str, Hook] = {}
        self.hook_uses: list[tuple[str, int, dict]] = []
        # Consent that was given and not yet taken: code to workspace, installer, scopes and where to.
        self.codes: dict[str, tuple[Team, str, set[str], str]] = {}
        # How long a token of a new installation lives, in seconds; for ever where tokens are not rotated.
        self.token_lives: float | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.url = self.run(self._start())
        self.sockets.base = self.url
        self.methods.posted = self._echo
        # Slack tells an app of its own direct messages too.
        self.echoes = True

    def team(self, name: str = "Lights", enterprise: str | None = None) -> Team:
        """A new workspace."""
        team = Team(name, self.now, self.app_id, enterprise)
        self.teams.append(team)
        return team

    def run(self, work: Coroutine, patience: float = 120):
        """Does something in the fake's own thread and waits for it."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(patience)

    def begin(self, work: Coroutine):
        """The same, without waiting; answers what can be waited for."""
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def calls_of(self, method: str) -> list[Call]:
        return [call for call in list(self.calls) if call.method == method]

    def hook(self, team: Team, channel: str, user: str, ts: str | None = None) -> str:
        """A `response_url`."""
        name = f"{team.id}/{secrets.token_hex(8)}"
        self.hooks[name] = Hook(team, channel, user, self.now() + 30 * 60, ts)
        return f"{self.url}/actions/{name}"

    async def _start(self) -> str:
        self.delivery.session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        app = web.Application(client_max_size=4 * 1024 * 1024)
        app.router.add_route("*", "/api/{method}", self._call)
        app.router.add_post("/actions/{name:.+}", self._answer_hook)
        app.router.add_get("/oauth/v2/authorize", self._consent)
        app.router.add_get("/link/", self.sockets.link)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    def end(self) -> None:
        async def stop() -> None:
            await self.delivery.session.close()
            await self._runner.cleanup()
            rest = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
            for task in rest:
                task.cancel()
            await asyncio.gather(*rest, return_exceptions=True)

        self.run(stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()
        self.judge.end()

    def _echo(self, team: Team, message: Message) -> None:
        channel = team.channels[message.channel]
        if self.echoes and channel.of and message.user == team.bot and (self.delivery.address or self.sockets.live):
            event = message.record(team) | {"channel": channel.id, "channel_type": "im", "event_ts": message.ts}
            self._loop.create_task(self.delivery.event(wrapped(team, event)))

    # --- the Web API

    async def _call(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        arguments, token = await _arguments(request)
        call = Call(method, arguments, token, None, time.monotonic())
        self.calls.append(call)
        team = next((team for team in self.teams if token in team.tokens), None)
        call.team = team.id if team else None
        wait = self.rates.wait(method, call.team or "", arguments.get("channel"))
        fault = None if wait else self.faults.meets(call)
        if wait or fault and fault.does == "busy":
            call.status, call.error = 429, "ratelimited"
            headers = {"Retry-After": str(wait or int(fault.seconds))}
            return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)
        if fault and not fault.after:
            return await self._fails(request, call, fault)
        try:
            answer = self._carry_out(method, arguments, token, team)
        except Refusal as refusal:
            answer = refusal.answer
        call.error = answer.get("error")
        if fault:
            return await self._fails(request, call, fault)
        call.status = 200
        headers = {"X-Slack-Req-Id": secrets.token_hex(8)}
        if team:
            headers["X-OAuth-Scopes"] = ",".join(sorted(team.tokens[token].scopes))
        return web.json_response(answer, headers=headers)

    async def _fails(self, request: web.Request, call: Call, fault: Fault) -> web.StreamResponse:
        call.error = call.error or fault.does
        if fault.does == "broken":
            call.status = 500
            return web.Response(status=500, text="<html>Internal Server Error</html>", content_type="text/html")
        if fault.does == "hangs":
            await asyncio.sleep(fault.seconds)
        if request.transport:
            request.transport.abort()
        return web.Response(status=502)

    def _carry_out(self, method: str, arguments: dict, token: str, team: Team | None) -> dict:
        if method == "oauth.v2.access":
            return self._access(arguments)
        if method == "apps.connections.open":
            if token != self.app_token:
                raise Refusal("invalid_auth" if token else "not_authed")
            return {"ok": True, "url": self.sockets.ticket()}
        if method == "api.test":
            return {"ok": True, "args": arguments}
        found: Token | None = team.tokens.get(token) if team else None
        if not found:
            raise Refusal("invalid_auth" if token else "not_authed")
        if found.revoked:
            raise Refusal("token_revoked")
        if found.expires is not None and self.now() >= found.expires:
            raise Refusal("token_expired")
        does = getattr(self.methods, method.replace(".", "_"), None) if "." in method else None
        if not does:
            raise Refusal("unknown_method", req_method=method)
        return does(Asked(method, arguments, team, found))

    # --- installing

    async def _consent(self, request: web.Request) -> web.Response:
        """The page where somebody lets the app in; here everybody does, into the newest workspace or the one named."""
        asked = request.query
        if asked.get("client_id") != self.client_id or not asked.get("scope"):
            return web.Response(status=400, text="invalid client_id or no scope")
        team = next((team for team in self.teams if team.id == asked.get("team")), self.teams[-1])
        person = next(user for user in team.users.values() if not user.is_bot)
        code = secrets.token_hex(8)
        self.codes[code] = (team, person.id, set(asked["scope"].replace(",", " ").split()), asked["redirect_uri"])
        back = urlencode({"code": code, "state": asked.get("state", "")})
        raise web.HTTPFound(f"{asked['redirect_uri']}?{back}")

    def _access(self, arguments: dict) -> dict:
        if (arguments.get("client_id"), arguments.get("client_secret")) != (self.client_id, self.client_secret):
            raise Refusal("bad_client_secret" if arguments.get("client_id") == self.client_id else "invalid_client_id")
        if arguments.get("grant_type") == "refresh_token":
            renews = arguments.get("refresh_token", "")
            team = next((team for team in self.teams if renews in team.refresh), None)
            if not team:
                raise Refusal("invalid_refresh_token")
            scopes, installer = team.refresh.pop(renews), None
        else:
            taken = self.codes.pop(arguments.get("code", ""), None)
            if not taken:
                raise Refusal("invalid_code")
            team, installer, scopes, back = taken
            if arguments.get("redirect_uri", back) != back:
                raise Refusal("bad_redirect_uri")
        token, renews = team.grant(scopes, self.token_lives)
        answer = {
            "ok": True, "access_token": token, "token_type": "bot", "scope": ",".join(sorted(scopes)),
            "bot_user_id": team.bot, "app_id": self.app_id, "team": {"id": team.id, "name": team.name},
            "enterprise": {"id": team.enterprise, "name": "All"} if team.enterprise else None,
            "is_enterprise_install": False,
        }  # fmt: skip
        if installer:
            answer["authed_user"] = {"id": installer}
        if renews:
            team.refresh[renews] = scopes
            answer |= {"refresh_token": renews, "expires_in": int(self.token_lives)}
        return answer

    # --- answers to commands and buttons

    async def _answer_hook(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        body = await request.text()
        hook = self.hooks.get(name)
        status, said = self._hooked(hook, body)
        self.hook_uses.append((name, status, json.loads(body or "{}")))
        return web.Response(status=status, text=said)

    def _hooked(self, hook: Hook | None, body: str) -> tuple[int, str]:
        if not hook:
            return 404, "no_service"
        if self.now() > hook.until:
            return 404, "expired_url"
        if not hook.left:
            return 404, "used_url"
        try:
            given = json.loads(body)
        except ValueError:
            return 400, "invalid_payload"
        hook.left -= 1
        channel = hook.team.channels[hook.channel]
        message = channel.messages.get(hook.ts or "")
        if given.get("delete_original"):
            channel.messages.pop(hook.ts or "", None)
            return 200, "ok"
        try:
            content = self.methods.content(given, kind="response")
        except Refusal as refusal:
            return 400, refusal.answer["error"]
        if given.get("replace_original") and message:
            self.methods.change(message, content)
        elif given.get("response_type") == "in_channel":
            self.methods.put(hook.team, channel, hook.team.bot, content)
        else:
            self.methods.whisper(hook.team, channel, hook.user, content)
        return 200, "ok"


async def _arguments(request: web.Request) -> tuple[dict, str]:
    """What a call brings, and its token."""
    arguments = dict(request.query)
    if request.can_read_body:
        if request.content_type == "application/json":
            given = await request.json()
            arguments |= given if isinstance(given, dict) else {}
        else:
            arguments |= dict(await request.post())
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind == "Basic":
        shown = aiohttp.BasicAuth.decode(request.headers["Authorization"])
        arguments |= {"client_id": shown.login, "client_secret": shown.password}
        return arguments, ""
    return arguments, token.strip() if kind == "Bearer" else arguments.pop("token", "")
