"""Counters in memory, and their bound."""

from services.access.limits.memory import Memory
from tests.fakes.clock import FakeClock


async def test_flood_of_callers_is_held_to_the_bound() -> None:
    memory = Memory(clock=FakeClock(), most=10)

    for number in range(1000):
        await memory.incr(f"caller-{number}", 60)

    assert len(memory) == 10
    assert await memory.get("caller-999") == 1


async def test_what_has_ended_makes_room_for_what_comes() -> None:
    clock = FakeClock()
    memory = Memory(clock=clock, most=10)
    for number in range(8):
        await memory.incr(f"early-{number}", 60)
    clock.advance(60)

    for number in range(4):
        await memory.incr(f"late-{number}", 60)

    assert len(memory) == 4


async def test_window_begins_with_the_first_count_and_ends_once() -> None:
    clock = FakeClock()
    memory = Memory(clock=clock)
    await memory.incr("caller", 60)
    clock.advance(59)

    assert await memory.incr("caller", 60) == 2

    clock.advance(1)
    assert await memory.get("caller") == 0
