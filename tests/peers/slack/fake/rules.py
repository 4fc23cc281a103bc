"""What Slack refuses in a message or a view. The limits of Block Kit are judged by the crate slackblocks, in a process
of its own (`judge/`); here stands what it lets pass and Slack does not."""

import json
import os
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[4]
_TEXT = {"plain_text": {"type", "text", "emoji"}, "mrkdwn": {"type", "text", "verbatim"}}
_KNOWN = {
    "section": {"text", "fields", "accessory", "expand"},
    "header": {"text", "level"},
    "divider": set(),
    "context": {"elements"},
    "actions": {"elements"},
    "input": {"label", "element", "dispatch_action", "hint", "optional"},
    "image": {"image_url", "slack_file", "alt_text", "title"},
    "button": {"text", "action_id", "url", "value", "style", "confirm", "accessibility_label"},
}


def judge_program() -> Path:
    """The judge, built by `cargo build --manifest-path tests/peers/slack/judge/Cargo.toml`."""
    target = os.environ.get("CARGO_TARGET_DIR", "target")
    return _ROOT / os.environ.get("CONVENE_SLACK_JUDGE", f"{target}/tests/judge/debug/judge")


class Judge:
    """Asks the judge, one payload at a time."""

    def __init__(self):
        self._lock = threading.Lock()
        self._process = subprocess.Popen(
            [str(judge_program())], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )

    def ask(self, kind: str, payload: dict) -> str | None:
        """What is wrong with a message, response, modal or home; none where nothing is."""
        if not isinstance(payload.get("blocks", []), list):
            return "blocks is no list"
        with self._lock:
            self._process.stdin.write(json.dumps({"kind": kind, "payload": _as_known(payload)}) + "\n")
            self._process.stdin.flush()
            said = json.loads(self._process.stdout.readline())
        return said or next(_more(payload), None)

    def end(self) -> None:
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()


def _as_known(value: object) -> object:
    """With texts for the dates of rich text, which the crate does not know; `_inside` looks at those."""
    if isinstance(value, list):
        return [_as_known(item) for item in value]
    if not isinstance(value, dict):
        return value
    if value.get("type") == "date" and "timestamp" in value:
        return {"type": "text", "text": "date"}
    return {name: _as_known(item) for name, item in value.items()}


def _more(payload: dict) -> Iterator[str]:
    blocks = payload.get("blocks") or []
    ids = [block["block_id"] for block in blocks if block.get("block_id")]
    if len(ids) != len({*ids}):
        yield "block_id is not unique"
    for number, block in enumerate(blocks):
        yield from _block(block, f"/blocks/{number}")


def _block(block: dict, at: str) -> Iterator[str]:
    if block["type"] in _KNOWN:
        yield from _properties(block, _KNOWN[block["type"]] | {"type", "block_id"}, at)
    elements = block.get("elements") if block["type"] in ("actions", "context") else None
    if elements is not None:
        if not elements:
            yield f"must not be empty: {at}/elements"
        actions = [element["action_id"] for element in elements if element.get("action_id")]
        if len(actions) != len({*actions}):
            yield f"action_id is not unique: {at}"
    yield from _inside(block, at)


def _inside(value: object, at: str) -> Iterator[str]:
    """Texts and buttons, wherever they stand."""
    if isinstance(value, list):
        for number, item in enumerate(value):
            yield from _inside(item, f"{at}/{number}")
    if not isinstance(value, dict):
        return
    if value.get("type") in _TEXT and "text" in value:
        yield from _properties(value, _TEXT[value["type"]], at)
    if value.get("type") == "date" and "timestamp" in value:
        yield from _properties(value, {"type", "timestamp", "format", "fallback", "url"}, at)
        if not isinstance(value["timestamp"], int) or not value.get("format"):
            yield f"no date: {at}"
    if value.get("type") == "button":
        yield from _properties(value, _KNOWN["button"] | {"type"}, at)
        if "url" in value and not value["url"].startswith(("https://", "http://")):
            yield f"not a URL: {at}/url"
    for name, item in value.items():
        yield from _inside(item, f"{at}/{name}")


def _properties(value: dict, known: set[str], at: str) -> Iterator[str]:
    for name in value.keys() - known:
        yield f"invalid additional property: {name} at {at}"
