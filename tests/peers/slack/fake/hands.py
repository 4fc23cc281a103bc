"""Somebody in Slack: types commands, presses buttons, fills in modals, reads."""

import copy
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass

from harness.reads import Reads

from .delivery import Acknowledged, Delivered, wrapped
from .reading import Read, Reader
from .server import Slack
from .team import Channel, Message, Team, User


@dataclass(frozen=True)
class Post:
    """A message as one person sees it now."""

    message: Message
    read: Read

    @property
    def text(self) -> str:
        return self.read.text

    @property
    def only(self) -> bool:
        """Whether nobody else sees it."""
        return self.message.only is not None

    @property
    def labels(self) -> list[str]:
        return [button["text"]["text"] for button in self.read.buttons]


class Person(Reads):
    """One person of a workspace."""

    def __init__(self, slack: Slack, team: Team, user: User):
        super().__init__()
        self.slack, self.team, self.user = slack, team, user
        self.id = user.id
        # What Slack told them itself, that something did not work.
        self.failures: list[str] = []

    @property
    def shown(self) -> str:
        return self.user.shown

    # --- what they do

    def types(self, text: str, channel: Channel | None = None, command: str = "/convene") -> Acknowledged:
        """A slash command; what it answers at once is theirs to read."""
        return self.slack.run(self.typing(text, channel, command))

    def starts_typing(self, text: str, channel: Channel | None = None) -> Future:
        return self.slack.begin(self.typing(text, channel))

    async def typing(self, text: str, channel: Channel | None = None, command: str = "/convene") -> Acknowledged:
        channel = channel or self.direct
        form = self.command(text, channel, command)
        answer = await self.slack.delivery.command(form)
        if not answer.in_time:
            self.failures.append(f"{command} {text}: {answer.status or 'operation_timeout'}")
        elif answer.body:
            body = answer.body if isinstance(answer.body, dict) else {"text": answer.body}
            content = self.slack.methods.content(body, kind="response")
            if body.get("response_type") == "in_channel":
                self.slack.methods.put(self.team, channel, self.team.bot, content)
            else:
                self.slack.methods.whisper(self.team, channel, self.id, content)
        return answer

    def command(self, text: str, channel: Channel | None = None, command: str = "/convene") -> dict:
        """What Slack sends of it."""
        channel = channel or self.direct
        name = {"im": "directmessage", "private_channel": "privategroup"}.get(channel.kind, channel.name)
        form = {
            "token": "old", "team_id": self.team.id, "team_domain": self.team.domain, "channel_id": channel.id,
            "channel_name": name, "user_id": self.id, "user_name": self.user.name, "command": command,
            "text": _escape(text), "api_app_id": self.slack.app_id, "is_enterprise_install": "false",
            "response_url": self.slack.hook(self.team, channel.id, self.id),
            "trigger_id": self.slack.methods.trigger(self.team, self.id),
        }  # fmt: skip
        return form | ({"enterprise_id": self.team.enterprise} if self.team.enterprise else {})

    def presses(self, post: Post | Message | dict, label: str) -> Acknowledged:
        """A button, by what stands on it, of a message or a view."""
        return self.slack.run(self.pressing(post, label))

    def starts_pressing(self, post: Post | Message | dict, label: str) -> Future:
        return self.slack.begin(self.pressing(post, label))

    async def pressing(self, post: Post | Message | dict, label: str) -> Acknowledged:
        answer = await self.slack.delivery.interaction(self.press(post, label))
        if not answer.in_time:
            self.failures.append(f"[{label}]: {answer.status or 'operation_timeout'}")
        return answer

    def press(self, post: Post | Message | dict, label: str) -> dict:
        """What Slack sends of it."""
        where = post.message if isinstance(post, Post) else post
        content = where.content if isinstance(where, Message) else where
        buttons = [
            (block, element)
            for block in content["blocks"]
            for element in [*block.get("elements", ()), block.get("accessory") or {}]
            if element.get("type") == "button" and label in element["text"]["text"]
        ]
        assert buttons, f"no [{label}] in {Reader(self.user.zone).content(content).text}"
        block, button = buttons[0]
        action = {"type": "button", "block_id": block["block_id"], "action_ts": self.team.stamp()}
        action |= {name: button[name] for name in ("action_id", "text", "value", "style") if name in button}
        payload = self._payload("block_actions") | {
            "trigger_id": self.slack.methods.trigger(self.team, self.id),
            "actions": [action],
            "state": {"values": {}},
        }
        if not isinstance(where, Message):
            return payload | {"view": _shown(where), "container": {"type": "view", "view_id": where["id"]}}
        channel = self.team.channels[where.channel]
        payload |= {
            "channel": {"id": channel.id, "name": channel.name or "directmessage"},
            "container": {"type": "message", "message_ts": where.ts, "channel_id": channel.id,
                          "is_ephemeral": where.only is not None},
            "response_url": self.slack.hook(self.team, channel.id, self.id, where.ts),
        }  # fmt: skip
        if where.only is None:
            payload["message"] = _escaped(where.record(self.team))
        return payload

    def _payload(self, kind: str) -> dict:
        return {
            "type": kind, "api_app_id": self.slack.app_id, "token": "old", "is_enterprise_install": False,
            "enterprise": {"id": self.team.enterprise, "name": "All"} if self.team.enterprise else None,
            "team": {"id": self.team.id, "domain": self.team.domain},
            "user": {"id": self.id, "username": self.user.name, "name": self.user.name, "team_id": self.team.id},
        }  # fmt: skip

    @property
    def modal(self) -> dict | None:
        """What stands in front of them."""
        return self.slack.methods.modal(self.team, self.id)

    def submits(self, **values: str) -> Acknowledged:
        """The modal, with values by the label they stand under; those that are not named stay as they are."""
        view = self.modal
        assert view, "there is no modal"
        view["state"] = {"values": _filled_in(view, values)}
        payload = self._payload("view_submission") | {
            "trigger_id": self.slack.methods.trigger(self.team, self.id),
            "view": _shown(view),
            "response_urls": [],
        }
        answer = self.slack.run(self.slack.delivery.interaction(payload))
        self._after_submission(view, answer)
        return answer

    def _after_submission(self, view: dict, answer: Acknowledged) -> None:
        body = answer.body if isinstance(answer.body, dict) else {}
        view["errors"] = {}
        match body.get("response_action"):
            case _ if not answer.in_time:
                self.failures.append(f"modal: {answer.status or 'operation_timeout'}")
            case "errors":
                known = {block["block_id"] for block in view["blocks"]}
                assert body["errors"] and body["errors"].keys() <= known, body
                view["errors"] = body["errors"]
            case "update" | "push":
                given = self.slack.methods.view(body["view"], ("modal",))
                self.slack.methods.renew(view, given)
            case "clear" | None:
                view["closed"] = True
            case other:
                raise AssertionError(f"no response_action: {other}")

    def closes(self) -> None:
        """The modal, without handing it in."""
        view = self.modal
        view["closed"] = True
        if view.get("notify_on_close"):
            payload = self._payload("view_closed") | {"view": _shown(view), "is_cleared": False}
            self.slack.run(self.slack.delivery.interaction(payload))

    def uses_shortcut(self, callback: str, message: Post | Message | None = None) -> Acknowledged:
        """One for everywhere, or one on a message."""
        payload = self._payload("message_action" if message else "shortcut") | {
            "callback_id": callback, "action_ts": self.team.stamp(),
            "trigger_id": self.slack.methods.trigger(self.team, self.id),
        }  # fmt: skip
        if message:
            on = message.message if isinstance(message, Post) else message
            channel = self.team.channels[on.channel]
            payload |= {
                "message_ts": on.ts, "message": _escaped(on.record(self.team)),
                "channel": {"id": channel.id, "name": channel.name},
                "response_url": self.slack.hook(self.team, channel.id, self.id, on.ts),
            }  # fmt: skip
        answer = self.slack.run(self.slack.delivery.interaction(payload))
        if not answer.in_time:
            self.failures.append(f"shortcut {callback}: {answer.status or 'operation_timeout'}")
        return answer

    def opens_home(self) -> Delivered:
        event = {"type": "app_home_opened", "user": self.id, "channel": self.direct.id, "tab": "home",
                 "event_ts": self.team.stamp()}  # fmt: skip
        if view := self.team.homes.get(self.id):
            event["view"] = _shown(view)
        return self.event(event)

    def joins(self, channel: Channel) -> Delivered:
        """A channel of the workspace."""
        channel.members.add(self.id)
        return self.event({"type": "member_joined_channel", "user": self.id, "channel": channel.id,
                           "channel_type": "C", "team": self.team.id, "event_ts": self.team.stamp()})  # fmt: skip

    def comes(self) -> Delivered:
        """Into the workspace."""
        return self.event({"type": "team_join", "user": self.user.record(True), "event_ts": self.team.stamp()})

    def changes(self, **what) -> Delivered:
        """Something about themself: shown, zone, email, deleted."""
        for name, value in what.items():
            setattr(self.user, name, value)
        return self.event({"type": "user_change", "user": self.user.record(True), "event_ts": self.team.stamp()})

    def writes(self, text: str, channel: Channel | None = None, **more) -> Delivered:
        """A message: to the app alone, or to it by name in a channel."""
        channel = channel or self.direct
        text = _escape(text) if channel.of else f"<@{self.team.bot}> {_escape(text)}"
        message = self.slack.methods.put(self.team, channel, self.id, {"text": text} | more)
        kind = {"type": "message", "channel_type": "im"} if channel.of else {"type": "app_mention"}
        return self.event(kind | {"user": self.id, "text": text, "ts": message.ts, "event_ts": message.ts,
                                  "channel": channel.id, "team": self.team.id} | more)  # fmt: skip

    def event(self, event: dict) -> Delivered:
        """Something that happens, told to the app."""
        return self.slack.run(self.slack.delivery.event(wrapped(self.team, event)))

    # --- what they read

    @property
    def direct(self) -> Channel:
        return self.team.direct(self.id)

    def posts(self, channel: Channel | None = None) -> list[Post]:
        """What the app has said there that they can see, oldest first."""
        channel = channel or self.direct
        seen = [*channel.messages.values(), *(whisper for whisper in channel.whispers if whisper.only == self.id)]
        mine = sorted((m for m in seen if m.user == self.team.bot), key=lambda m: m.ts)
        return [Post(message, Reader(self.user.zone).content(message.content)) for message in mine]

    def everything(self) -> Iterator[Post]:
        """What the app has said to them anywhere."""
        for channel in list(self.team.channels.values()):
            if self.id in channel.members:
                yield from self.posts(channel)

    def alone(self) -> list[Post]:
        """What was said to them alone, wherever."""
        mine = self.direct.id
        said = [post for post in self.everything() if post.only or post.message.channel == mine]
        return sorted(said, key=lambda post: post.message.ts)

    def now(self, post: Post) -> Post:
        """A post as it is now."""
        return Post(post.message, Reader(self.user.zone).content(post.message.content))

    def home(self) -> Read | None:
        view = self.team.homes.get(self.id)
        return Reader(self.user.zone).view(view) if view else None


def _shown(view: dict) -> dict:
    return copy.deepcopy({name: value for name, value in view.items() if name not in ("user", "closed", "errors")})


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _escaped(record: dict) -> dict:
    """Slack gives texts back escaped, plain ones too."""

    def walk(value: object) -> object:
        if isinstance(value, list):
            return [walk(item) for item in value]
        if isinstance(value, dict):
            if value.get("type") == "plain_text" and "&" not in value["text"]:
                return value | {"text": _escape(value["text"])}
            return {name: walk(item) for name, item in value.items()}
        return value

    return walk(copy.deepcopy(record))


def _filled_in(view: dict, values: dict[str, str]) -> dict:
    """The state of a view's inputs, as Slack's own client lets it be handed in."""
    state, left = {}, dict(values)
    for block in view["blocks"]:
        if block["type"] != "input":
            continue
        label, element = block["label"]["text"], block["element"]
        named = next((name for name in left if name.replace("_", " ").strip().lower() in label.lower()), None)
        value = left.pop(named) if named else _initial(element)
        assert value or block.get("optional"), f"{label!r} must be filled in"
        longest = element.get("max_length")
        assert not (value and longest) or len(value) <= longest, f"{label!r} takes {longest} characters"
        state[block["block_id"]] = {element["action_id"]: _state(element, value)}
    assert not left, f"no field for {[*left]} in {[b['label']['text'] for b in view['blocks'] if b['type'] == 'input']}"
    return state


def _initial(element: dict) -> str | None:
    option = element.get("initial_option")
    dates = (element.get(name) for name in ("initial_value", "initial_date", "initial_time", "initial_user"))
    return option["value"] if option else next((value for value in dates if value), None)


def _state(element: dict, value: str | None) -> dict:
    kind = element["type"]
    match kind:
        case "plain_text_input" | "number_input" | "email_text_input" | "url_text_input":
            return {"type": kind, "value": value}
        case "datepicker" | "timepicker" | "users_select" | "channels_select" | "conversations_select":
            what = {"datepicker": "date", "timepicker": "time", "users_select": "user", "channels_select": "channel"}
            return {"type": kind, f"selected_{what.get(kind, 'conversation')}": value}
        case "static_select" | "radio_buttons":
            chosen = [o for o in element["options"] if value in (o["value"], o["text"]["text"])] if value else []
            assert chosen or not value, f"no option {value!r}"
            return {"type": kind, "selected_option": chosen[0] if chosen else None}
        case "checkboxes" | "multi_static_select":
            wanted = value.split(",") if value else []
            chosen = [o for o in element["options"] if {o["value"], o["text"]["text"]} & {*wanted}]
            return {"type": kind, "selected_options": chosen}
    raise AssertionError(f"{kind} is not known here")
