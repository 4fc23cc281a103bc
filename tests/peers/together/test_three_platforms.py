"""One community on three platforms at once: what is announced stands on each, and the answers are one list with one count."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fake.hands import Person as InSlack
from fake.server import Slack
from front.hands import Person as OnDiscord
from front.server import Discord
from harness.clock import Clock
from harness.homeserver import NAME, SECRET, Homeserver
from harness.outbox import Outbox
from harness.person import Person as OnMatrix
from harness.processes import free_port
from harness.program import BOT, Program
from harness.world import BEGINNING, SETTINGS

_SETTINGS = """\
[server]
listen = "127.0.0.1:{port}"
base_url = "http://127.0.0.1:{port}"

[[community]]
slug = "lights"
name = "Northern Lights"
zone = "Europe/London"
managers = ["matrix:@ada:{name}"]

[community.rooms]
announcements = "matrix:#announcements:{name}"
mirrors = ["slack:{slack_room}", "discord:{discord_room}"]
organisers = "matrix:#organisers:{name}"

[community.planning]
card_pause_seconds = 1

[community.matrix]
homeserver = "{homeserver}"
user = "{bot}"
registration_secret_file = "matrix.secret"
space = "#lights:{name}"

[community.slack]
api = "{slack}/api/"
mode = "socket"
token_file = "slack.token"
app_token_file = "slack.app"

[community.discord]
api = "{discord}"
token_file = "discord.token"
server = "{server}"
"""
_SCOPES = {
    "app_mentions:read", "channels:history", "channels:read", "chat:write", "commands", "groups:history", "groups:read",
    "im:history", "im:read", "im:write", "users:read", "users:read.email",
}  # fmt: skip


class Everywhere(Outbox):
    """The community, with a person on each platform."""

    def __init__(self, folder: Path):
        self.clock = Clock(folder, BEGINNING)
        self.homeserver = Homeserver(folder, self.clock)
        self.slack = Slack(lambda: self.clock.now().timestamp())
        self.discord = Discord(self.clock.now)
        self.ada = OnMatrix(self.homeserver, folder, "ada", "Ada Holm", BOT)
        self.nia = OnMatrix(self.homeserver, folder, "nia", "Nia Okoro", BOT)
        team = self.slack.team("Northern Lights")
        self.mei = InSlack(self.slack, team, team.user("mei", "Mei Tanaka"))
        self.hall = team.channel("announcements", members=(self.mei.id, team.bot))
        guild = self.discord.do(self.discord.backend.create_guild, "Northern Lights")
        self.room = self.discord.do(self.discord.backend.create_channel, guild.id, "announcements")
        user = self.discord.do(self.discord.backend.make_user, "jo", global_name="Jo Field")
        self.jo = OnDiscord(self.discord, guild, user)
        settings = _SETTINGS.format(
            port=free_port(), name=NAME, slack_room=self.hall.id, discord_room=self.room.id,
            homeserver=self.homeserver.url, bot=BOT, slack=self.slack.url, discord=self.discord.api, server=guild.id,
        )  # fmt: skip
        token, _ = team.grant(_SCOPES)
        secrets = {"matrix.secret": SECRET, "slack.token": token, "slack.app": self.slack.app_token}
        self.program = Program(folder, self.clock, settings + SETTINGS, secrets | {"discord.token": self.discord.token})

    def settle(self) -> None:
        """Starts the bot, and lets everybody in."""
        lights = self.ada.makes_room("lights", encrypted=False, space=True)
        self.announcements = self.ada.makes_room("announcements", True)
        self.organisers = self.ada.makes_room("organisers", True)
        for room in (self.announcements, self.organisers):
            self.ada.holds(lights, room)
        self.program.start()
        self.program.connect()
        for room in (lights, self.announcements, self.organisers):
            self.ada.invites(room, BOT)
            self.ada.sees_in(room, BOT)
        for room in (lights, self.announcements):
            self.ada.invites(room, self.nia.id)
            self.nia.sees_in(room, self.nia.id)
        self.mei.comes()
        self.mei.joins(self.hall)
        self.jo.comes()
        self.mei.reads("Welcome to Northern Lights")
        self.jo.reads("Welcome to Northern Lights")

    def end(self) -> None:
        for person in (self.ada, self.nia):
            person.leave()
        for process in (self.program.process, self.homeserver.process):
            if process and process.is_running():
                process.kill()
        self.slack.end()
        self.discord.end()


@pytest.fixture
def everywhere(tmp_path: Path) -> Iterator[Everywhere]:
    made = Everywhere(tmp_path)
    yield made
    if made.program.process:
        print(made.program.log()[-6000:])
    made.end()


def test_one_list_three_cards_one_count(everywhere: Everywhere) -> None:
    it = everywhere
    it.settle()
    plan = "last Monday of every month 14:00-15:00 from=2027-01-01 to=2027-01-31"
    it.ada.says(it.organisers, f'!convene series new ks "Knowledge Share" {plan} capacity=2')
    it.ada.reads(it.organisers, "Knowledge Share: ")
    it.ada.says(it.organisers, "!convene session announce 1")
    it.ada.taps(it.ada.reads(it.organisers, "This would be posted"), "1️⃣")
    it.ada.reads(it.organisers, "announced")

    # A card on each platform.
    on_matrix = it.nia.reads(it.announcements, "0 of 2 yes")
    in_slack = it.mei.reads("0 of 2 yes", it.hall)
    on_discord = it.jo.reads("0 of 2 yes", it.room)

    # An answer on each, counted on all: two seats and a line.
    it.mei.presses(in_slack, "Yes")
    it.mei.is_told("You're in")
    it.jo.presses(on_discord, "Yes")
    it.jo.is_told("You're in")
    it.nia.says(it.nia.direct(), "rsvp yes 1")
    it.nia.reads(it.nia.direct(), "Full: you are 1st in line")
    it.mei.sees(in_slack, "2 of 2 yes · 1 waiting")
    it.jo.sees(on_discord, "2 of 2 yes · 1 waiting")
    it.nia.sees(on_matrix, "2 of 2 yes · 1 waiting")

    # One list.
    it.ada.says(it.organisers, "!convene session answers 1")
    answers = it.ada.reads(it.organisers, "Mei Tanaka").body
    assert "Jo Field" in answers and "Nia Okoro" in answers

    # A seat that is given up on one platform goes to who waits on another.
    it.jo.types("rsvp no 1", it.room)
    it.jo.is_told("Noted, no")
    it.nia.reads(it.nia.direct(), "A seat became free and is yours")
    it.mei.sees(in_slack, "2 of 2 yes · 0 maybe")
    it.jo.sees(on_discord, "2 of 2 yes · 0 maybe")

    # Who is on two platforms is one person, with one answer.
    it.mei.types("link", it.hall)
    code = it.mei.reads("link ", it.hall).text
    it.jo.types(f"link {_code(code)}", it.room)
    it.jo.is_told("")
    it.wait_for_rest()
    assert not it.discord.rules.wrong and not it.discord.gaps and not it.slack.methods.wrong


def _code(text: str) -> str:
    return text.split("link ", 1)[1].split()[0].strip("`.,")
