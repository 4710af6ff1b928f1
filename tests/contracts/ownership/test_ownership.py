"""What somebody has does not exist for others: of every field, for every caller.

The rows of the table are compared with the schema: what is not in it fails here, and so does a row
whose field is gone. Each field is asked for everything that can be asked of it, so that what is
new in a type is looked at too. To another user, what is the owner's is answered to the letter as
what does not exist; and what others try changes nothing of it.
"""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLSchema, parse, validate

from schema.build import build_schema, executable
from services.access.logins.passwords import Passwords
from tests.contracts.ownership.answers import Absent, Sees
from tests.contracts.ownership.asking import over_http, over_sse, over_websocket
from tests.contracts.ownership.backups import (
    BACKUP_MUTATIONS,
    BACKUP_QUERIES,
    BACKUP_SUBSCRIPTIONS,
)
from tests.contracts.ownership.documents import asked, document, links, roots
from tests.contracts.ownership.links import LINKS
from tests.contracts.ownership.mutations import MUTATIONS
from tests.contracts.ownership.people import gather
from tests.contracts.ownership.queries import QUERIES
from tests.contracts.ownership.rows import Caller, Row, World
from tests.contracts.ownership.subscriptions import SUBSCRIPTIONS
from tests.contracts.ownership.things import absently, words
from tests.integration.http.accounts import PASSWORD
from tests.integration.http.running import Running, serving

BACKUPS = [*BACKUP_QUERIES, *BACKUP_MUTATIONS, *BACKUP_SUBSCRIPTIONS]
ROWS = [*QUERIES, *MUTATIONS, *SUBSCRIPTIONS, *BACKUPS]
WAYS = {"Subscription": (over_websocket, over_sse)}
# Times of use, which change by asking; and what tells that a key or a login went.
RESTLESS = {"last_used_at", "lease_until", "progress_mark"}
OWNED = {
    "users": "SELECT * FROM users WHERE id = ?",
    "tasks": "SELECT * FROM tasks WHERE owner_id = ? ORDER BY id",
    "keys": "SELECT * FROM keys WHERE user_id = ? ORDER BY id",
    "sessions": "SELECT * FROM sessions WHERE user_id = ? ORDER BY id",
    "recovery codes": "SELECT * FROM recovery_codes WHERE user_id = ? ORDER BY id",
    "alerts": "SELECT * FROM alerts WHERE owner_id = ? ORDER BY id",
    "tokens": "SELECT * FROM one_time_tokens WHERE user_id = ? ORDER BY digest",
}
SETTINGS = "SELECT key, value FROM settings WHERE key LIKE ? ORDER BY key"


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    return executable(build_schema())


@pytest.fixture(scope="module")
def kept() -> str:
    """What is kept of everybody's password: it takes long to make."""
    import asyncio

    return asyncio.run(Passwords().hash(PASSWORD))


@pytest.fixture
async def argosy(tmp_path: Path) -> AsyncIterator[Running]:
    async with serving(tmp_path) as running:
        yield running


async def belongings(world: World) -> dict[str, list[dict[str, Any]]]:
    """Return all rows that are the owner's."""
    store, owner = world.argosy.container._store, world.owner.id
    found = {name: await store.fetch(query, owner) for name, query in OWNED.items()}
    found["settings"] = await store.fetch(SETTINGS, f"%:{owner}")
    return {
        name: [{k: v for k, v in dict(row).items() if k not in RESTLESS} for row in rows]
        for name, rows in found.items()
    }


def test_every_field_is_in_the_table_and_every_row_has_its_field(schema: GraphQLSchema) -> None:
    assert {row.field for row in ROWS} == {place for place, _ in roots(schema)}
    assert len({str(row) for row in ROWS}) == len(ROWS)


def test_every_way_from_thing_to_thing_is_in_the_table(schema: GraphQLSchema) -> None:
    texts = (document(schema, row.field, {}, row.on) for row in ROWS)
    reached = set().union(*(asked(schema, text) for text in texts))

    assert set(LINKS) == set(links(schema))
    assert set(LINKS) <= reached


def test_new_field_and_row_without_one_are_noticed(schema: GraphQLSchema) -> None:
    places = {place for place, _ in roots(schema)}

    assert {row.field for row in ROWS[1:]} != places
    assert {row.field for row in ROWS} | {"Query.gone"} != places


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_each_field_is_asked_for_all_that_it_has(schema: GraphQLSchema, row: Row) -> None:
    place = dict(roots(schema))[row.field]
    text = document(schema, row.field, dict.fromkeys(place.args), row.on)

    assert validate(schema, parse(text)) == []


@pytest.mark.parametrize("caller", Caller)
@pytest.mark.parametrize("row", ROWS, ids=str)
async def test_each_caller_is_answered_as_the_table_has_it(
    argosy: Running, schema: GraphQLSchema, kept: str, row: Row, caller: Caller
) -> None:
    expected = row.expected(caller)
    for way in WAYS.get(row.field.partition(".")[0], (over_http,)):
        world = await gather(argosy, caller, row.scope, kept)
        values = await row.ask(world)
        world.traces += [word for word in words(dict(values)) if "_" in word]
        before = await belongings(world)

        heard = await way(schema, row, world, values)

        if isinstance(expected, Sees):
            expected.check(heard)
            continue
        assert await belongings(world) == before
        absent = absently(world, dict(values))
        is_stranger = caller in {Caller.OTHER, Caller.ANONYMOUS}
        if absent != values and (is_stranger or isinstance(expected, Absent)):
            of_absent = await way(schema, row, world, absent)
            assert heard.without(*words(dict(values))) == of_absent.without(*words(absent))
            assert heard.status == of_absent.status
        expected.check(heard)
