"""What goes wrong on order, and how fast Discord may be spoken to."""

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Call:
    """One request as it came in, and what was answered."""

    method: str
    path: str
    body: object
    at: float
    status: int = 0
    error: object = None


@dataclass
class Fault:
    """What happens to the next requests that fit: `limited:user`, `limited:global`, `limited:shared`, `broken` (500) or
    `drops` (no answer); `after` it was done."""

    method: str
    path: str
    does: str
    after: bool = False
    seconds: float = 0.5
    left: int = 1

    def fits(self, method: str, path: str) -> bool:
        return self.left > 0 and method == self.method and self.path in path


@dataclass
class Faults:
    """What a story has ordered."""

    ordered: list[Fault] = field(default_factory=list)
    made: Counter = field(default_factory=Counter)
    # How long each answer takes.
    slow: float = 0.0

    def order(self, method: str, path: str, does: str, **more) -> None:
        self.ordered.append(Fault(method, path, does, **more))

    def take(self, method: str, path: str, after: bool) -> Fault | None:
        for fault in self.ordered:
            if fault.after == after and fault.fits(method, path):
                fault.left -= 1
                self.made[fault.does] += 1
                return fault
        return None

    async def delay(self) -> None:
        if self.slow:
            await asyncio.sleep(self.slow)


@dataclass
class Bucket:
    limit: int
    per: float
    left: int
    full_at: float


class Rates:
    """Buckets per route and channel, one for all requests, and who did not wait when asked to."""

    def __init__(self) -> None:
        # By a part of the route: so many in so many seconds.
        self.limits: dict[str, tuple[int, float]] = {}
        self.usual = (50, 1.0)
        self.overall = 50
        self.buckets: dict[tuple[str, str], Bucket] = {}
        self.second: list[float] = []
        self.silent_until = 0.0
        self.told_until: dict[tuple[str, str], float] = {}
        # Requests that came although Discord had asked to wait.
        self.inside: list[str] = []
        # Requests that were refused for coming too early.
        self.refused: Counter = Counter()

    def ask(self, route: str, major: str, counts: bool) -> tuple[dict, tuple[str, float] | None]:
        """The headers of the answer, and whether it is refused: by which scope, for how long."""
        now = time.monotonic()
        key = (route, major)
        if now < self.told_until.get(key, 0.0) or (counts and now < self.silent_until):
            self.inside.append(route)
        if counts:
            self.second = [at for at in self.second if at > now - 1.0]
            if len(self.second) >= self.overall:
                wait = self.second[0] + 1.0 - now
                self.refused["global"] += 1
                return {}, ("global", wait)
            self.second.append(now)
        limit, per = next((it for name, it in self.limits.items() if name in route), self.usual)
        bucket = self.buckets.get(key)
        if bucket is None or now >= bucket.full_at:
            bucket = self.buckets[key] = Bucket(limit, per, limit, now + per)
        headers = {
            "X-RateLimit-Limit": str(bucket.limit),
            "X-RateLimit-Reset-After": f"{max(bucket.full_at - now, 0.001):.3f}",
            "X-RateLimit-Reset": f"{time.time() + bucket.full_at - now:.3f}",
            "X-RateLimit-Bucket": f"{abs(hash(route)):x}"[:16],
        }
        if bucket.left == 0:
            self.refused["user"] += 1
            return headers | {"X-RateLimit-Remaining": "0"}, ("user", bucket.full_at - now)
        bucket.left -= 1
        return headers | {"X-RateLimit-Remaining": str(bucket.left)}, None

    def wait(self, route: str, major: str, scope: str, seconds: float) -> None:
        """Discord asks to wait."""
        until = time.monotonic() + seconds
        if scope == "global":
            self.silent_until = until
        else:
            self.told_until[(route, major)] = until
