"""The front is Discord enough for a library that is not ours: discord.py, which is pointed at it and believes it."""

import asyncio
from collections.abc import Iterator
from contextlib import asynccontextmanager

import discord
import pytest
from discord.gateway import DiscordWebSocket
from discord.http import Route
from front.hands import Person
from front.server import Discord
from yarl import URL


@pytest.fixture
def front() -> Iterator[Discord]:
    made = Discord()
    yield made
    made.end()


class Listener(discord.Client):
    """Remembers what it was told."""

    def __init__(self) -> None:
        intents = discord.Intents(guilds=True, members=True, guild_messages=True, dm_messages=True, guild_scheduled_events=True)
        super().__init__(intents=intents, max_messages=None)
        self.told: list[tuple] = []
        self.happened = asyncio.Event()

    def _note(self, *what) -> None:
        self.told.append(what)
        self.happened.set()

    async def on_message(self, message: discord.Message) -> None:
        self._note("message", message.author.name, message.content)

    async def on_member_join(self, member: discord.Member) -> None:
        self._note("joined", member.display_name)

    async def on_scheduled_event_user_add(self, event, user) -> None:
        self._note("interested", event.name)

    async def on_resumed(self) -> None:
        self._note("resumed")

    async def hears(self, *what) -> None:
        async with asyncio.timeout(20):
            while what not in self.told:
                self.happened.clear()
                await self.happened.wait()


@asynccontextmanager
async def connected(front: Discord, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(Route, "BASE", front.api.rstrip("/"))
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", URL(front.gateway.url))
    client = Listener()
    running = asyncio.create_task(client.start(front.token))
    async with asyncio.timeout(20):
        while not client.is_ready():
            assert not running.done(), running.exception()
            await asyncio.sleep(0.05)
    try:
        yield client
    finally:
        await client.close()
        await asyncio.gather(running, return_exceptions=True)


def test_discords_own_library_for_python_works_with_it(front: Discord, monkeypatch: pytest.MonkeyPatch) -> None:
    guild = front.do(front.backend.create_guild, "Lights")
    channel = front.do(front.backend.create_channel, guild.id, "hall")
    mei = Person(front, guild, front.do(front.backend.make_user, "mei", global_name="Mei"))

    async def story() -> None:
        async with connected(front, monkeypatch) as client:
            there = client.get_guild(guild.id)
            assert there.name == "Lights" and there.get_channel(channel.id).name == "hall"
            await asyncio.to_thread(mei.comes)
            await client.hears("joined", "Mei")
            await asyncio.to_thread(mei.writes, "hello", channel)
            await client.hears("message", "mei", f"<@{client.user.id}> hello")
            await asyncio.to_thread(mei.writes, "alone")
            await client.hears("message", "mei", "alone")
            sent = await there.get_channel(channel.id).send("Hi *there*", nonce="n1")
            again = [message async for message in there.get_channel(channel.id).history()]
            assert again[0].id == sent.id and again[0].content == "Hi *there*"
            # The connection breaks and goes on; nothing in between is lost.
            await asyncio.to_thread(front.run, front.gateway.cut())
            await asyncio.to_thread(mei.writes, "meanwhile")
            await client.hears("resumed")
            await client.hears("message", "mei", "meanwhile")

    asyncio.run(story())
    assert front.gateway.resumed and not front.gaps


def test_what_is_against_the_rules_is_seen(front: Discord) -> None:
    guild = front.do(front.backend.create_guild, "Lights")
    channel = front.do(front.backend.create_channel, guild.id, "hall")
    for wrong in [
        {"content": "x" * 2001, "allowed_mentions": {"parse": []}, "nonce": "1", "enforce_nonce": True},
        {"content": "x", "nonce": "1", "enforce_nonce": True},
        {"content": "x", "allowed_mentions": {"parse": []}},
        {"embeds": [{"description": "x" * 4097}], "allowed_mentions": {"parse": []}, "nonce": "1", "enforce_nonce": True},
    ]:
        before = len(front.rules.wrong)
        front.rules.check("POST", f"/channels/{channel.id}/messages", wrong)
        assert len(front.rules.wrong) == before + 1, wrong
