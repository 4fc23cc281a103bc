"""The methods of the Web API about people, views, tokens and sockets."""

import secrets
import time
from dataclasses import dataclass

from .methods import Asked, Methods, Refusal, page_of
from .team import Team, new_id

# Slack's own: how long a trigger may be used, in seconds.
TRIGGER_LIVES = 3.0


@dataclass
class Trigger:
    """What lets the app open a modal in front of somebody."""

    team: Team
    user: str
    at: float
    used: bool = False


class Accounts(Methods):
    """With people, views, tokens."""

    def __init__(self, judge):
        super().__init__(judge)
        self.trigger_lives = TRIGGER_LIVES
        self.triggers: dict[str, Trigger] = {}

    def auth_test(self, asked: Asked) -> dict:
        team = asked.team
        told = {"ok": True, "url": f"https://{team.domain}.slack.com/", "team": team.name, "user": "convene",
                "team_id": team.id, "user_id": team.bot, "bot_id": team.bot_id, "is_enterprise_install": False}  # fmt: skip
        return told | ({"enterprise_id": team.enterprise} if team.enterprise else {})

    def auth_revoke(self, asked: Asked) -> dict:
        asked.token.revoked = not asked.flag("test")
        return {"ok": True, "revoked": asked.token.revoked}

    def team_info(self, asked: Asked) -> dict:
        asked.needs("team:read")
        return {"ok": True, "team": {"id": asked.team.id, "name": asked.team.name, "domain": asked.team.domain}}

    # --- people

    def users_list(self, asked: Asked) -> dict:
        asked.needs("users:read")
        page, metadata = page_of(asked, list(asked.team.users.values()), 200)
        with_email = "users:read.email" in asked.token.scopes
        return {"ok": True, "members": [user.record(with_email) for user in page], "cache_ts": 0,
                "response_metadata": metadata}  # fmt: skip

    def users_info(self, asked: Asked) -> dict:
        asked.needs("users:read")
        user = asked.team.users.get(asked.text("user"))
        if not user:
            raise Refusal("user_not_found")
        return {"ok": True, "user": user.record("users:read.email" in asked.token.scopes)}

    def users_lookupByEmail(self, asked: Asked) -> dict:
        asked.needs("users:read.email")
        wanted = asked.text("email").lower()
        for user in asked.team.users.values():
            if user.email.lower() == wanted and not user.deleted:
                return {"ok": True, "user": user.record(True)}
        raise Refusal("users_not_found")

    # --- views

    def trigger(self, team: Team, user: str) -> str:
        """A new trigger, to be used within three seconds and once."""
        made = f"{int(time.time())}.{secrets.token_hex(8)}"
        self.triggers[made] = Trigger(team, user, time.monotonic())
        return made

    def _use(self, asked: Asked) -> Trigger:
        trigger = self.triggers.get(asked.text("trigger_id"))
        if not trigger or trigger.team is not asked.team:
            raise Refusal("invalid_trigger_id")
        if time.monotonic() - trigger.at > self.trigger_lives:
            raise Refusal("expired_trigger_id")
        if trigger.used:
            raise Refusal("exchanged_trigger_id")
        trigger.used = True
        return trigger

    def views_open(self, asked: Asked) -> dict:
        return self._open(asked, pushed=False)

    def views_push(self, asked: Asked) -> dict:
        return self._open(asked, pushed=True)

    def _open(self, asked: Asked, pushed: bool) -> dict:
        given = self.view(asked.structure("view"), ("modal",))
        trigger = self._use(asked)
        view = self.keep(asked.team, trigger.user, given)
        if pushed:
            view["previous_view_id"] = self.modal(asked.team, trigger.user)["id"]
        return {"ok": True, "view": view}

    def views_update(self, asked: Asked) -> dict:
        wanted = asked.arguments.get("view_id")
        external = asked.arguments.get("external_id")
        found = next(
            (v for v in asked.team.views.values() if v["id"] == wanted or external and v["external_id"] == external), None
        )
        if not found or found.get("closed"):
            raise Refusal("not_found")
        if asked.arguments.get("hash") not in (None, "", found["hash"]):
            raise Refusal("hash_conflict")
        self.renew(found, self.view(asked.structure("view"), ("modal", "home")))
        return {"ok": True, "view": found}

    def views_publish(self, asked: Asked) -> dict:
        user = asked.text("user_id")
        if user not in asked.team.users:
            raise Refusal("invalid_arguments", "[ERROR] user_id is nobody's")
        given = self.view(asked.structure("view"), ("home",))
        there = asked.team.homes.get(user)
        if there and asked.arguments.get("hash") not in (None, "", there["hash"]):
            raise Refusal("hash_conflict")
        view = self.keep(asked.team, user, given)
        asked.team.homes[user] = view
        return {"ok": True, "view": view}

    def view(self, given: object, kinds: tuple[str, ...]) -> dict:
        """A view that may be shown; anything else is refused."""
        if not isinstance(given, dict) or given.get("type") not in kinds:
            self._refuse("invalid_arguments", f"[ERROR] no view that could stand here: {given}")
        wrong = self.judge.ask(given["type"], given)
        if wrong:
            self._refuse("invalid_arguments", f"[ERROR] {wrong}")
        return given

    def keep(self, team: Team, user: str, given: dict) -> dict:
        made = {"id": new_id("V"), "team_id": team.id, "app_id": team.app_id, "bot_id": team.bot_id, "user": user,
                "previous_view_id": None, "external_id": "", "private_metadata": "", "callback_id": "",
                "state": {"values": {}}, "closed": False}  # fmt: skip
        made["root_view_id"] = made["id"]
        self.renew(made, given)
        team.views[made["id"]] = made
        return made

    def renew(self, view: dict, given: dict) -> None:
        for block in given["blocks"]:
            block.setdefault("block_id", new_id("b"))
        view.update(given)
        view["hash"] = f"{int(time.time())}.{secrets.token_hex(4)}"

    def modal(self, team: Team, user: str) -> dict | None:
        """What stands in front of somebody."""
        open_ones = [v for v in team.views.values() if v["user"] == user and v["type"] == "modal" and not v["closed"]]
        return open_ones[-1] if open_ones else None
