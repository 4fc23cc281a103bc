"""People of a workspace who come, change and go, and the bot among them."""

from town import Town


def test_people_come_change_and_go(town: Town) -> None:
    ada, mei = town.settle("mei")
    mei.reads("Welcome to Northern Lights")
    # Who comes twice, or into a channel afterwards, is welcomed once.
    mei.comes()
    mei.joins(town.organisers)
    mei.changes(shown="Mei T.", zone="Asia/Tokyo")
    town.wait_for_rest()
    assert sum("Welcome to" in post.text for post in mei.posts()) == 1
    town.announce()
    mei.types("rsvp yes 1", town.announcements)
    mei.reads("You're in: Monday, Jan 25, 2027 23:00", town.announcements)
    mei.changes(deleted=True)
    town.wait_for_rest()
    town.all_is_well()


def test_nobody_answers_the_bots_own_messages(town: Town) -> None:
    ada, mei = town.settle("mei")
    mei.reads("Welcome")
    mei.writes("sessions")
    mei.reads("")
    town.wait_for_rest()
    echoes = [told for told in town.slack.delivery.events if "bot_id" in told.event["event"]]
    assert echoes and all(told.tries[-1] == 200 for told in echoes)
    assert len(mei.posts()) == 2


def test_taken_out_of_the_workspace_it_stops_and_serves_on(town: Town) -> None:
    ada, mei = town.settle("mei")
    town.wait_for_rest()
    for token in town.team.tokens.values():
        token.revoked = True
    stamp = town.team.stamp()
    assert mei.event({"type": "tokens_revoked", "tokens": {"bot": [town.team.bot]}, "event_ts": stamp}).tries == [200]
    assert mei.event({"type": "app_uninstalled", "event_ts": stamp}).tries == [200]
    assert town.program.process.is_running()
    assert mei.types("sessions", town.announcements).status in (0, 200)
