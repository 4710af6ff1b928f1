"""One connection at a time, at whichever host a request is led to."""

import asyncio

import pytest
from yarl import URL

from services.outgoing.hosts import Hosts, NoRoom, Turn

HERE = URL("https://here.example/a")
THERE = URL("https://there.example/b")


def ignore() -> None:
    """Keep an extra connection, whoever wants it."""


async def test_who_is_led_elsewhere_gives_back_what_was_held() -> None:
    hosts = Hosts(1, 0)
    turn = Turn(hosts)

    await turn.go(HERE)
    await turn.go(THERE)
    other = hosts.try_connection("here.example:443", revoke=ignore)
    second = hosts.try_connection("there.example:443", revoke=ignore)
    turn.release()

    assert other is not None
    assert (second, turn.key) == (None, "there.example:443")


async def test_two_who_are_led_to_each_other_do_not_wait_for_ever() -> None:
    hosts = Hosts(1, 0)
    one, other = Turn(hosts), Turn(hosts)
    await one.go(HERE)
    await other.go(THERE)

    async def change(turn: Turn, url: URL) -> None:
        await turn.go(url)
        turn.release()

    async with asyncio.timeout(10):
        await asyncio.gather(change(one, THERE), change(other, HERE))

    assert len(hosts) == 0


async def test_same_host_is_no_new_beginning() -> None:
    hosts = Hosts(1, 1)
    turn = Turn(hosts)

    await turn.go(HERE)
    await turn.go(HERE.with_path("/other"))  # another one would have to wait

    assert not turn.is_waiting
    turn.release()


async def test_waiting_is_told() -> None:
    hosts = Hosts(1, 0)
    turn = Turn(hosts)
    async with hosts.connection("here.example:443"):
        going = asyncio.create_task(turn.go(HERE))
        await asyncio.sleep(0)
        during = turn.is_waiting
    await going
    turn.release()

    assert (during, turn.is_waiting, len(hosts)) == (True, False, 0)


async def test_who_stops_waiting_holds_nothing() -> None:
    hosts = Hosts(1, 0)
    turn = Turn(hosts)
    async with hosts.connection("there.example:443"):
        await turn.go(HERE)
        going = asyncio.create_task(turn.go(THERE))
        await asyncio.sleep(0)
        going.cancel()
        await asyncio.wait([going])
    turn.release()

    assert (turn.is_waiting, len(hosts)) == (False, 0)


async def test_extra_does_not_wait_where_it_is_led_to() -> None:
    hosts = Hosts(1, 0)
    turn = Turn(hosts, revoke=ignore)
    async with hosts.connection("there.example:443"):
        began = turn.try_go(HERE)
        with pytest.raises(NoRoom):
            await turn.go(THERE)

    assert began
    assert len(hosts) == 0


async def test_extra_gives_way_where_it_was_led_to() -> None:
    hosts = Hosts(1, 0)

    def give_way() -> None:
        turn.release()

    turn = Turn(hosts, revoke=give_way)
    turn.try_go(HERE)
    await turn.go(THERE)

    async with asyncio.timeout(10), hosts.connection("there.example:443"):
        assert not turn.try_go(THERE)
