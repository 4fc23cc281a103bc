"""What is only on Slack: the home tab, forms for what is awkward to type, and shortcuts."""

from harness.processes import wait_for
from fake.reading import Reader
from town import Town, kept


def shows(town: Town, name: str, text: str) -> str:
    """Opens the home tab until it says `text`."""
    person = town.people[name]

    def look() -> str | None:
        # Who goes to and fro sees the same page for some seconds.
        assert person.opens_home().tries[-1] == 200
        read = person.home()
        return read.text if read and text in read.text else None

    return wait_for(f"the home tab does not say {text!r}", look, every=1)


def test_the_home_tab_shows_what_is_mine(town: Town) -> None:
    ada, mei = town.settle("mei")
    card = town.announce()
    shows(town, "mei", "Knowledge Share")
    mei.presses(card, "Yes")
    mei.reads("You're in", town.announcements)
    text = shows(town, "mei", "Knowledge Share")
    assert "yes" in text.lower()
    kept("home", "home", town.team.homes[mei.id])
    mei.types("zone America/New_York")
    shows(town, "mei", "New York")
    # Buttons stand there too.
    view = town.team.homes[mei.id]
    labels = [button["text"]["text"] for button in Reader(None).view(view).buttons]
    assert labels, "nothing can be done there"
    town.all_is_well()


def test_a_series_is_planned_by_a_form(town: Town) -> None:
    ada, mei = town.settle("mei")
    ada.types("series new", town.organisers)
    wait_for("no form", lambda: ada.modal)
    view = ada.modal
    kept("modal", "modal", view)
    labels = [block["label"]["text"] for block in view["blocks"] if block["type"] == "input"]
    assert labels[:3] == ["Short name", "Title", "When"]
    ada.submits(short_name="ks", title="Knowledge Share", when="whenever", from_="2027-01-01", until="2027-02-28")
    assert "is not understood" in ada.modal["errors"]["when"], "the form stays, with what is wrong"
    rule = "last Monday of every month 14:00-15:00"
    ada.submits(short_name="ks", title="Knowledge & Share", when=rule, from_="2027-01-01", until="2027-02-28")
    town.wait_for_rest()
    mei.types("sessions", town.announcements)
    mei.reads("Knowledge & Share", town.announcements)
    town.all_is_well()


def test_a_session_is_moved_by_a_form(town: Town) -> None:
    ada, mei = town.settle("mei")
    card = town.announce()
    ada.types("session move 1", town.organisers)
    wait_for("no form", lambda: ada.modal)
    ada.submits(new_day="2027-02-01")
    town.wait_for_rest()
    mei.sees(card, "Feb 1, 2027")
    town.all_is_well()


def test_a_profile_is_a_form_of_ones_own(town: Town) -> None:
    ada, mei = town.settle("mei")
    mei.uses_shortcut("my_profile")
    wait_for("no form", lambda: mei.modal)
    mei.submits(time_zone="Asia/Tokyo", quiet_hours="18:00-08:00")
    town.wait_for_rest()
    shows(town, "mei", "Tokyo")
    town.all_is_well()


def test_a_message_becomes_an_item_of_the_agenda(town: Town) -> None:
    ada, mei = town.settle("mei")
    ada.types("role add core Mei Tanaka", town.organisers)
    ada.types('meeting new all-hands "Spring all-hands" 2027-02-12 09:30-12:30 for=core', town.organisers)
    ada.reads("Spring all-hands", town.organisers)
    said = town.slack.methods.put(town.team, town.announcements, mei.id, {"text": "Data access for the &lt;new&gt; cohort"})
    mei.uses_shortcut("add_to_agenda", said)
    wait_for("no form", lambda: mei.modal)
    mei.submits()
    town.wait_for_rest()
    mei.types("agenda show 1", town.announcements)
    mei.reads("Data access for the <new> cohort", town.announcements)
    town.all_is_well()
