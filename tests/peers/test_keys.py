"""A message whose key comes late is answered when it comes; where it does not, its sender is asked to say it again."""

from datetime import timedelta

from harness.world import World


def test_a_late_key_is_waited_for_also_across_a_kill(world: World) -> None:
    ada, mei = world.settle("mei")
    mei.reads(mei.direct(), "Welcome")
    mei.says_before_the_key(mei.direct(), "sessions")
    # What can be read is answered meanwhile.
    ada.says(world.organisers, "!convene session theme 999 Nothing")
    ada.reads(world.organisers, "No session 999")
    world.wait_for_rest()
    world.program.kill()
    world.program.start()
    world.program.connect()
    mei.hands_over_the_key()
    mei.reads(mei.direct(), "No sessions are planned.")

    mei.says_before_the_key(mei.direct(), "sessions")
    ada.says(world.organisers, "!convene session theme 998 Nothing")
    ada.reads(world.organisers, "No session 998")
    world.clock.forward(timedelta(minutes=3))
    # Looked at with the next thing that happens.
    ada.says(world.organisers, "!convene session theme 997 Nothing")
    mei.reads(mei.direct(), "I could not read your last message")
    world.wait_for_rest()
