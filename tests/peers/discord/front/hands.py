"""Somebody on Discord: types commands, presses buttons, fills in forms, is interested, reads."""

from collections.abc import Iterator
from dataclasses import dataclass

from harness.processes import wait_for
from harness.reads import Reads
from simcord import interactions
from simcord.backend import serializers
from simcord.backend.command_access import command_access
from simcord.backend.models import Channel, Guild, Interaction, Message, User
from simcord.components import walk_components

from .reading import Reader
from .server import Discord

_ALONE = 64


@dataclass(frozen=True)
class Post:
    """A message as one person sees it now."""

    message: Message
    text: str

    @property
    def only(self) -> bool:
        """Whether nobody else sees it."""
        return bool(self.message.flags & _ALONE)

    @property
    def labels(self) -> list[str]:
        found = walk_components(self.message.components)
        return [it["label"] for it in found if it.get("type") == 2]


class Person(Reads):
    """One person of a server."""

    def __init__(self, discord: Discord, guild: Guild, user: User, zone: str = "Europe/London"):
        super().__init__()
        self.discord, self.guild, self.user = discord, guild, user
        self.backend = discord.backend
        self.id = user.id
        self.zone = zone
        # What was asked and had no answer within three seconds.
        self.asked: list[tuple[str, Interaction]] = []

    @property
    def shown(self) -> str:
        return self.user.global_name or self.user.name

    # --- what they do

    def types(self, line: str, channel: Channel | None = None) -> Interaction:
        """`/convene` and a line."""
        return self.uses("convene", channel, line=line)

    def uses(self, command: str, channel: Channel | None = None, **options: str) -> Interaction:
        """A slash command with its options."""
        return self.discord.do(self._use, command, channel or self.direct, options)

    def _use(self, command: str, channel: Channel, options: dict) -> Interaction:
        data, root = self._data(command, channel, options)
        access = command_access(self.backend, root, user_id=self.id, channel_id=channel.id)
        assert access.allowed, f"{self.shown} is not shown /{command}: {access.reason}"
        return self._interact(2, channel, data, f"/{command} {options}")

    def is_shown(self, command: str, channel: Channel) -> bool:
        """Whether Discord offers a command to them."""
        shown = self.discord.do(self.backend.visible_commands, user_id=self.id, channel_id=channel.id)
        return any(it["name"] == command for it in shown)

    def _data(self, command: str, channel: Channel, options: dict) -> tuple[dict, dict]:
        name, *path = command.split()
        root = self.backend.find_command(name, channel.guild_id)
        assert root, f"there is no /{name}"
        leaf, nesting = interactions.walk_to_subcommand(root, path)
        interactions.check_options(command, leaf, {**options}, partial=False)
        given = [{"name": key, "type": 3, "value": value} for key, value in options.items()]
        nested = interactions.nest_options(root, nesting, given)
        return {"id": root["id"], "name": root["name"], "type": 1, "options": nested}, root

    def suggests(self, command: str, option: str, typed: str, channel: Channel | None = None, **options: str) -> list[dict]:
        """What Discord shows while they type into an option."""
        channel = channel or self.direct

        def ask() -> Interaction:
            name, *path = command.split()
            root = self.backend.find_command(name, channel.guild_id)
            leaf, nesting = interactions.walk_to_subcommand(root, path)
            focused = next(it for it in leaf["options"] if it["name"] == option)
            assert focused.get("autocomplete"), f"nothing is suggested for {option}"
            given = [{"name": key, "type": 3, "value": value} for key, value in options.items()]
            given.append({"name": option, "type": 3, "value": typed, "focused": True})
            data = {"id": root["id"], "name": name, "type": 1, "options": interactions.nest_options(root, nesting, given)}
            return self._interact(4, channel, data, f"{command} {option}…")

        record = self.discord.do(ask)
        wait_for(f"nothing is suggested for {option}", lambda: record.autocomplete_choices is not None)
        return record.autocomplete_choices

    def presses(self, post: Post | Message, label: str) -> Interaction:
        """A button, by what stands on it."""
        message = post.message if isinstance(post, Post) else post

        def press() -> Interaction:
            self._may_see(message)
            found = [it for it in walk_components(message.components) if it.get("type") == 2 and label in it["label"]]
            assert found, f"no [{label}] in {Post(message, '').labels}"
            data = {"custom_id": found[0]["custom_id"], "component_type": 2}
            return self._pressed(message, data, label)

        return self.discord.do(press)

    def chooses(self, post: Post, label: str) -> Interaction:
        """An option of a menu."""

        def choose() -> Interaction:
            for menu in walk_components(post.message.components):
                chosen = [it for it in menu.get("options") or [] if label in it["label"]]
                if chosen:
                    data = {"custom_id": menu["custom_id"], "component_type": 3, "values": [chosen[0]["value"]]}
                    return self._pressed(post.message, data, label)
            raise AssertionError(f"no option {label!r}")

        return self.discord.do(choose)

    def _pressed(self, message: Message, data: dict, label: str) -> Interaction:
        channel = self.backend.get_channel(message.channel_id)
        record, payload = self._payload(3, channel, data)
        record.source_message_id = message.id
        payload["message"] = dict(serializers.message_payload(self.backend, message))
        return self._sent(record, payload, f"[{label}]")

    def uses_on(self, command: str, message: Message) -> Interaction:
        """A command on a message."""

        def use() -> Interaction:
            channel = self.backend.get_channel(message.channel_id)
            root = self.backend.find_command(command, channel.guild_id, type=3)
            assert root, f"there is no command {command!r} on messages"
            resolved = {"messages": {str(message.id): dict(serializers.message_payload(self.backend, message))}}
            data = {"id": root["id"], "name": command, "type": 3, "target_id": str(message.id), "resolved": resolved}
            return self._interact(2, channel, data, command)

        return self.discord.do(use)

    def submits(self, shown: Interaction, **values: str) -> Interaction:
        """The form that an interaction showed, with values by the label they stand under."""
        wait_for("no form is shown", lambda: shown.modal)
        form, left = shown.modal, dict(values)

        def submit() -> Interaction:
            rows = []
            for row in form["components"]:
                field = row["components"][0]
                named = next((it for it in left if it.replace("_", " ").lower() in field["label"].lower()), None)
                value = left.pop(named) if named else field.get("value") or ""
                assert value or not field.get("required", True), f"{field['label']!r} must be filled in"
                rows.append({"type": 1, "components": [{"type": 4, "custom_id": field["custom_id"], "value": value}]})
            assert not left, f"no field for {[*left]}"
            channel = self.backend.get_channel(shown.channel_id)
            return self._interact(5, channel, {"custom_id": form["custom_id"], "components": rows}, form["title"])

        return self.discord.do(submit)

    def _interact(self, kind: int, channel: Channel, data: dict, what: str) -> Interaction:
        record, payload = self._payload(kind, channel, data)
        return self._sent(record, payload, what)

    def _payload(self, kind: int, channel: Channel, data: dict) -> tuple[Interaction, dict]:
        return interactions.base_payload(
            self.backend, type=kind, channel_id=channel.id, guild_id=channel.guild_id, user_id=self.id, data=data
        )

    def _sent(self, record: Interaction, payload: dict, what: str) -> Interaction:
        self.asked.append((what, record))
        self.backend.emit("INTERACTION_CREATE", payload)
        return record

    def writes(self, text: str, channel: Channel | None = None) -> Message:
        """A message: to the bot alone, or to it by name in a channel."""
        channel = channel or self.direct
        content = text if channel.guild_id is None else f"<@{self.backend.bot_user.id}> {text}"
        return self.discord.do(self.backend.create_message, channel.id, self.id, content)

    def edits(self, message: Message, text: str) -> None:
        self.discord.do(self.backend.edit_message, message.channel_id, message.id, {"content": text})

    def comes(self) -> None:
        """Into the server."""
        self.discord.do(self.backend.add_member, self.guild.id, self.id, announce=True)

    def goes(self) -> None:
        self.discord.do(self.backend.remove_member, self.guild.id, self.id)

    def is_called(self, name: str) -> None:
        """In the server, from now on."""

        def rename() -> None:
            self.guild.members[self.id].nick = name
            self.backend.announce_member_update(self.guild.id, self.id)

        self.discord.do(rename)

    def gets(self, role: int) -> None:
        self.discord.do(self.backend.add_member_role, self.guild.id, self.id, role)

    def loses(self, role: int) -> None:
        self.discord.do(self.backend.remove_member_role, self.guild.id, self.id, role)

    def is_interested(self, event: int, interested: bool = True) -> None:
        """In an event of the server, or no longer."""
        change = self.backend.set_scheduled_event_subscription
        self.discord.do(change, self.guild.id, event, self.id, interested)

    # --- what they read

    @property
    def direct(self) -> Channel:
        return self.discord.do(self.backend.get_dm_channel, self.id)

    def _may_see(self, message: Message) -> None:
        owner = (message.interaction_metadata or {}).get("user", {}).get("id")
        assert not message.flags & _ALONE or owner == str(self.id), "that is somebody else's to see"

    def posts(self, channel: Channel | None = None) -> list[Post]:
        """What the bot has said there that they can see, oldest first."""
        channel = channel or self.direct

        def look() -> list[Post]:
            found = []
            for message in sorted(self.backend.messages[channel.id].values(), key=lambda it: it.id):
                owner = (message.interaction_metadata or {}).get("user", {}).get("id")
                hidden = message.flags & _ALONE and owner != str(self.id)
                # Those of Discord itself, and those that are still being thought of.
                if message.author_id != self.backend.bot_user.id or hidden or message.type == 18 or message.flags & 128:
                    continue
                found.append(Post(message, Reader(self.zone).message(message.content, message.embeds)))
            return found

        return self.discord.do(look)

    def everything(self) -> Iterator[Post]:
        """What the bot has said to them anywhere."""
        for channel in [*self.backend.channels.values()]:
            if channel.guild_id is not None or self.id in channel.recipient_ids:
                yield from self.posts(channel)

    def alone(self) -> list[Post]:
        """What was said to them alone, wherever."""
        mine = self.direct.id
        said = [post for post in self.everything() if post.only or post.message.channel_id == mine]
        return sorted(said, key=lambda post: post.message.id)

    def now(self, post: Post) -> Post:
        """A post as it is now."""
        return Post(post.message, Reader(self.zone).message(post.message.content, post.message.embeds))

    def unanswered(self) -> list[str]:
        """What they asked and Discord told them that nobody answered."""
        return [what for what, record in self.asked if not record.responded]
