"""A homeserver that is away, or answers with 500: the service stays up and says so, posts wait, and each goes once."""

import urllib.request

from harness.processes import wait_for
from harness.room import Post
from harness.world import World


def is_alive(world: World) -> bool:
    with urllib.request.urlopen(f"{world.program.address}/healthz", timeout=10) as answer:
        return answer.status == 200


def is_send(method: str, path: str) -> bool:
    return method == "PUT" and "/send/m.room.encrypted/" in path


def test_away_at_the_start_and_in_the_middle(world: World) -> None:
    (ada,) = world.settle()
    world.program.stop()
    world.homeserver.stop()
    world.program.start()
    status, body = world.program.readiness()
    assert status == 503 and "matrix" in body and is_alive(world)
    world.homeserver.start()
    world.program.connect()
    ada.says(world.organisers, "!convene sessions")
    ada.reads(ada.direct(), "No sessions are planned.")

    # What is said meanwhile is answered afterwards; what falls due meanwhile waits.
    world.program.halt()
    ada.says(world.organisers, '!convene series new ks "Knowledge Share" last Monday of every month 14:00-15:00')
    world.homeserver.stop()
    world.program.go_on()
    world.program.wait_until_not_ready()
    assert is_alive(world)
    world.homeserver.start()
    world.program.connect()
    ada.reads(world.organisers, "Knowledge Share: ")


def test_failing_at_the_start_and_in_the_middle(world: World) -> None:
    world.proxy.fails = lambda method, path: True
    world.program.start()
    wait_for("nothing was asked", lambda: world.proxy.failed > 1)
    status, body = world.program.readiness()
    assert status == 503 and "500" in body and is_alive(world)
    world.proxy.fails = lambda method, path: False
    (ada,) = world.settle()

    # Each answer is sent, gets there, and looks as though it had failed: nobody knows, so it is looked for.
    world.proxy.swallows = is_send
    before = world.proxy.failed
    ada.says(world.organisers, '!convene series new ks "Knowledge Share" last Monday of every month 14:00-15:00')
    first = ada.reads(world.organisers, "Knowledge Share: ")
    wait_for("the answer is not looked for", lambda: any(row["state"] == "unknown" for row in world.rows()), every=0.5)
    assert world.proxy.failed > before
    world.proxy.swallows = lambda method, path: False
    world.wait_for_rest()

    # And here each fails for good before it gets there.
    world.proxy.fails = is_send
    ada.says(world.organisers, "!convene session theme 999 Nothing")
    wait_for("the answer is not looked for", lambda: any(row["state"] == "unknown" for row in world.rows()), every=0.5)
    world.proxy.fails = lambda method, path: False
    world.wait_for_rest()
    ada.reads(world.organisers, "No session 999")
    assert bodies(world) == [first.body, ada.room(world.organisers).posts_of(world.bot)[-1].body]


def bodies(world: World) -> list[str]:
    posts: list[Post] = world.people["ada"].room(world.organisers).posts_of(world.bot)
    return [post.body for post in posts]
