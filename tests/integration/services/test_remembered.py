"""What the server remembers about itself."""

from services.remembered import Remembered
from services.store.store import Store
from tests.fakes.clock import FakeClock


async def test_newest_value_is_kept(store: Store, clock: FakeClock) -> None:
    remembered = Remembered(store=store, clock=clock)

    await remembered.put("colour", "red")
    await remembered.put("colour", {"name": "blue"})

    assert await remembered.get("colour") == {"name": "blue"}


async def test_values_are_found_by_the_beginning_of_their_keys(
    store: Store, clock: FakeClock
) -> None:
    remembered = Remembered(store=store, clock=clock)
    for key in ("a:1", "a:2", "a", "b:1", "A:1"):
        await remembered.put(key, key)

    assert await remembered.all_below("a:") == {"a:1": "a:1", "a:2": "a:2"}
    assert await remembered.all_below("%") == {}
