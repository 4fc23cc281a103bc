"""Who people are: two accounts of one person, somebody who leaves, another name, and the bot's own device."""

import re
import shutil

from harness.processes import wait_for
from harness.world import World


def test_a_code_makes_two_accounts_one(world: World) -> None:
    ada, mei = world.settle("mei")
    world.announce("Knowledge Share")
    other = world.person("mei.tanaka", "Mei at work")
    world.welcome(other)
    other.reads(other.direct(), "Welcome")
    mei.reads(mei.direct(), "Welcome")
    mei.says(mei.direct(), "link")
    told = mei.reads(mei.direct(), "link ").body
    code = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", told)[0]
    other.says(other.direct(), f"link {code}")
    other.reads(other.direct(), "linked")
    other.says(other.direct(), "rsvp yes 1")
    other.reads(other.direct(), "You're in")
    mei.says(mei.direct(), "rsvp yes 1")
    mei.reads(mei.direct(), "as before")


def test_a_new_device_is_made_only_when_the_operator_says_so(world: World) -> None:
    ada, mei = world.settle("mei")
    mei.reads(mei.direct(), "Welcome")
    world.program.stop()
    folder = world.program.folder
    shutil.move(folder / "matrix", folder / "lost")
    (folder / "matrix.key").rename(folder / "lost.key")
    world.program.start()
    reason = wait_for("the bot gives no reason", lambda: told(world, "put that folder back"))
    assert "allow_new_login" in reason
    world.program.stop()

    world.program.set("allow_new_login = true")
    world.program.start()
    world.program.connect()
    mei.says(mei.direct(), "sessions")
    mei.reads(mei.direct(), "No sessions are planned.")
    ada.says(world.organisers, '!convene series new ks "Knowledge Share" last Monday of every month 14:00-15:00')
    ada.reads(world.organisers, "Knowledge Share: ")


def told(world: World, text: str) -> str:
    body = world.program.readiness()[1]
    return body if text in body else ""
