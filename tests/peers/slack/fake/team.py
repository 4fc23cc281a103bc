"""What a workspace holds: people, channels, messages, and who may act for the app there."""

import itertools
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

_numbers = itertools.count(1)


def new_id(kind: str) -> str:
    """An id as Slack makes them: a letter and ten more."""
    return f"{kind}{next(_numbers):010X}"


@dataclass
class User:
    """Somebody in a workspace, or a bot."""

    id: str
    team: str
    name: str
    shown: str
    email: str = ""
    zone: str | None = "Europe/London"
    deleted: bool = False
    is_bot: bool = False

    def record(self, with_email: bool) -> dict:
        """As `users.info` tells of them."""
        told = {
            "id": self.id,
            "team_id": self.team,
            "name": self.name,
            "real_name": self.shown,
            "deleted": self.deleted,
            "is_bot": self.is_bot,
            "is_app_user": False,
            "updated": 1600000000,
            "profile": {"real_name": self.shown, "display_name": self.shown, "team": self.team},
        }
        if with_email and self.email:
            told["profile"]["email"] = self.email
        # Slack leaves these out of whoever is deactivated.
        if not self.deleted and self.zone:
            told |= {"tz": self.zone, "tz_label": self.zone, "tz_offset": 0}
        return told


@dataclass
class Message:
    """A message as it stands now."""

    ts: str
    channel: str
    user: str
    content: dict
    # By Slack's clock, for history that lags.
    at: float
    # Only this person sees it.
    only: str | None = None
    edits: int = 0
    reactions: dict[str, list[str]] = field(default_factory=dict)
    # How it read before each edit.
    before: list[dict] = field(default_factory=list)

    def record(self, team: "Team", with_metadata: bool = False) -> dict:
        """As `conversations.history` tells of it."""
        told = {"type": "message", "ts": self.ts, "user": self.user, "team": team.id}
        told |= {name: value for name, value in self.content.items() if name != "metadata"}
        told.setdefault("text", "")
        user = team.users.get(self.user)
        if user and user.is_bot:
            told |= {"bot_id": team.bot_id, "app_id": team.app_id}
        if self.edits:
            told["edited"] = {"user": self.user, "ts": self.ts}
        if self.reactions:
            told["reactions"] = [
                {"name": name, "users": users, "count": len(users)} for name, users in self.reactions.items()
            ]
        if with_metadata and "metadata" in self.content:
            told["metadata"] = self.content["metadata"]
        return told


@dataclass
class Channel:
    """A channel, or the direct conversation of somebody with the app."""

    id: str
    name: str
    # public_channel, private_channel or im.
    kind: str
    members: set[str]
    # Whose direct conversation it is.
    of: str | None = None
    archived: bool = False
    messages: dict[str, Message] = field(default_factory=dict)
    # Only seen by one person each, never in a history.
    whispers: list[Message] = field(default_factory=list)

    def record(self, bot: str) -> dict:
        """As `conversations.info` tells of it."""
        told = {
            "id": self.id,
            "created": 1600000000,
            "is_archived": self.archived,
            "is_im": self.kind == "im",
            "is_mpim": False,
            "is_channel": self.kind == "public_channel",
            "is_group": self.kind == "private_channel",
            "is_private": self.kind != "public_channel",
        }
        if self.kind == "im":
            return told | {"user": self.of, "is_user_deleted": False}
        return told | {
            "name": self.name,
            "name_normalized": self.name,
            "is_member": bot in self.members,
            "is_general": False,
            "num_members": len(self.members),
            "context_team_id": "",
        }


@dataclass
class Token:
    """What lets the app act in a workspace."""

    scopes: set[str]
    # By Slack's clock; none is for ever.
    expires: float | None = None
    revoked: bool = False


class Team:
    """A workspace. Nothing in it answers for itself; `methods` and `hands` change it."""

    def __init__(self, name: str, now: Callable[[], float], app_id: str, enterprise: str | None = None):
        self.id = new_id("T")
        self.name = name
        self.now = now
        self.app_id = app_id
        self.enterprise = enterprise
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.tokens: dict[str, Token] = {}
        # Refresh tokens that have not been used.
        self.refresh: dict[str, set[str]] = {}
        self.bot = self.user("convene", "Convene", is_bot=True).id
        self.bot_id = new_id("B")
        self.homes: dict[str, dict] = {}
        self.views: dict[str, dict] = {}
        self._last = 0

    @property
    def domain(self) -> str:
        return self.name.lower().replace(" ", "-")

    def user(self, name: str, shown: str | None = None, **more) -> User:
        """Somebody new."""
        user = User(new_id("U"), self.id, name, shown or name.capitalize(), **more)
        if not user.is_bot and not user.email:
            user.email = f"{name}@example.org"
        self.users[user.id] = user
        return user

    def channel(self, name: str, kind: str = "public_channel", members: tuple[str, ...] = ()) -> Channel:
        """A new channel."""
        channel = Channel(new_id("C"), name, kind, set(members))
        self.channels[channel.id] = channel
        return channel

    def direct(self, user: str) -> Channel:
        """The direct conversation of somebody with the app, new or old."""
        for channel in list(self.channels.values()):
            if channel.of == user:
                return channel
        channel = Channel(new_id("D"), "", "im", {user, self.bot}, of=user)
        self.channels[channel.id] = channel
        return channel

    def grant(self, scopes: set[str], lives: float | None = None) -> tuple[str, str | None]:
        """A bot token, and what renews it if it ends after so many seconds."""
        token = f"xoxb-{secrets.token_hex(12)}" if lives is None else f"xoxe.xoxb-1-{secrets.token_hex(12)}"
        self.tokens[token] = Token(scopes, None if lives is None else self.now() + lives)
        if lives is None:
            return token, None
        renews = f"xoxe-1-{secrets.token_hex(12)}"
        self.refresh[renews] = scopes
        return token, renews

    def stamp(self) -> str:
        """The next message's time, which is its id: no two are the same."""
        self._last = max(self._last + 1, int(self.now() * 1_000_000))
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"
