"""How the databases answer what was promised to cost the same for any number of tasks."""

from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import pytest
from yarl import URL

from services.access.identity import Identity
from services.access.quotas import quotas
from services.engines.options import Kind
from services.store.rows import Row
from services.store.store import Store, Transaction
from services.tasks.adding.duplicates import Duplicates
from services.tasks.adding.orders import Order, fingerprints_of_url
from services.tasks.changing import removal
from services.tasks.changing.neighbours import Line, Spot
from services.tasks.listing.filters import EVERYTHING, TaskFilter
from services.tasks.listing.pages import Listing
from services.tasks.listing.queries import BY_STATE
from services.tasks.listing.sorting import TaskOrder
from services.tasks.options import USUAL
from services.tasks.priorities import Priority
from services.tasks.running import claims, turns
from services.tasks.states import TaskState
from tests.integration.databases import SQLITE
from tests.integration.services.tasks.planting import BEGIN, make, plant

BY_ID = (TaskOrder.CREATED_NEWEST, TaskOrder.CREATED_OLDEST)
FILTERS = {
    "states": TaskFilter(states=(TaskState.FAILED, TaskState.PAUSED)),
    "one state": TaskFilter(states=(TaskState.COMPLETED,)),
    "unfinished": TaskFilter(is_finished=False),
    "hosts": TaskFilter(hosts=("example.com", "files.example")),
    "kinds": TaskFilter(kinds=(Kind.VIDEO, Kind.IMAGE)),
}

INDEXES = {
    *("tasks_queue", "tasks_queue_host", "tasks_later", "tasks_done", "tasks_removal"),
    *("tasks_state", "tasks_owner_state", "tasks_owner", "tasks_owner_host"),
    *("tasks_removed", "tasks_running"),
}


class Explaining:
    """A reader that explains each query about tasks before it answers it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.plans: list[str] = []

    async def fetch(self, statement: str, *values: object) -> Sequence[Row]:
        if "tasks" in statement:
            await self.explain(statement, *values)
        return await self._store.fetch(statement, *values)

    async def explain(self, statement: str, *values: object) -> None:
        """Keep the plan of a statement about tasks."""
        if self._store.dialect == "sqlite":
            rows = await self._store.fetch(f"EXPLAIN QUERY PLAN {statement}", *values)
            self.plans += [row["detail"] for row in rows]
            return

        async def plan(transaction: Transaction) -> list[str]:
            # So few rows are read at once anyway; here it is asked whether an index could do it.
            for way in ("seqscan", "sort", "bitmapscan"):
                await transaction.execute(f"SET LOCAL enable_{way} = off")
            rows = await transaction.fetch(f"EXPLAIN {statement}", *values)
            return [str(row["QUERY PLAN"]).strip() for row in rows]

        self.plans += await self._store.write(plan)

    @property
    def bad(self) -> list[str]:
        """What reads or sorts more than it gives."""
        signs = ("SCAN tasks", "TEMP B-TREE", "Seq Scan", "Sort Key")
        # The whole of an index that is in the order that is asked for ends with the page.
        fine = ("SCAN tasks USING INDEX sqlite_autoindex_tasks_1",)
        return [p for p in self.plans if any(s in p for s in signs) and not p.startswith(fine)]


@pytest.fixture
async def reader(store: Store, alice: Identity, bob: Identity) -> Explaining:
    await plant(store, make(300, [alice.user_id, bob.user_id]))
    if store.dialect == "postgres":
        await store.write(lambda transaction: transaction.execute("ANALYZE tasks"))
    return Explaining(store)


async def turn_pages(reader: Explaining, listing: Listing) -> None:
    """Read the first page and the next."""
    page = await listing.page(3, None)
    assert page.has_more
    await listing.page(3, page.cursors[-1])


def listing(
    reader: Explaining, store: Store, identity: Identity, wanted: TaskFilter, order: TaskOrder
) -> Listing:
    return Listing(reader, store.dialect, identity, wanted, order)


@pytest.mark.parametrize("order", [order for order in TaskOrder if order is not TaskOrder.QUEUE])
async def test_order_is_read_from_an_index(
    store: Store, reader: Explaining, alice: Identity, admin: Identity, order: TaskOrder
) -> None:
    for who in (alice, admin):
        await turn_pages(reader, listing(reader, store, who, EVERYTHING, order))

    assert reader.plans
    assert reader.bad == []


@pytest.mark.parametrize("name", FILTERS)
async def test_filter_is_answered_from_an_index(
    store: Store, reader: Explaining, alice: Identity, admin: Identity, name: str
) -> None:
    for who in (alice, admin):
        for order in BY_ID:
            await turn_pages(reader, listing(reader, store, who, FILTERS[name], order))

    assert reader.plans
    assert reader.bad == []


async def test_what_waits_is_read_from_the_queue(
    store: Store, reader: Explaining, alice: Identity
) -> None:
    await turn_pages(reader, listing(reader, store, alice, EVERYTHING, TaskOrder.QUEUE))

    assert [plan for plan in reader.plans if "tasks_queue" in plan]


@pytest.mark.parametrize("store", [SQLITE], indirect=True)
async def test_tasks_of_one_user_are_read_from_their_index(
    store: Store, reader: Explaining, alice: Identity
) -> None:
    page = listing(reader, store, alice, EVERYTHING, TaskOrder.CREATED_NEWEST)
    await turn_pages(reader, page)

    searched = [plan for plan in reader.plans if plan.startswith("SEARCH tasks")]
    assert searched == [
        "SEARCH tasks USING INDEX tasks_owner (owner_id=?)",
        "SEARCH tasks USING INDEX tasks_owner (owner_id=? AND id<?)",
    ]


@pytest.mark.parametrize("store", [SQLITE], indirect=True)
@pytest.mark.parametrize("wanted", [EVERYTHING, FILTERS["states"], FILTERS["hosts"]])
async def test_count_looks_at_no_row_that_is_there(
    store: Store, reader: Explaining, alice: Identity, wanted: TaskFilter
) -> None:
    await listing(reader, store, alice, wanted, TaskOrder.CREATED_NEWEST).count()

    searched = [plan for plan in reader.plans if " tasks " in plan]
    assert searched
    assert [p for p in searched if "COVERING INDEX" not in p and "tasks_removed" not in p] == []


@pytest.mark.parametrize("store", [SQLITE], indirect=True)
async def test_states_are_counted_from_indexes(store: Store, reader: Explaining) -> None:
    await reader.fetch(BY_STATE)

    searched = [plan for plan in reader.plans if " tasks " in plan]
    assert searched
    assert [p for p in searched if "COVERING INDEX" not in p and "tasks_removed" not in p] == []


QUESTIONS = {
    "what waits": (claims.WAITING, (), {"tasks_queue", "tasks_queue_host", "tasks_later"}),
    "what is due": (claims.DUE, (True, BEGIN), {"tasks_later"}),
    "who waits": (turns.OWNERS, (), {"tasks_queue", "tasks_queue_host"}),
    "head of a queue": (turns.HEAD, (1, 20), {"tasks_queue"}),
    "head of a host": (turns.OF_HOST, (1, "example.com", 20), {"tasks_queue_host"}),
    "hosts": (turns.HOSTS, (1, 1), {"tasks_queue_host"}),
    "what came before": (
        claims.PREVIOUS,
        (1, *fingerprints_of_url("http", "https://a.example/", ""), "https://a.example/", ""),
        {"tasks_done"},
    ),
    "what counts as at once": (
        quotas.COUNT_TO,
        (1, 1, 1, 1, 1, 9),
        {"tasks_owner_state", "tasks_running"},
    ),
    "what is removed of that": (quotas.REMOVED, (1,), {"tasks_removed"}),
    "what is on its way": (quotas.ON_THE_WAY, (1,), {"tasks_running", "tasks_owner_state"}),
    "a removal": (removal.OF_REMOVAL, (UUID(int=1), UUID(int=0), 9), {"tasks_removal"}),
}


@pytest.mark.parametrize("name", QUESTIONS)
async def test_runner_and_removal_ask_what_an_index_answers(reader: Explaining, name: str) -> None:
    statement, values, indexes = QUESTIONS[name]

    await reader.explain(statement, *values)

    plan = "\n".join(reader.plans)
    found = {index for index in INDEXES if f"{index} " in f"{plan} "}
    assert found, plan
    assert found <= indexes


async def test_neighbours_in_the_queue_are_read_in_its_order(
    store: Store, reader: Explaining, alice: Identity
) -> None:
    line = Line(alice.user_id, Priority.NORMAL)

    await line.after(reader, Spot(1, UUID(int=1)), 5)
    await line.before(reader, Spot(1, UUID(int=1)), 5)

    assert len([plan for plan in reader.plans if "tasks_queue " in f"{plan} "]) == 4


async def test_duplicates_are_found_by_their_fingerprints(
    reader: Explaining, alice: Identity, tmp_path: Path
) -> None:
    order = Order(URL("https://example.com/a"), "http", USUAL)

    await Duplicates(store=reader, root=tmp_path).find(alice.user_id, [order], "")

    assert [plan for plan in reader.plans if "tasks_done" in plan]
