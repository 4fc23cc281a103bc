"""Somebody with a client of their own: matrix-nio, which shares no code with the bot's library. What they read is what
their client decrypted."""

import asyncio
import threading
from pathlib import Path

import nio

from .homeserver import Homeserver
from .processes import PATIENCE, wait_for
from .room import Post, Room

_FILTER = {
    "room": {"timeline": {"limit": 1000}, "ephemeral": {"types": []}},
    "presence": {"types": []},
}


class _Loop:
    """One loop for all clients, on a thread of its own, so that stories read from top to bottom."""

    def __init__(self):
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, daemon=True).start()

    def run(self, coroutine, patience: float = PATIENCE):
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(patience)


_LOOP = _Loop()


class _AsItBegan:
    """A key as it was before anything was said with it."""

    def __init__(self, session, key: str):
        self._session = session
        self.session_key = key
        self.shared = False

    def __getattr__(self, name: str):
        return getattr(self._session, name)


class Person:
    """Somebody who is signed in, reads everything at once, and comes into each room they are invited to."""

    def __init__(self, homeserver: Homeserver, folder: Path, name: str, shown: str, bot: str):
        self.name = name
        self.bot = bot
        self.homeserver = homeserver
        account = homeserver.register(name, shown)
        self.id = account["user_id"]
        self.token = account["access_token"]
        self.rooms: dict[str, Room] = {}
        self.invitations: list[str] = []
        self.accepts = True
        self._late: dict[str, nio.MegolmEvent] = {}
        self._client = _LOOP.run(self._sign_in(homeserver.url, folder / f"client-{name}", account))
        self._syncing = asyncio.run_coroutine_threadsafe(self._follow(), _LOOP.loop)

    async def _sign_in(self, url: str, store: Path, account: dict) -> nio.AsyncClient:
        store.mkdir()
        config = nio.AsyncClientConfig(
            encryption_enabled=True,
            store_sync_tokens=True,
            max_limit_exceeded=1000,
            backoff_factor=0.1,
            max_timeout_retry_wait_time=1,
            request_timeout=30,
        )
        client = nio.AsyncClient(url, self.id, store_path=str(store), config=config)
        client.restore_login(self.id, account["device_id"], account["access_token"])
        if client.should_upload_keys:
            await client.keys_upload()
        return client

    async def _follow(self) -> None:
        while True:
            response = await self._client.sync(timeout=5000, sync_filter=_FILTER, full_state=False)
            if not isinstance(response, nio.SyncResponse):
                await asyncio.sleep(0.2)
                continue
            await self._keep_keys()
            for room, joined in response.rooms.join.items():
                assert not joined.timeline.limited or self.room(room).is_new(), "the client has lost events"
                for event in joined.timeline.events:
                    self._take(room, event)
            self._try_again()
            for room in response.rooms.invite:
                self.invitations.append(room)
                if self.accepts:
                    await self._client.join(room)

    async def _keep_keys(self) -> None:
        client = self._client
        await client.send_to_device_messages()
        if client.should_upload_keys:
            await client.keys_upload()
        if client.should_query_keys:
            await client.keys_query()
        if client.should_claim_keys:
            await client.keys_claim(client.get_users_for_key_claiming())

    def _take(self, room: str, event: nio.Event) -> None:
        if isinstance(event, nio.MegolmEvent):
            self._late[event.event_id] = event
            event.room_id = room
        self.room(room).take(event)

    def _try_again(self) -> None:
        for late in list(self._late.values()):
            try:
                event = self._client.decrypt_event(late)
            except nio.EncryptionError:
                continue
            del self._late[late.event_id]
            self.room(late.room_id).take(event)

    def room(self, room: str) -> Room:
        """A room as this person sees it."""
        return self.rooms.setdefault(room, Room(room))

    @property
    def unread(self) -> int:
        """How many events this person's client could not decrypt."""
        return len(self._late)

    def leave(self) -> None:
        """Closes the client."""
        self._syncing.cancel()
        _LOOP.run(self._client.close())

    # --- what people do ------------------------------------------------------------------------

    def makes_room(self, alias: str, encrypted: bool = True, space: bool = False, invites: tuple[str, ...] = ()) -> str:
        """Makes a private room; answers its id."""
        state = [{"type": "m.room.encryption", "content": {"algorithm": "m.megolm.v1.aes-sha2"}}] if encrypted else []
        made = _LOOP.run(
            self._client.room_create(
                alias=alias, name=alias.capitalize(), initial_state=state, space=space, invite=list(invites)
            )
        )
        assert isinstance(made, nio.RoomCreateResponse), made
        if not space:
            wait_for(
                "the room is not there", lambda: made.room_id in self._client.rooms and self.room(made.room_id).members
            )
        return made.room_id

    def holds(self, space: str, room: str) -> None:
        """Puts a room into a space."""
        content = {"via": [self.id.split(":")[1]]}
        self.sets(space, "m.space.child", room, content)

    def sets(self, room: str, kind: str, key: str, content: dict) -> None:
        """Sets a piece of a room's state."""
        put = _LOOP.run(self._client.room_put_state(room, kind, content, key))
        assert isinstance(put, nio.RoomPutStateResponse), put

    def invites(self, room: str, user: str) -> None:
        invited = _LOOP.run(self._client.room_invite(room, user))
        assert isinstance(invited, nio.RoomInviteResponse), invited

    def comes_into(self, room: str) -> None:
        joined = _LOOP.run(self._client.join(room))
        assert isinstance(joined, nio.JoinResponse), joined

    def goes_out_of(self, room: str) -> None:
        left = _LOOP.run(self._client.room_leave(room))
        assert isinstance(left, nio.RoomLeaveResponse), left

    def is_called(self, shown: str) -> None:
        _LOOP.run(self._client.set_displayname(shown))

    def says(self, room: str, text: str, to: Post | None = None, thread: Post | None = None, **content) -> str:
        """Says `text`, in answer to a post or in its thread; answers the event's id."""
        content = {"msgtype": "m.text", "body": text} | content
        if thread:
            content["m.relates_to"] = {"rel_type": "m.thread", "event_id": thread.id}
        elif to:
            content["m.relates_to"] = {"m.in_reply_to": {"event_id": to.id}}
        return self.sends(room, "m.room.message", content)

    def says_all(self, room: str, texts: list[str]) -> list[str]:
        """Says many things in order, as fast as the homeserver takes them."""
        return _LOOP.run(self._say_all(room, texts))

    async def _say_all(self, room: str, texts: list[str]) -> list[str]:
        return [await self._send(room, "m.room.message", {"msgtype": "m.text", "body": text}) for text in texts]

    def says_before_the_key(self, room: str, text: str) -> None:
        """Says something with a new key that nobody gets before `hands_over_the_key`."""
        olm = self._client.olm
        olm.create_outbound_group_session(room)
        session = olm.outbound_group_sessions[room]
        session.shared = True
        self._withheld = (room, session, session.session_key)
        self.says(room, text)

    def hands_over_the_key(self) -> None:
        room, session, key = self._withheld
        sessions = self._client.olm.outbound_group_sessions
        sessions[room] = _AsItBegan(session, key)
        _LOOP.run(self._client.share_group_session(room, ignore_unverified_devices=True))
        session.shared = True
        sessions[room] = session

    def edits(self, room: str, event: str, text: str) -> str:
        return self.sends(
            room,
            "m.room.message",
            {
                "msgtype": "m.text",
                "body": f"* {text}",
                "m.new_content": {"msgtype": "m.text", "body": text},
                "m.relates_to": {"rel_type": "m.replace", "event_id": event},
            },
        )

    def taps(self, post: Post, key: str) -> str:
        """Reacts to a post; answers the reaction's id."""
        return self.sends(
            post.room,
            "m.reaction",
            {"m.relates_to": {"rel_type": "m.annotation", "event_id": post.id, "key": key}},
        )

    def takes_back(self, room: str, event: str) -> None:
        """Redacts something of their own."""
        gone = _LOOP.run(self._client.room_redact(room, event))
        assert isinstance(gone, nio.RoomRedactResponse), gone

    def sends(self, room: str, kind: str, content: dict) -> str:
        """Sends any event, encrypted where the room is; answers its id."""
        return _LOOP.run(self._send(room, kind, content))

    async def _agree_on_keys(self, room: str) -> None:
        """Waits a little for devices that have just come and have no keys on the homeserver yet: what is said before
        they have is never readable to them."""
        for _ in range(20):
            known = self._client.rooms.get(room)
            missing = self._client.get_missing_sessions(room) if known and known.encrypted else {}
            if not missing:
                return
            await self._client.keys_claim(missing)
            await asyncio.sleep(0.25)

    async def _send(self, room: str, kind: str, content: dict) -> str:
        await self._agree_on_keys(room)
        sent = await self._client.room_send(room, kind, content, ignore_unverified_devices=True)
        assert isinstance(sent, nio.RoomSendResponse), sent
        return sent.event_id

    def opens_direct(self) -> str:
        """Makes a direct room with the bot, as a client does for "message"; answers its id."""
        made = _LOOP.run(
            self._client.room_create(
                is_direct=True,
                invite=[self.bot],
                preset=nio.RoomPreset.trusted_private_chat,
                initial_state=[{"type": "m.room.encryption", "content": {"algorithm": "m.megolm.v1.aes-sha2"}}],
            )
        )
        assert isinstance(made, nio.RoomCreateResponse), made
        return made.room_id

    def invites_into_a_new_room(self) -> str:
        """Makes a room and asks the bot into it, and nothing else; answers its id."""
        made = _LOOP.run(self._client.room_create(invite=[self.bot]))
        assert isinstance(made, nio.RoomCreateResponse), made
        return made.room_id

    def direct_or_new(self) -> str:
        """The room between this person and the bot, made where there is none."""
        found = self._direct()
        if not found:
            found = self.opens_direct()
            self.sees_in(found, self.bot)
        return found

    # --- what people see -----------------------------------------------------------------------

    def direct(self) -> str:
        """The room between this person and the bot; fails when there are two."""
        return wait_for(f"the bot has not written to {self.name}", self._direct)

    def _direct(self) -> str | None:
        found = self.directs()
        assert len(found) < 2, f"{len(found)} direct rooms of {self.name} with the bot"
        return found[0] if found else None

    def directs(self) -> list[str]:
        """Rooms in which nobody is but this person and the bot, and which have no name."""
        return [room.id for room in list(self.rooms.values()) if room.members == {self.id, self.bot} and not room.name]

    def sees_in(self, room: str, who: str) -> None:
        """Waits until `who` is in a room."""
        wait_for(f"{who} has not come into {room}", lambda: who in self.room(room).members)

    def sees_state(self, room: str, who: str, membership: str) -> None:
        """Waits until `who` has come in, gone out, or said no to coming."""
        seen = self.room(room)
        wait_for(f"{who} is {seen.memberships.get(who)} in {room}", lambda: seen.memberships.get(who) == membership)

    def skips(self, room: str) -> None:
        """Counts everything in `room` as read."""
        self.room(room).read = len(self.room(room).posts_of(self.bot))

    def reads_nothing_that_mentions(self, room: str) -> None:
        """Nothing of the bot's in `room` calls anybody, whatever it quotes."""
        for event in self.room(room).events:
            if event["sender"] == self.bot and event["type"] == "m.room.message":
                assert event["content"].get("m.mentions") == {}, event
                assert event["content"].get("m.new_content", {}).get("m.mentions", {}) == {}, event

    def reads(self, room: str, text: str, patience: float = PATIENCE) -> Post:
        """The next post of the bot in `room` that says `text`; posts before it count as read."""
        seen = self.room(room)

        def look() -> Post | None:
            for at, post in enumerate(seen.posts_of(self.bot)):
                if at >= seen.read and text in post.body:
                    seen.read = at + 1
                    return post
            return None

        try:
            return wait_for("", look, patience)
        except AssertionError:
            raise AssertionError(f"{self.name} does not read “{text}” in:\n{seen.told(self.bot)}") from None

    def sees(self, post: Post, text: str) -> None:
        """Waits until `post` says `text`, which an edit may have brought."""
        try:
            wait_for("", lambda: text in post.body)
        except AssertionError:
            raise AssertionError(f"{self.name} does not see “{text}” in:\n{post.body}") from None
