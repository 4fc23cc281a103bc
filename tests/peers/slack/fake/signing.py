"""How Slack signs what it sends to an app over HTTP: `v0=` and an HMAC-SHA256 of `v0:{time}:{body}`."""

import hashlib
import hmac


def signature(secret: str, at: int, body: bytes) -> str:
    """Of a body that is sent at `at`, in seconds since 1970."""
    return "v0=" + hmac.new(secret.encode(), f"v0:{at}:".encode() + body, hashlib.sha256).hexdigest()


def signed(secret: str, at: int, body: bytes, kind: str) -> dict[str, str]:
    """The headers of such a request."""
    return {
        "Content-Type": kind,
        "X-Slack-Request-Timestamp": str(at),
        "X-Slack-Signature": signature(secret, at, body),
        "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
    }
