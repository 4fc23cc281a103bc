"""The gateway: a WebSocket that says hello, takes heartbeats, identifies and resumes, and tells what happens."""

import asyncio
import copy
import json
import secrets
import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field

import discord
from aiohttp import WSMsgType, web
from simcord import intents as privileges
from simcord.backend import Backend, serializers

DISPATCH, HEARTBEAT, IDENTIFY, RESUME, RECONNECT, INVALID, HELLO, ACK = 0, 1, 2, 6, 7, 9, 10, 11


@dataclass
class Session:
    """One connection that may break and go on."""

    id: str
    intents: discord.Intents
    # All that was told, by number.
    told: list[tuple[int, str, dict]] = field(default_factory=list)
    link: "Link | None" = None


class Link:
    """One socket; compressed as a whole where the client asks for it."""

    def __init__(self, socket: web.WebSocketResponse, compress: str):
        self.socket = socket
        self._deflate = zlib.compressobj() if compress == "zlib-stream" else None

    async def send(self, frame: dict) -> None:
        text = json.dumps(frame)
        if self.socket.closed:
            return
        if self._deflate is None:
            await self.socket.send_str(text)
        else:
            data = self._deflate.compress(text.encode()) + self._deflate.flush(zlib.Z_SYNC_FLUSH)
            await self.socket.send_bytes(data)


class Gateway:
    """All sessions of the bot."""

    def __init__(self, backend: Backend, token: str):
        self.backend, self.token = backend, token
        self.url = ""
        self.sessions: dict[str, Session] = {}
        self.approved = discord.Intents.all()
        self.heartbeat = 41.25
        # Whether heartbeats are answered.
        self.answers = True
        self.identified: list[int] = []
        self.resumed: list[str] = []
        self.closed: list[int] = []
        self.beats = 0
        self._tasks: set[asyncio.Task] = set()

    @property
    def live(self) -> list[Session]:
        return [session for session in self.sessions.values() if session.link]

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(max_msg_size=4096)
        await socket.prepare(request)
        link = Link(socket, request.query.get("compress", ""))
        await link.send({"op": HELLO, "d": {"heartbeat_interval": int(self.heartbeat * 1000)}})
        session = None
        async for message in socket:
            if message.type != WSMsgType.TEXT:
                break
            frame = json.loads(message.data)
            match frame["op"]:
                case 1:
                    self.beats += 1
                    if self.answers:
                        await link.send({"op": ACK})
                case 2:
                    session = await self._identify(link, frame["d"])
                case 6:
                    session = await self._resume(link, frame["d"])
        if session and session.link is link:
            session.link = None
        self.closed.append(socket.close_code or 0)
        return socket

    async def _identify(self, link: Link, said: dict) -> Session | None:
        self.identified.append(said["intents"])
        if said["token"] not in (self.token, f"Bot {self.token}"):
            await link.socket.close(code=4004, message=b"Authentication failed.")
            return None
        intents = discord.Intents._from_value(said["intents"])
        if privileges.missing_privileged_intents(intents, self.approved):
            await link.socket.close(code=4014, message=b"Disallowed intent(s).")
            return None
        session = Session(secrets.token_hex(8), intents, link=link)
        self.sessions[session.id] = session
        guilds = list(self.backend.guilds.values())
        await self._tell(session, "READY", {
            "v": 10,
            "user": dict(serializers.user_payload(self.backend.bot_user)),
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
            "session_id": session.id,
            "resume_gateway_url": self.url,
            "shard": said.get("shard", [0, 1]),
            "application": {"id": str(self.backend.application_id), "flags": 1 << 15},
            "private_channels": [],
        })  # fmt: skip
        for guild in guilds:
            payload = copy.deepcopy(dict(serializers.guild_create_payload(self.backend, guild)))
            privileges.prune_guild_create(payload, intents, self.backend.bot_user.id)
            await self._tell(session, "GUILD_CREATE", payload)
        return session

    async def _resume(self, link: Link, said: dict) -> Session | None:
        session = self.sessions.get(said["session_id"])
        if session is None:
            await link.send({"op": INVALID, "d": False})
            return None
        self.resumed.append(session.id)
        missed = [it for it in session.told if it[0] > said["seq"]]
        for number, name, payload in missed:
            await link.send({"op": DISPATCH, "s": number, "t": name, "d": payload})
        session.link = link
        await self._tell(session, "RESUMED", {})
        return session

    async def _tell(self, session: Session, name: str, payload: dict) -> None:
        number = len(session.told) + 1
        session.told.append((number, name, payload))
        if session.link:
            await session.link.send({"op": DISPATCH, "s": number, "t": name, "d": payload})

    def happen(self, name: str, payload: Mapping) -> None:
        """Tells every session what happened, as far as it asked to be told."""
        for session in list(self.sessions.values()):
            gate = privileges.required_intent(name, payload)
            if gate is not None and not getattr(session.intents, gate):
                continue
            told = copy.deepcopy(dict(payload))
            if not session.intents.message_content and name in ("MESSAGE_CREATE", "MESSAGE_UPDATE"):
                privileges.censor_message(told, self.backend.bot_user.id, backend=self.backend)
            task = asyncio.get_running_loop().create_task(self._tell(session, name, told))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    # --- what goes wrong

    async def close(self, code: int, forget: bool = False) -> None:
        """Ends every connection with `code`; what a session was is kept, unless it is to be forgotten."""
        links = [session.link for session in self.live]
        if forget:
            self.sessions.clear()
        for link in links:
            await link.socket.close(code=code)

    async def cut(self, forget: bool = False) -> None:
        """The network goes away, without a word."""
        links = [session.link for session in self.live]
        for session in self.live:
            session.link = None
        if forget:
            self.sessions.clear()
        for link in links:
            if link.socket._req and link.socket._req.transport:
                link.socket._req.transport.abort()

    async def ask_to_reconnect(self) -> None:
        for session in self.live:
            await session.link.send({"op": RECONNECT, "d": None})

    async def invalidate(self, resumable: bool = False) -> None:
        for session in self.live:
            await session.link.send({"op": INVALID, "d": resumable})
            if not resumable:
                self.sessions.pop(session.id)

    def idle(self) -> float:
        return time.monotonic()
