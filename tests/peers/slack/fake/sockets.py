"""Socket Mode: several connections of one app, each envelope through one of them, and goodbyes."""

import asyncio
import json
import secrets
import uuid
from dataclasses import dataclass, field

from aiohttp import WSMsgType, web

MOST = 10


@dataclass(eq=False)
class Socket:
    """One connection."""

    number: int
    ws: web.WebSocketResponse
    # Slack sends nothing more through it.
    leaving: bool = False
    sent: int = 0


@dataclass
class Sockets:
    """All connections. Those that were told goodbye are closed by Slack after `grace` seconds."""

    base: str = ""
    live: list[Socket] = field(default_factory=list)
    tickets: set[str] = field(default_factory=set)
    grace: float = 2.0
    # What was ever sent: envelope and the number of its socket.
    sent: list[tuple[str, int]] = field(default_factory=list)
    opened: int = 0
    stray: list[dict] = field(default_factory=list)
    _waiting: dict[str, asyncio.Future] = field(default_factory=dict)
    _next: int = 0

    def ticket(self) -> str:
        """An address for one connection."""
        ticket = secrets.token_hex(8)
        self.tickets.add(ticket)
        return f"{self.base.replace('http', 'ws', 1)}/link/?ticket={ticket}&app_id=fake"

    async def link(self, request: web.Request) -> web.WebSocketResponse:
        ws = web.WebSocketResponse(heartbeat=10)
        ticket = request.query.get("ticket", "")
        if ticket not in self.tickets:
            return web.Response(status=404)
        self.tickets.discard(ticket)
        await ws.prepare(request)
        if len(self.live) >= MOST:
            await ws.send_json({"type": "disconnect", "reason": "too_many_websockets"})
            await ws.close()
            return ws
        self.opened += 1
        socket = Socket(self.opened, ws)
        await ws.send_json({
            "type": "hello",
            "num_connections": len(self.live) + 1,
            "debug_info": {"host": "fake", "build_number": 1, "approximate_connection_time": 18060},
            "connection_info": {"app_id": "fake"},
        })  # fmt: skip
        self.live.append(socket)
        try:
            async for message in ws:
                if message.type == WSMsgType.TEXT:
                    self._heard(json.loads(message.data))
        finally:
            self.live.remove(socket)
            # Nobody can acknowledge any more what went this way.
            for envelope, number in self.sent:
                waits = self._waiting.get(envelope)
                if number == socket.number and waits and not waits.done():
                    waits.set_result(None)
        return ws

    def _heard(self, said: dict) -> None:
        waits = self._waiting.get(said.get("envelope_id", ""))
        if waits and not waits.done():
            waits.set_result(said)
        else:
            self.stray.append(said)

    async def deliver(self, kind: str, payload: dict, patience: float, takes_answer: bool, more: dict | None = None):
        """Through one connection, in turn; waits for the acknowledgement."""
        from .delivery import Acknowledged

        ready = [socket for socket in self.live if not socket.leaving and not socket.ws.closed]
        if not ready:
            await asyncio.sleep(0.2)
            return Acknowledged(0)
        self._next += 1
        socket = ready[self._next % len(ready)]
        envelope = str(uuid.uuid4())
        self._waiting[envelope] = waits = asyncio.get_running_loop().create_future()
        self.sent.append((envelope, socket.number))
        socket.sent += 1
        told = {"envelope_id": envelope, "type": kind, "payload": payload, "accepts_response_payload": takes_answer}
        try:
            await socket.ws.send_json(told | (more or {}))
            said = await asyncio.wait_for(waits, patience)
        except (TimeoutError, ConnectionError):
            return Acknowledged(0)
        finally:
            del self._waiting[envelope]
        if said is None:
            return Acknowledged(0)
        return Acknowledged(200, said.get("payload"))

    async def say_goodbye(self, reason: str, *sockets: Socket) -> None:
        """`warning` or `refresh_requested`: these, or all, are closed after a while."""
        those = sockets or tuple(self.live)
        for socket in those:
            socket.leaving = reason != "warning"
            await socket.ws.send_json({"type": "disconnect", "reason": reason, "debug_info": {"host": "fake"}})
        await asyncio.sleep(self.grace)
        for socket in those:
            socket.leaving = True
            await socket.ws.close()

    async def cut(self) -> None:
        """All connections are gone, without a word."""
        for socket in list(self.live):
            if transport := socket.ws._req.transport:  # noqa: SLF001 - a reset, not a close
                transport.abort()
