"""Faults on order, and the rates that Slack enforces."""

import math
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Call:
    """One call of the Web API."""

    method: str
    arguments: dict
    token: str
    team: str | None
    # By the machine's own clock.
    at: float
    status: int = 0
    error: str | None = None


@dataclass
class Fault:
    """What goes wrong with a call. `does` is one of:

    busy: 429 and `Retry-After`; broken: 500; hangs: no answer for `seconds`; drops: the connection is closed.
    With `after`, Slack has done by then what it was asked to.
    """

    does: str
    after: bool = False
    seconds: float = 1
    times: int = 1
    when: Callable[[Call], bool] = lambda call: True


@dataclass
class Faults:
    """Ordered beforehand, by method; `*` is any."""

    ordered: dict[str, deque[Fault]] = field(default_factory=dict)
    made: Counter = field(default_factory=Counter)

    def order(self, method: str, does: str, **how) -> None:
        self.ordered.setdefault(method, deque()).append(Fault(does, **how))

    def meets(self, call: Call) -> Fault | None:
        """The fault that this call meets, which is used up by it."""
        for method in (call.method, "*"):
            for fault in list(self.ordered.get(method, ())):
                if not fault.when(call):
                    continue
                fault.times -= 1
                if not fault.times:
                    self.ordered[method].remove(fault)
                self.made[fault.does] += 1
                return fault
        return None

    def forget(self) -> None:
        self.ordered.clear()


@dataclass
class _Bucket:
    rate: float
    holds: float
    left: float
    at: float
    # Until when it was said to wait.
    closed: float = 0.0


class Rates:
    """Counts calls, and refuses what is too many once limits are set. What is called before `Retry-After` is over is
    counted in `inside`."""

    def __init__(self):
        # Method to calls a minute and how many at once; with a channel, for each channel.
        self.limits: dict[str, tuple[float, float]] = {}
        self.each_channel: dict[str, tuple[float, float]] = {}
        self.refused: Counter = Counter()
        self.inside: Counter = Counter()
        self._buckets: dict[tuple, _Bucket] = {}

    def as_slack(self) -> None:
        """Slack's tiers, and a post a second in each channel."""
        tiers = {1: (1, 1), 2: (20, 5), 3: (50, 10), 4: (100, 20)}
        methods = {
            2: ("users.list", "conversations.list", "reactions.list"),
            3: (
                "chat.update", "chat.delete", "conversations.history", "conversations.join", "conversations.open",
                "reactions.get", "conversations.replies", "users.lookupByEmail", "conversations.info",
            ),
            4: ("chat.postEphemeral", "users.info", "conversations.members", "views.open", "views.update", "views.publish"),
        }  # fmt: skip
        self.limits = {method: tiers[tier] for tier, those in methods.items() for method in those}
        self.limits["chat.postMessage"] = (300, 10)
        self.each_channel = {"chat.postMessage": (60, 1.2)}

    def wait(self, method: str, team: str, channel: str | None) -> int | None:
        """How many seconds to wait before this call may be made; none where it may be made now."""
        now = time.monotonic()
        asked = []
        if method in self.limits:
            asked.append(self._bucket((method, team), self.limits[method], now))
        if channel and method in self.each_channel:
            asked.append(self._bucket((method, team, channel), self.each_channel[method], now))
        for bucket in asked:
            if now < bucket.closed:
                self.inside[method] += 1
                self.refused[method] += 1
                return math.ceil(bucket.closed - now)
            if bucket.left < 1:
                wait = max(1, math.ceil((1 - bucket.left) / bucket.rate))
                bucket.closed = now + wait
                self.refused[method] += 1
                return wait
        for bucket in asked:
            bucket.left -= 1
        return None

    def _bucket(self, key: tuple, limit: tuple[float, float], now: float) -> _Bucket:
        rate, holds = limit[0] / 60, limit[1]
        bucket = self._buckets.setdefault(key, _Bucket(rate, holds, holds, now))
        bucket.left = min(holds, bucket.left + (now - bucket.at) * rate)
        bucket.at = now
        return bucket
