"""Somebody of whom it is enough to know which rooms they are in and how much was said there: an account without a client of
its own. Reactions are not encrypted, so guests can answer cards."""

import itertools

from .homeserver import Homeserver

_V3 = "/_matrix/client/v3"


class Guest:
    """An account that asks the homeserver when a story wants to know something."""

    def __init__(self, homeserver: Homeserver, name: str):
        account = homeserver.register(name, name.capitalize())
        self.id = account["user_id"]
        self._token = account["access_token"]
        self._homeserver = homeserver
        self._transactions = itertools.count()
        self._direct = ""

    def _ask(self, method: str, path: str, body: dict | None = None) -> dict:
        return self._homeserver.ask(method, _V3 + path, body, self._token)

    def comes_into(self, room: str) -> None:
        self._ask("POST", f"/join/{room}", {})

    def taps(self, room: str, post: str, key: str) -> None:
        relation = {"rel_type": "m.annotation", "event_id": post, "key": key}
        self._ask("PUT", f"/rooms/{room}/send/m.reaction/{next(self._transactions)}", {"m.relates_to": relation})

    def says_plainly(self, text: str) -> None:
        """A bare send into the direct room, as quick as a homeserver takes it, of a kind that the bot passes over."""
        self._ask("PUT", f"/rooms/{self._direct}/send/test.bare/{next(self._transactions)}", {"body": text})

    def comes_into_its_direct_room(self) -> None:
        """Accepts the bot's invitation; fails when there is another number than one."""
        invitations = self._invitations()
        assert len(invitations) == 1, f"{self.id}: {len(invitations)} invitations"
        (self._direct,) = invitations
        self.comes_into(self._direct)

    def _invitations(self) -> list[str]:
        return [*self._ask("GET", "/sync?timeout=0").get("rooms", {}).get("invite", {})]

    def is_asked_elsewhere(self) -> bool:
        """Whether there is a second direct room."""
        return bool(self._invitations())

    def messages(self) -> int:
        """How many messages stand in the direct room, up to a hundred."""
        events = self._ask("GET", f"/rooms/{self._direct}/messages?dir=b&limit=100")["chunk"]
        return sum(event["type"] == "m.room.encrypted" for event in events)
