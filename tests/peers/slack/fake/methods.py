"""The methods of the Web API that post, read and find: what they answer and what they refuse."""

import json
from collections.abc import Callable
from dataclasses import dataclass

from .rules import Judge
from .team import Channel, Message, Team, Token, new_id

LONGEST_TEXT = 40_000


class Refusal(Exception):
    """`ok: false`, with Slack's word for it."""

    def __init__(self, error: str, *messages: str, **more):
        super().__init__(error)
        self.answer = {"ok": False, "error": error} | more
        if messages:
            self.answer["response_metadata"] = {"messages": list(messages)}


@dataclass
class Asked:
    """A call that may be carried out: by whom, with what."""

    method: str
    arguments: dict
    team: Team
    token: Token

    def needs(self, *scopes: str) -> None:
        """Any of these is enough."""
        if not self.token.scopes & {*scopes}:
            raise Refusal("missing_scope", needed=scopes[0], provided=",".join(sorted(self.token.scopes)))

    def text(self, name: str) -> str:
        """An argument that must be there."""
        value = self.arguments.get(name)
        if value in (None, ""):
            raise Refusal("invalid_arguments", f"[ERROR] missing required field: {name}")
        return str(value)

    def flag(self, name: str, otherwise: bool = False) -> bool:
        value = self.arguments.get(name, otherwise)
        return value in (True, "true", "1", 1)

    def structure(self, name: str) -> object:
        """An argument that is JSON, as a string in forms."""
        value = self.arguments.get(name)
        if isinstance(value, str):
            try:
                return json.loads(value)
            except ValueError:
                raise Refusal("invalid_arguments", f"[ERROR] {name} is not JSON") from None
        return value


class Methods:
    """Posting, reading, finding. `lag` is how many seconds, by Slack's clock, histories are behind."""

    def __init__(self, judge: Judge):
        self.judge = judge
        self.lag = 0.0
        # What was refused for its form, to be looked at by a story.
        self.wrong: list[str] = []
        self.posted: Callable[[Team, Message], None] = lambda team, message: None

    # --- what is posted

    def chat_postMessage(self, asked: Asked) -> dict:
        asked.needs("chat:write")
        channel = self._channel(asked, may_be_user=True)
        if channel.archived:
            raise Refusal("is_archived")
        if asked.team.bot not in channel.members:
            if channel.kind != "public_channel":
                raise Refusal("channel_not_found")
            if "chat:write.public" not in asked.token.scopes:
                raise Refusal("not_in_channel")
        content = self.content(asked.arguments, asked)
        thread = asked.arguments.get("thread_ts")
        if thread and str(thread) not in channel.messages:
            raise Refusal("thread_not_found")
        message = self.put(asked.team, channel, asked.team.bot, content)
        return {"ok": True, "channel": channel.id, "ts": message.ts, "message": message.record(asked.team, True)}

    def chat_postEphemeral(self, asked: Asked) -> dict:
        asked.needs("chat:write")
        channel = self._channel(asked)
        user = asked.text("user")
        if asked.team.bot not in channel.members:
            raise Refusal("not_in_channel")
        if user not in channel.members:
            raise Refusal("user_not_in_channel")
        message = self.whisper(asked.team, channel, user, self.content(asked.arguments, asked))
        return {"ok": True, "message_ts": message.ts}

    def chat_update(self, asked: Asked) -> dict:
        asked.needs("chat:write")
        channel = self._channel(asked)
        message = channel.messages.get(asked.text("ts"))
        if not message:
            raise Refusal("message_not_found")
        if message.user != asked.team.bot:
            raise Refusal("cant_update_message")
        content = self.content(asked.arguments, asked)
        # What a message is answers to, and what it carries unless that is given anew, stays.
        kept = {name: message.content[name] for name in ("thread_ts", "metadata") if name in message.content}
        self.change(message, kept | content)
        return {"ok": True, "channel": channel.id, "ts": message.ts, "text": content.get("text", ""),
                "message": message.record(asked.team, True)}  # fmt: skip

    def chat_delete(self, asked: Asked) -> dict:
        asked.needs("chat:write")
        channel = self._channel(asked)
        message = channel.messages.get(asked.text("ts"))
        if not message:
            raise Refusal("message_not_found")
        if message.user != asked.team.bot:
            raise Refusal("cant_delete_message")
        del channel.messages[message.ts]
        return {"ok": True, "channel": channel.id, "ts": message.ts}

    def chat_getPermalink(self, asked: Asked) -> dict:
        channel = self._channel(asked)
        ts = asked.text("message_ts")
        if ts not in channel.messages:
            raise Refusal("message_not_found")
        where = f"https://{asked.team.domain}.slack.com/archives/{channel.id}/p{ts.replace('.', '')}"
        return {"ok": True, "channel": channel.id, "permalink": where}

    def content(self, given: dict, asked: Asked | None = None, kind: str = "message") -> dict:
        """What is to be shown, looked at as Slack looks at it."""
        content = {}
        for name in ("blocks", "metadata", "attachments"):
            value = asked.structure(name) if asked else given.get(name)
            if value not in (None, [], ""):
                content[name] = value
        for name in ("text", "thread_ts", "unfurl_links", "unfurl_media", "link_names", "parse", "mrkdwn"):
            if given.get(name) not in (None, ""):
                content[name] = given[name]
        if not content.get("text") and not content.get("blocks"):
            self._refuse("no_text", f"neither text nor blocks: {given}")
        if len(content.get("text", "")) > LONGEST_TEXT:
            self._refuse("msg_too_long", f"{len(content['text'])} characters")
        metadata = content.get("metadata")
        if metadata and not (metadata.get("event_type") and isinstance(metadata.get("event_payload"), dict)):
            self._refuse("invalid_metadata_format", str(metadata))
        judged = {name: value for name, value in content.items() if name in ("text", "blocks", "attachments")}
        if kind == "message":
            judged |= {"channel": "C"}
        wrong = self.judge.ask(kind, judged)
        if wrong:
            self._refuse("invalid_blocks", f"[ERROR] {wrong}")
        for block in content.get("blocks", ()):
            block.setdefault("block_id", new_id("b"))
        return content

    def _refuse(self, error: str, why: str) -> None:
        self.wrong.append(f"{error}: {why}")
        raise Refusal(error, why)

    def put(self, team: Team, channel: Channel, user: str, content: dict) -> Message:
        message = Message(team.stamp(), channel.id, user, content, team.now())
        channel.messages[message.ts] = message
        self.posted(team, message)
        return message

    def whisper(self, team: Team, channel: Channel, to: str, content: dict) -> Message:
        message = Message(team.stamp(), channel.id, team.bot, content, team.now(), only=to)
        channel.whispers.append(message)
        return message

    def change(self, message: Message, content: dict) -> None:
        message.before.append(message.content)
        message.content = content
        message.edits += 1

    # --- what is read and found

    def conversations_history(self, asked: Asked) -> dict:
        channel = self._readable(asked, "history")
        messages = [message for message in channel.messages.values() if "thread_ts" not in message.content]
        return self._page_of_messages(asked, messages, newest_first=True)

    def conversations_replies(self, asked: Asked) -> dict:
        channel = self._readable(asked, "history")
        ts = asked.text("ts")
        if ts not in channel.messages:
            raise Refusal("thread_not_found")
        messages = [m for m in channel.messages.values() if m.ts == ts or m.content.get("thread_ts") == ts]
        return self._page_of_messages(asked, messages, newest_first=False)

    def _page_of_messages(self, asked: Asked, messages: list[Message], newest_first: bool) -> dict:
        seen = asked.team.now() - self.lag
        oldest, latest = asked.arguments.get("oldest"), asked.arguments.get("latest")
        inclusive = asked.flag("inclusive")

        def is_between(message: Message) -> bool:
            at = _micros(message.ts)
            if oldest and (at < _micros(oldest) or at == _micros(oldest) and not inclusive):
                return False
            return not (latest and (at > _micros(latest) or at == _micros(latest) and not inclusive))

        found = sorted((m for m in messages if m.at <= seen and is_between(m)), key=lambda m: _micros(m.ts))
        if newest_first:
            found.reverse()
        page, metadata = page_of(asked, found, 100)
        records = [message.record(asked.team, asked.flag("include_all_metadata")) for message in page]
        return {"ok": True, "messages": records, "has_more": bool(metadata["next_cursor"]),
                "response_metadata": metadata}  # fmt: skip

    def conversations_list(self, asked: Asked) -> dict:
        kinds = str(asked.arguments.get("types") or "public_channel").replace(" ", "").split(",")
        asked.needs(*(f"{_scope(kind)}:read" for kind in kinds))
        channels = [
            channel
            for channel in asked.team.channels.values()
            if channel.kind in kinds
            and not (channel.archived and asked.flag("exclude_archived"))
            and (channel.kind == "public_channel" or asked.team.bot in channel.members)
        ]
        page, metadata = page_of(asked, channels, 100)
        return {"ok": True, "channels": [channel.record(asked.team.bot) for channel in page],
                "response_metadata": metadata}  # fmt: skip

    def conversations_info(self, asked: Asked) -> dict:
        channel = self._readable(asked, "read", inside=False)
        return {"ok": True, "channel": channel.record(asked.team.bot)}

    def conversations_members(self, asked: Asked) -> dict:
        channel = self._readable(asked, "read", inside=False)
        page, metadata = page_of(asked, sorted(channel.members), 100)
        return {"ok": True, "members": page, "response_metadata": metadata}

    def conversations_join(self, asked: Asked) -> dict:
        asked.needs("channels:join")
        channel = self._channel(asked)
        if channel.kind != "public_channel":
            raise Refusal("method_not_supported_for_channel_type")
        channel.members.add(asked.team.bot)
        return {"ok": True, "channel": channel.record(asked.team.bot)}

    def conversations_open(self, asked: Asked) -> dict:
        asked.needs("im:write")
        users = asked.text("users").split(",")
        user = asked.team.users.get(users[0])
        if len(users) > 1:
            raise Refusal("method_not_supported", "only direct conversations are known here")
        if not user:
            raise Refusal("user_not_found")
        if user.deleted:
            raise Refusal("user_disabled")
        if user.is_bot:
            raise Refusal("cannot_dm_bot")
        channel = asked.team.direct(user.id)
        return {"ok": True, "channel": {"id": channel.id}}

    def reactions_add(self, asked: Asked) -> dict:
        asked.needs("reactions:write")
        message = self._message(asked, "timestamp")
        those = message.reactions.setdefault(asked.text("name"), [])
        if asked.team.bot in those:
            raise Refusal("already_reacted")
        those.append(asked.team.bot)
        return {"ok": True}

    def reactions_remove(self, asked: Asked) -> dict:
        asked.needs("reactions:write")
        message = self._message(asked, "timestamp")
        those = message.reactions.get(asked.text("name"), [])
        if asked.team.bot not in those:
            raise Refusal("no_reaction")
        those.remove(asked.team.bot)
        return {"ok": True}

    def reactions_get(self, asked: Asked) -> dict:
        asked.needs("reactions:read")
        message = self._message(asked, "timestamp")
        return {"ok": True, "type": "message", "channel": message.channel, "message": message.record(asked.team)}

    def _message(self, asked: Asked, name: str) -> Message:
        message = self._channel(asked).messages.get(asked.text(name))
        if not message:
            raise Refusal("message_not_found")
        return message

    def _channel(self, asked: Asked, may_be_user: bool = False) -> Channel:
        wanted = asked.text("channel")
        if may_be_user and wanted in asked.team.users:
            asked.needs("im:write")
            return asked.team.direct(wanted)
        channel = asked.team.channels.get(wanted)
        if not channel:
            raise Refusal("channel_not_found")
        return channel

    def _readable(self, asked: Asked, what: str, inside: bool = True) -> Channel:
        channel = self._channel(asked)
        asked.needs(f"{_scope(channel.kind)}:{what}")
        if asked.team.bot not in channel.members:
            if channel.kind != "public_channel":
                raise Refusal("channel_not_found")
            if inside:
                raise Refusal("not_in_channel")
        return channel


def _scope(kind: str) -> str:
    return {"public_channel": "channels", "private_channel": "groups", "im": "im", "mpim": "mpim"}.get(kind, kind)


def _micros(ts: object) -> int:
    whole, _, part = str(ts).partition(".")
    return int(whole or 0) * 1_000_000 + int((part + "000000")[:6])


def page_of(asked: Asked, all_of_it: list, usual: int) -> tuple[list, dict]:
    """The page that is asked for, and where the next one begins."""
    limit = min(int(asked.arguments.get("limit") or usual), 1000)
    cursor = str(asked.arguments.get("cursor") or "")
    if cursor and not cursor.startswith("next:"):
        raise Refusal("invalid_cursor")
    begin = int(cursor[5:] or 0) if cursor else 0
    end = begin + limit
    return all_of_it[begin:end], {"next_cursor": f"next:{end}" if end < len(all_of_it) else ""}
