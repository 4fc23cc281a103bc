"""What Discord's documentation says a bot may send, asserted here since neither simcord nor Discord's OpenAPI file says all of
it: lengths in units of UTF-16, numbers of components, that external events have an end, that nobody is mentioned unasked."""

import re
from datetime import datetime

_COMMAND = re.compile(r"^[-_a-z0-9]{1,32}$")


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


class Rules:
    """What was wrong with what was sent."""

    def __init__(self) -> None:
        self.wrong: list[str] = []

    def check(self, method: str, path: str, body: object) -> None:
        parts = path.strip("/").split("/")
        if method in ("POST", "PATCH") and "messages" in parts and parts[-1] != "threads":
            self.message(path, body, posts=parts[0] == "channels" and method == "POST")
        elif parts[0] == "webhooks" and method == "POST":
            self.message(path, body)
        elif parts[-1] == "callback":
            self.callback(path, body)
        elif parts[-1] == "commands" and method == "PUT":
            self.commands(body)
        elif "scheduled-events" in parts and method in ("POST", "PATCH"):
            self.event(path, body, makes=method == "POST")
        elif parts[-1] == "threads":
            self.need(path, 1 <= units(body["name"]) <= 100, "a thread's name has 100 characters")

    def need(self, where: str, fine: object, what: str) -> None:
        if not fine:
            self.wrong.append(f"{where}: {what}")

    def message(self, where: str, body: dict, posts: bool = False) -> None:
        embeds, rows = body.get("embeds") or [], body.get("components") or []
        self.need(where, units(body.get("content") or "") <= 2000, "content has 2,000 characters")
        self.need(where, len(embeds) <= 10, "ten embeds")
        mentions = body.get("allowed_mentions")
        self.need(where, mentions is not None and mentions.get("parse") == [], "allowed_mentions parses nothing")
        whole = 0
        for embed in embeds:
            lengths = {"title": 256, "description": 4096}
            for name, most in lengths.items():
                whole += units(embed.get(name) or "")
                self.need(where, units(embed.get(name) or "") <= most, f"an embed's {name} has {most}")
            fields = embed.get("fields") or []
            self.need(where, len(fields) <= 25, "25 fields")
            whole += units((embed.get("footer") or {}).get("text") or "")
        self.need(where, whole <= 6000, "6,000 characters in all embeds")
        self.need(where, len(rows) <= 5, "five rows")
        ids = []
        for row in rows:
            self.need(where, row["type"] == 1 and 1 <= len(row["components"]) <= 5, "five in a row")
            for shown in row["components"]:
                ids.append(shown["custom_id"])
                self.need(where, 1 <= units(shown["custom_id"]) <= 100, "custom_id has 100")
                if shown["type"] == 2:
                    self.need(where, 1 <= units(shown["label"]) <= 80, "a button's label has 80")
                else:
                    self.need(where, len(row["components"]) == 1, "a menu is alone in its row")
                    self.need(where, 1 <= len(shown["options"]) <= 25, "25 options")
                    for option in shown["options"]:
                        fits = all(1 <= units(option[name]) <= 100 for name in ("label", "value"))
                        self.need(where, fits, "an option has 100")
        self.need(where, len(ids) == len({*ids}), "ids are told apart")
        if posts:
            nonce = str(body.get("nonce") or "")
            self.need(where, 1 <= len(nonce) <= 25 and body.get("enforce_nonce") is True, "a nonce, enforced")

    def callback(self, where: str, body: dict) -> None:
        data = body.get("data") or {}
        match body["type"]:
            case 4 | 7:
                self.message(where, data)
            case 8:
                self.need(where, len(data["choices"]) <= 25, "25 choices")
                for choice in data["choices"]:
                    fits = 1 <= units(choice["name"]) <= 100 and 1 <= units(choice["value"]) <= 100
                    self.need(where, fits, "a choice has 100")
            case 9:
                self.need(where, 1 <= units(data["title"]) <= 45 and 1 <= units(data["custom_id"]) <= 100, "a form's title has 45")
                self.need(where, 1 <= len(data["components"]) <= 5, "five inputs")
                for row in data["components"]:
                    for shown in row["components"]:
                        self.need(where, 1 <= units(shown["label"]) <= 45, "an input's label has 45")
                        self.need(where, units(shown.get("placeholder") or "") <= 100, "a placeholder has 100")
                        self.need(where, units(shown.get("value") or "") <= 4000, "a value has 4,000")

    def commands(self, body: list) -> None:
        typed = [command for command in body if command.get("type", 1) == 1]
        self.need("commands", len(typed) <= 100 and len({it["name"] for it in typed}) == len(typed), "100 commands")
        for command in typed:
            self._command(command["name"], command)
            self.need(command["name"], _length(command) <= 8000, "8,000 characters")

    def _command(self, where: str, command: dict) -> None:
        self.need(where, _COMMAND.match(command["name"]), "a name in small letters")
        self.need(where, 1 <= units(command["description"]) <= 100, "a description has 100")
        options = command.get("options") or []
        self.need(where, len(options) <= 25, "25 options")
        needed = [bool(it.get("required")) for it in options]
        self.need(where, needed == sorted(needed, reverse=True), "what is needed comes first")
        for option in options:
            self.need(where, len(option.get("choices") or []) <= 25, "25 choices")
            self._command(f"{where} {option['name']}", option)

    def event(self, where: str, body: dict, makes: bool) -> None:
        if "name" in body or makes:
            self.need(where, 1 <= units(body["name"]) <= 100, "an event's name has 100")
        self.need(where, units(body.get("description") or "") <= 1000, "a description has 1,000")
        if "entity_metadata" in body or makes:
            self.need(where, 1 <= units(body["entity_metadata"]["location"]) <= 100, "a place has 100")
        if makes:
            self.need(where, body["entity_type"] == 3 and body["privacy_level"] == 2, "an event elsewhere, for the server")
            start, end = (datetime.fromisoformat(body[f"scheduled_{it}_time"]) for it in ("start", "end"))
            self.need(where, start < end, "an event has an end")


def _length(command: dict) -> int:
    own = sum(units(str(command.get(name) or "")) for name in ("name", "description", "value"))
    inside = [*(command.get("options") or []), *(command.get("choices") or [])]
    return own + sum(_length(it) for it in inside)
