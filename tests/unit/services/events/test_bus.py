"""Who is told of what happens now: the newest, to each at their own pace."""

import asyncio
from uuid import UUID

import pytest

from services.events.bus import Channel, Feed

ONE = UUID(int=1)
TWO = UUID(int=2)


async def newest(feed: Feed[str]) -> str:
    return await anext(feed.values())


async def test_follower_gets_what_is_published() -> None:
    channel: Channel[str] = Channel()
    with channel.follow(ONE) as feed:
        channel.publish(ONE, "a")

        assert await newest(feed) == "a"


async def test_slow_follower_gets_the_newest_only() -> None:
    channel: Channel[str] = Channel()
    with channel.follow(ONE) as feed:
        for value in ("a", "b", "c"):
            channel.publish(ONE, value)
        values = feed.values()

        taken = await anext(values)
        waiting = asyncio.ensure_future(anext(values))
        await asyncio.sleep(0)

        assert taken == "c"
        assert not waiting.done()
        channel.publish(ONE, "d")
        assert await waiting == "d"


async def test_slow_follower_holds_one_value() -> None:
    channel: Channel[str] = Channel()
    with channel.follow(ONE) as feed:
        for number in range(1000):
            channel.publish(ONE, str(number))

        assert feed._newest == ["999"]


async def test_slow_follower_does_not_delay_another() -> None:
    channel: Channel[str] = Channel()
    with channel.follow(ONE), channel.follow(ONE) as quick:
        values = quick.values()
        taken = []
        for value in ("a", "b", "c"):
            channel.publish(ONE, value)
            taken.append(await anext(values))

    assert taken == ["a", "b", "c"]


async def test_follower_waits_until_there_is_something() -> None:
    channel: Channel[str] = Channel()
    with channel.follow(ONE) as feed:
        waiting = asyncio.ensure_future(newest(feed))
        await asyncio.sleep(0)
        channel.publish(ONE, "late")

        assert await waiting == "late"


async def test_what_was_published_before_is_not_told() -> None:
    channel: Channel[str] = Channel()
    channel.publish(ONE, "early")
    with channel.follow(ONE) as feed:
        channel.publish(ONE, "now")

        assert await newest(feed) == "now"


async def test_others_are_not_told() -> None:
    channel: Channel[str] = Channel()
    with channel.follow(ONE) as one, channel.follow(TWO) as two:
        channel.publish(ONE, "about one")
        channel.publish(TWO, "about two")

        assert (await newest(one), await newest(two)) == ("about one", "about two")


def test_publishing_to_nobody_keeps_nothing() -> None:
    channel: Channel[str] = Channel()

    channel.publish(ONE, "a")

    assert (channel.followers, dict(channel._feeds)) == (0, {})


def test_leaving_removes_the_follower() -> None:
    channel: Channel[str] = Channel()
    with channel.follow(ONE), channel.follow(ONE), channel.follow(TWO):
        during = channel.followers

    assert (during, channel.followers, dict(channel._feeds)) == (3, 0, {})


def test_leaving_by_an_error_removes_the_follower() -> None:
    channel: Channel[str] = Channel()
    with pytest.raises(ZeroDivisionError), channel.follow(ONE):
        _ = 1 / 0

    assert channel.followers == 0


def test_leaving_leaves_the_others() -> None:
    channel: Channel[str] = Channel()
    with channel.follow(ONE) as stays:
        with channel.follow(ONE):
            pass
        channel.publish(ONE, "a")

        assert stays._newest == ["a"]


async def test_tap_gets_everything_until_it_is_closed() -> None:
    channel: Channel[str] = Channel()
    heard: list[str] = []
    with channel.tap(heard.append):
        channel.publish(ONE, "a")
        channel.publish(TWO, "b")
        during = channel.followers
    channel.publish(ONE, "c")

    assert (heard, during, channel.followers) == (["a", "b"], 1, 0)


def test_it_is_known_what_is_followed() -> None:
    channel: Channel[str] = Channel()
    with channel.follow(ONE), channel.follow(TWO), channel.follow(TWO):
        during = set(channel.followed)

    assert (during, set(channel.followed)) == ({ONE, TWO}, set())
