"""What configures a community of the stories, whatever it meets on."""

import json
from dataclasses import dataclass

# A Monday, in winter: London shows UTC.
BEGINNING = "2027-01-11 09:00:00"
SHOWN = {"ada": "Ada Holm", "mei": "Mei Tanaka", "jo": "Jo Field"}
DIGEST = """
[[community.digest]]
slug = "weekly"
cron = "0 9 * * 1"
"""
_SETTINGS = """\
[server]
listen = "127.0.0.1:{port}"
{base}

[log]
level = "{level}"

[[community]]
slug = "lights"
name = "Northern Lights"
zone = "Europe/London"
managers = {managers}

[community.rooms]
announcements = "{announcements}"
organisers = "{organisers}"
mirrors = {mirrors}

[community.planning]
card_pause_seconds = 1
preview_above = {preview_above}
{own}
# What has nothing to do with the stories stays out of their way.
[community.run_book]
list = ""

[community.onboarding]
list = ""
welcome = {welcome}
"""


@dataclass(frozen=True)
class Platform:
    """What a configuration says of one platform: who manages there, its rooms, its own section and the files beside it."""

    manager: str
    announcements: str
    organisers: str
    own: str = ""
    secrets: dict[str, str] | None = None


def settings(
    *platforms: Platform, more: str = "", level: str = "info", port: int = 0, preview_above: int = 20, welcomes: bool = True
) -> str:
    """A community on these platforms: it is run on the first, and the others show what is announced there."""
    first, *others = platforms
    return _SETTINGS.format(
        port=port,
        base=f'base_url = "http://127.0.0.1:{port}"' if port else "",
        level=level,
        managers=json.dumps([one.manager for one in platforms]),
        announcements=first.announcements,
        organisers=first.organisers,
        mirrors=json.dumps([one.announcements for one in others]),
        preview_above=preview_above,
        own="".join(one.own for one in platforms),
        welcome=str(welcomes).lower(),
    ) + more  # fmt: skip
