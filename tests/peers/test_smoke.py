"""The shortest story: the bot is let in, and answers a manager in an encrypted room and a member alone."""

from harness.world import World


def test_the_bot_is_let_in_and_answers_encrypted(world: World) -> None:
    ada, mei = world.settle("mei")
    welcome = mei.reads(mei.direct(), "Welcome to Northern Lights, Mei Tanaka!")
    ada.says(world.organisers, '!convene series new ks "Knowledge Share" last Monday of every month 14:00-15:00')
    planned = ada.reads(world.organisers, "Knowledge Share: ")
    mei.says(mei.direct(), "help")
    helped = mei.reads(mei.direct(), "rsvp")
    for post in (welcome, planned, helped):
        assert post.encrypted and post.content["m.mentions"] == {}
