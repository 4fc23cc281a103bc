"""A room as one person's client shows it: posts in order, edits applied, reactions counted."""

from dataclasses import dataclass, field

import nio


@dataclass
class Post:
    """A message as it reads now."""

    room: str
    id: str
    sender: str
    # Milliseconds, by the homeserver's clock.
    at: int
    body: str
    html: str
    content: dict
    encrypted: bool
    # The post in whose thread it stands.
    thread: str | None = None
    edits: int = 0
    # Who tapped what: the reaction's id to its key and sender.
    taps: dict[str, tuple[str, str]] = field(default_factory=dict)

    def tapped(self, who: str) -> list[str]:
        return [key for key, sender in self.taps.values() if sender == who]


class Room:
    """What came into a room, put together."""

    def __init__(self, room: str):
        self.id = room
        self.name = ""
        self.memberships: dict[str, str] = {}
        self.read = 0
        # The sources of all events that could be read, in the order in which that was.
        self.events: list[dict] = []
        self._posts: dict[str, Post] = {}

    @property
    def members(self) -> set[str]:
        return {who for who, membership in list(self.memberships.items()) if membership == "join"}

    def is_new(self) -> bool:
        return not self.events

    def posts_of(self, sender: str) -> list[Post]:
        """Posts of somebody, oldest first."""
        return [post for post in list(self._posts.values()) if post.sender == sender]

    def post(self, event: str) -> Post:
        return self._posts[event]

    def told(self, sender: str) -> str:
        """What somebody has said here, as text."""
        return "\n---\n".join(post.body for post in self.posts_of(sender))

    def take(self, event: nio.Event) -> None:
        """Puts the next event where it belongs."""
        source = event.source
        self.events.append(source)
        content = source.get("content", {})
        relation = content.get("m.relates_to") or {}
        match source["type"]:
            case "m.room.member":
                self.memberships[source["state_key"]] = content.get("membership", "leave")
            case "m.room.name":
                self.name = content.get("name", "")
            case "m.room.message" if relation.get("rel_type") == "m.replace":
                self._edit(source["sender"], relation["event_id"], content)
            case "m.room.message":
                self._posts[event.event_id] = Post(
                    room=self.id,
                    id=event.event_id,
                    sender=event.sender,
                    at=event.server_timestamp,
                    body=content.get("body", ""),
                    html=content.get("formatted_body", ""),
                    content=content,
                    encrypted=event.decrypted,
                    thread=relation.get("event_id") if relation.get("rel_type") == "m.thread" else None,
                )
            case "m.reaction":
                post = self._posts.get(relation.get("event_id"))
                if post:
                    post.taps[event.event_id] = (relation.get("key", ""), event.sender)
            case "m.room.redaction":
                gone = source.get("redacts") or content.get("redacts")
                for post in self._posts.values():
                    post.taps.pop(gone, None)

    def _edit(self, sender: str, target: str, content: dict) -> None:
        post = self._posts.get(target)
        # Nobody edits what somebody else said.
        if post and post.sender == sender:
            new = content["m.new_content"]
            post.body, post.html, post.content = new.get("body", ""), new.get("formatted_body", ""), new
            post.edits += 1
