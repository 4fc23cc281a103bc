"""Where the configuration wants it, a card is answered by a poll; clients know it by two names (MSC3381)."""

from harness.person import Person
from harness.processes import wait_for
from harness.world import World


def test_a_poll_is_answered_in_both_forms(world: World) -> None:
    world.program.set("polls = true")
    ada, mei, jo = world.settle("mei", "jo")
    world.announce("Knowledge Share")
    card = mei.reads(world.announcements, "0 yes")
    poll = wait_for("there is no poll", lambda: poll_in(mei, world.announcements))
    start = poll["content"]["org.matrix.msc3381.poll.start"]
    assert [answer["org.matrix.msc1767.text"] for answer in start["answers"]] == ["Yes", "Maybe", "No"]
    yes, _, no = [answer["id"] for answer in start["answers"]]
    to = {"rel_type": "m.reference", "event_id": poll["event_id"]}

    unstable = "org.matrix.msc3381.poll.response"
    mei.sends(world.announcements, unstable, {"m.relates_to": to, unstable: {"answers": [yes]}})
    mei.reads(mei.direct(), "You're in")
    jo.sends(world.announcements, "m.poll.response", {"m.relates_to": to, "m.selections": [no]})
    jo.reads(jo.direct(), "Noted, no")
    mei.sees(card, "1 yes · 0 maybe · 1 no")
    # A choice that is taken back.
    mei.sends(world.announcements, unstable, {"m.relates_to": to, unstable: {"answers": []}})
    mei.reads(mei.direct(), "Your answer is taken back")
    mei.sees(card, "0 yes · 0 maybe · 1 no")


def poll_in(person: Person, room: str) -> dict | None:
    polls = [event for event in person.room(room).events if event["type"] == "org.matrix.msc3381.poll.start"]
    return polls[0] if polls else None
