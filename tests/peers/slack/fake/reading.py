"""A message or a view as somebody reads it: markup applied, dates in their zone, and whom it calls."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

_MARK = re.compile(r"<([^<>]*)>")
_STYLE = re.compile(r"(?<![\w`])([*_~`])(?=\S)(.+?)(?<=\S)\1(?![\w`])")
_EMOJI = re.compile(r":(?:[a-z][a-z0-9_+-]*|[+-]1):")


@dataclass
class Read:
    """What is read."""

    text: str = ""
    # Whom it calls: people, channel, here, everyone.
    calls: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    # What stands bold, slanted, struck through or as code.
    styled: list[str] = field(default_factory=list)
    buttons: list[dict] = field(default_factory=list)
    # The parts of it that are plain text.
    plain: list[str] = field(default_factory=list)


class Reader:
    """Reads in one zone."""

    def __init__(self, zone: str | None):
        self.zone = ZoneInfo(zone or "UTC")
        self.read = Read()

    def content(self, content: dict) -> Read:
        """A message; what is given besides its blocks is only for notifications."""
        if content.get("blocks"):
            lines = [self._block(block) for block in content["blocks"]]
        else:
            lines = [self._mrkdwn(content.get("text", ""))]
        self.read.text = "\n".join(line for line in lines if line)
        return self.read

    def view(self, view: dict) -> Read:
        read = self.content(view)
        if view.get("title"):
            read.text = f"{view['title']['text']}\n{read.text}"
        return read

    def _block(self, block: dict) -> str:
        match block["type"]:
            case "section":
                parts = [block.get("text"), *block.get("fields", ()), block.get("accessory")]
            case "header":
                parts = [block["text"]]
            case "context" | "actions":
                parts = block["elements"]
            case "input":
                parts = [block["label"], block["element"], block.get("hint")]
            case "rich_text":
                return "\n".join(self._rich(element) for element in block["elements"])
            case "markdown":
                return block["text"]
            case _:
                parts = []
        return " ".join(self._element(part) for part in parts if part)

    def _element(self, element: dict) -> str:
        match element["type"]:
            case "mrkdwn":
                return self._mrkdwn(element["text"])
            case "plain_text":
                return self._plain(element)
            case "button":
                self.read.buttons.append(element)
                return f"[{self._plain(element['text'])}]"
            case "plain_text_input":
                return f"({element.get('initial_value', '')})"
            case "static_select" | "radio_buttons":
                chosen = element.get("initial_option")
                return f"({chosen['text']['text'] if chosen else ''})"
            case kind:
                return f"({element.get('initial_date') or element.get('initial_time') or kind})"

    def _plain(self, text: dict) -> str:
        said = _unescape(text["text"])
        self.read.plain.append(said)
        # Slack makes pictures of these unless it is told not to.
        return _EMOJI.sub("☺", said) if text.get("emoji", True) else said

    def _rich(self, element: dict) -> str:
        match element["type"]:
            case "rich_text_list":
                return "\n".join(f"• {self._rich(item)}" for item in element["elements"])
            case "text":
                if any(element.get("style", {}).values()):
                    self.read.styled.append(element["text"])
                self.read.plain.append(element["text"])
                return element["text"]
            case "link":
                self.read.links.append(element["url"])
                return element.get("text") or element["url"]
            case "user" | "broadcast" | "usergroup" | "channel":
                called = element.get("user_id") or element.get("range") or element["type"]
                self.read.calls.append(called)
                return f"@{called}"
            case "date":
                return self._date(element["timestamp"], element["format"])
            case "emoji":
                return "☺"
            case _:
                return "".join(self._rich(item) for item in element["elements"])

    def _mrkdwn(self, text: str) -> str:
        out, at = [], 0
        for mark in _MARK.finditer(text):
            out.append(self._styled(text[at : mark.start()]))
            out.append(self._mark(mark[1]))
            at = mark.end()
        out.append(self._styled(text[at:]))
        return "".join(out)

    def _styled(self, text: str) -> str:
        def bare(found: re.Match) -> str:
            self.read.styled.append(_unescape(found[2]))
            return found[2]

        text = _EMOJI.sub("☺", text)
        previous = None
        while previous != text:
            previous, text = text, _STYLE.sub(bare, text)
        return _unescape(text)

    def _mark(self, inside: str) -> str:
        target, _, label = inside.partition("|")
        if target.startswith("!date^"):
            _, when, shown, *_ = target.split("^")
            return self._date(int(when), shown)
        if target.startswith(("@", "!", "#")):
            self.read.calls.append(target[1:])
            return f"@{target[1:]}"
        self.read.links.append(_unescape(target))
        return _unescape(label or target)

    def _date(self, when: int, shown: str) -> str:
        at = datetime.fromtimestamp(when, UTC).astimezone(self.zone)
        date = f"{at:%b} {at.day}, {at.year}"
        parts = {"date_num": f"{at:%Y-%m-%d}", "date": date, "date_short": date, "date_long": f"{at:%A}, {date}",
                 "time": f"{at:%H:%M}", "time_secs": f"{at:%H:%M:%S}", "ago": "then",
                 "day_divider_pretty": f"{at:%A}, {date}"}  # fmt: skip
        return re.sub(r"{(\w+?)}", lambda part: parts[part[1].removesuffix("_pretty")], shown)


def _unescape(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
