"""Slash commands, menus, forms and suggestions as people meet them."""

from hall import Hall
from harness.processes import wait_for


def test_every_command_has_its_own_and_is_answered_to_who_asked_alone(hall: Hall) -> None:
    ada, mei, jo = hall.settle("mei", "jo")
    hall.announce()
    mei.uses("rsvp", hall.announcements, what="yes", session="1")
    mei.reads("You're in: Jan 25, 2027 14:00", hall.announcements)
    mei.uses("session show" if _has(hall, "session", "show") else "session", hall.announcements, session="1")
    mei.reads("Knowledge Share", hall.announcements)
    mei.uses("zone", hall.announcements, text="Asia/Tokyo")
    mei.reads("Tokyo", hall.announcements)
    assert not [post for post in jo.posts(hall.announcements) if post.only]
    # What organisers do is shown to organisers, and refused to others who type it.
    assert ada.is_shown("session-manage", hall.announcements)
    assert not mei.is_shown("session-manage", hall.announcements) and mei.is_shown("rsvp", hall.announcements)
    mei.types("session cancel 1", hall.announcements)
    mei.reads("“session cancel” needs one", hall.announcements)
    ada.uses("session-manage theme", hall.organisers, session="1", text="Synthetic data")
    ada.reads("Theme set.", hall.organisers)
    ada.types("sesion anounce 1", hall.announcements)
    ada.reads("Did you mean “session announce”?", hall.announcements)
    hall.wait_for_rest()
    hall.all_is_well()


def _has(hall: Hall, root: str, below: str) -> bool:
    command = hall.backend.find_command(root, hall.guild.id)
    return any(option["name"] == below for option in command.get("options") or [])


def test_sessions_are_suggested_while_one_types(hall: Hall) -> None:
    ada, mei = hall.settle("mei")
    hall.announce()
    ada.types("session theme 1 Synthetic data", hall.organisers)
    ada.reads("Theme set.", hall.organisers)
    offered = mei.suggests("rsvp", "session", "synth", hall.announcements, what="yes")
    assert offered == [{"name": "1 · Knowledge Share: Synthetic data, 25 Jan 2027", "value": "1"}]
    assert mei.suggests("rsvp", "session", "nothing of that name", hall.announcements) == []
    lines = mei.suggests("convene", "line", "rsvp yes ", hall.announcements)
    assert [it["value"] for it in lines] == ["rsvp yes 1"]
    assert "rsvp" in [it["value"] for it in mei.suggests("convene", "line", "rs", hall.announcements)]
    hall.all_is_well()


def test_forms_ask_for_what_is_awkward_to_type(hall: Hall) -> None:
    ada, mei = hall.settle("mei")
    shown = ada.types("series new", hall.organisers)
    ada.submits(
        shown, Short_name="ks", Title="Knowledge Share", When="last Monday of every month 14:00-15:00",
        From="2027-01-01 2027-01-31", Seats="30",
    )  # fmt: skip
    ada.reads("1 session, 1", hall.organisers)
    shown = ada.uses("session-manage move", hall.organisers, session="1")
    ada.submits(shown, New_day="2027-02-01")
    ada.reads("moved to Feb 1, 2027 14:00", hall.organisers)
    shown = mei.types("profile", hall.announcements)
    mei.submits(shown, Time_zone="Asia/Tokyo", Reminders="off")
    mei.reads("Tokyo", hall.announcements)
    shown = mei.types("profile", hall.announcements)
    mei.submits(shown)
    mei.reads("Nothing was filled in", hall.announcements)
    hall.all_is_well()


def test_a_long_answer_comes_whole(hall: Hall) -> None:
    ada, = hall.settle()
    ada.types("help", hall.announcements)
    ada.reads("For managers", hall.announcements)
    hall.wait_for_rest()
    parts = [post.text for post in ada.posts(hall.announcements)]
    whole = "\n".join(parts)
    assert len(parts) > 1
    said = ["You are here as", "/convene rsvp", "For organisers", "/convene session title", "For managers", "merge list, undo"]
    assert sorted(said, key=whole.index) == said
    hall.all_is_well()


def test_an_answer_that_takes_long_comes_later_and_where_it_was_asked_for(hall: Hall) -> None:
    ada, mei = hall.settle("mei")
    mei.reads("Welcome")
    hall.wait_for_rest()
    hall.program.halt()
    asked = mei.types("sessions", hall.announcements)
    hall.program.go_on()
    mei.reads("No sessions", hall.announcements)
    wait_for("it is not answered", lambda: asked.responded)
    hall.all_is_well()


def test_whatever_is_typed_is_text(hall: Hall) -> None:
    ada, mei = hall.settle("mei")
    title = "*Stars* _and_ `bars` ||a|| <@&1> @everyone [x](https://evil.example) <t:1:F> https://evil.example"
    ada.types(f'series new ks "{title}" last Monday of every month 14:00-15:00 from=2027-01-01 to=2027-01-31', hall.organisers)
    ada.reads("1 session, 1", hall.organisers)
    ada.types("session announce 1", hall.organisers)
    ada.presses(ada.reads("This would be posted", hall.organisers), "Post")
    card = mei.reads("0 yes", hall.announcements)
    assert title in card.text
    assert not card.message.mention_everyone and not card.message.mention_user_ids and not card.message.mention_role_ids
    hall.wait_for_rest()
    hall.all_is_well()
