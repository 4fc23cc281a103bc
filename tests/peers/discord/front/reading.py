"""What somebody reads: Discord's markup as its client shows it, times in the reader's own zone."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

_TIME = re.compile(r"<t:(-?\d+)(?::([tTdDfFR]))?>")
_LINK = re.compile(r"(?<!\\)\[((?:\\.|[^\]\\])*)\]\((https?://[^)\s]+)\)")
_BARE = re.compile(r"(?<!\\)<(https?://[^>\s]+)>")
_CODE = re.compile(r"(?<!\\)`([^`]+)`")
_BOLD = re.compile(r"(?<!\\)\*\*((?:\\.|[^*\\])+)\*\*")
_MENTION = re.compile(r"(?<!\\)<@!?(\d+)>")
# What else would be markup and nobody means it to be.
_STRAY = re.compile(r"(?<![\\\w])(?:\*(?=\S)[^*\n]+\*|_(?=\S)[^_\n]+_|~~[^~\n]+~~|\|\|[^|\n]+\|\|)(?!\w)")


class Reader:
    def __init__(self, zone: str = "Europe/London"):
        self.zone = ZoneInfo(zone)

    def text(self, marked: str) -> str:
        """A text as it is seen."""
        return "\n".join(self._line(line) for line in marked.split("\n"))

    def _line(self, line: str) -> str:
        for mark in ("### ", "## ", "# ", "-# "):
            if line.startswith(mark):
                line = line.removeprefix(mark)
                break
        if line.startswith("- "):
            line = "• " + line.removeprefix("- ")
        kept: list[str] = []

        def keep(shown: str) -> str:
            kept.append(shown)
            return f"\x00{len(kept) - 1}\x00"

        line = _CODE.sub(lambda it: keep(it[1]), line)
        line = _TIME.sub(lambda it: keep(self._time(int(it[1]), it[2])), line)
        line = _LINK.sub(lambda it: keep(_unescaped(it[1])), line)
        line = _BARE.sub(lambda it: keep(it[1]), line)
        line = _MENTION.sub(lambda it: keep(f"@{it[1]}"), line)
        line = _BOLD.sub(lambda it: keep(_unescaped(it[1])), line)
        assert not _STRAY.search(re.sub(r"\\.", "", line)), f"read as markup: {line!r}"
        line = _unescaped(line)
        return re.sub(r"\x00(\d+)\x00", lambda it: kept[int(it[1])], line)

    def _time(self, unix: int, style: str | None) -> str:
        at = datetime.fromtimestamp(unix, UTC).astimezone(self.zone)
        # How long it is until then passes while a story is told.
        return "…" if style == "R" else at.strftime("%b %-d, %Y %H:%M")

    def message(self, content: str, embeds: list[dict]) -> str:
        texts = [content, *(embed.get("description") or "" for embed in embeds)]
        return "\n".join(self.text(text) for text in texts if text)


def _unescaped(text: str) -> str:
    return re.sub(r"\\([^0-9A-Za-z\s])", r"\1", text)
