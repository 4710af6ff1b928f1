"""Lists cost the same number of statements, however many entries they have.

The lists are found by walking the schema from its queries, so that one that is added later is
asked for too. One that comes back without entries fails: then `fill` must put something into it.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time
from typing import Any

import pytest
from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLObjectType,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    is_required_argument,
)
from structlog.contextvars import get_contextvars

from schema.build import build_schema, executable
from services.access.caller import NOBODY
from services.access.identity import ALL_SCOPES, Identity, Role
from services.access.logins.sessions import SessionKind
from services.alerts.issues import Level
from services.events.kinds import EventKind
from services.ids import TASK, new_id, read
from services.statistics.counting import add_downloads
from services.store.rows import Row, write_json
from services.store.store import NewEvent, Transaction
from services.tasks.limits.speeds import Limited
from services.tasks.limits.windows import DAYS, Schedule, Window
from tests.integration.http.filling import COPY, keep_backups, tell_others
from tests.integration.http.running import Running

FEW, MANY = 10, 40
WITHIN = 2  # entries of a list that each of those has

# Made of files, and of the parts of a server: there are as many as there are.
NOT_OF_ROWS = {
    *("configuration.settings", "installedPlugins", "logs", "logs.fields", "plugins", "services"),
}

Steps = tuple[tuple[str, GraphQLField], ...]  # the fields that lead to a list, and the list

SCHEMA = executable(build_schema())
FILE = """
    INSERT INTO files (id, task_id, name, path, size, created_at, position)
    VALUES (?, ?, 'a', 'b/a', 5, ?, ?)
"""
ATTEMPT = """
    INSERT INTO attempts (task_id, number, outcome, received, started_at, ended_at)
    VALUES (?, ?, 'FAILED', 0, ?, ?)
"""
OPTIONS = {
    "checksums": [
        {"algorithm": "MD5", "digest": "0" * 32},
        {"algorithm": "SHA1", "digest": "0" * 40},
    ]
}


def is_connection(field: GraphQLField) -> bool:
    return get_named_type(field.type).name.endswith("Connection")


def is_list(field: GraphQLField) -> bool:
    return is_connection(field) or isinstance(get_nullable_type(field.type), GraphQLList)


def entry(field: GraphQLField) -> Any:
    """Return the type of one entry of a list, or of what else a field gives."""
    found: Any = get_named_type(field.type)
    return get_named_type(found.fields["nodes"].type) if is_connection(field) else found


def kinds(found: Any) -> Sequence[GraphQLObjectType]:
    """Return the object types that something may be."""
    if isinstance(found, GraphQLInterfaceType):
        return SCHEMA.get_possible_types(found)
    return [found]


def lists() -> Iterator[Steps]:
    """Yield the way to every list of objects, through other lists where there are such ways."""
    ways: list[Steps] = [()]
    seen = set()
    while ways:
        way = ways.pop(0)
        for kind in kinds(entry(way[-1][1]) if way else SCHEMA.query_type):
            fields = kind.fields.items()
            for name, field in sorted(fields, key=lambda f: (not is_connection(f[1]), f[0])):
                if is_leaf_type(entry(field)) or (kind.name, name) in seen:
                    continue
                seen.add((kind.name, name))
                ways.append((*way, (name, field)))
                if is_list(field):
                    yield ways[-1]


def query(steps: Steps, size: int, ids: Sequence[str]) -> str:
    """Return what asks for a list with all that is in its entries; `size` is of the outermost."""
    outermost = next(n for n, (_, field) in enumerate(steps) if is_list(field))
    inner = content(entry(steps[-1][1]))
    for n, (name, field) in reversed(list(enumerate(steps))):
        given = arguments(field, size if n == outermost else WITHIN, ids)
        if is_connection(field):
            inner = f"nodes {{ {inner} }} pageInfo {{ hasPreviousPage }} totalCount"
        inner = f"{name}{given} {{ {inner} }}"
    return f"{{ {inner} }}"


def content(kind: Any, depth: int = 1) -> str:
    """Return every field without required arguments, and of objects what is directly in them."""
    parts = ["__typename"]
    for each in kinds(kind):
        fields = []
        for name, field in each.fields.items():
            if any(is_required_argument(argument) for argument in field.args.values()):
                continue
            # What is null for one kind may not be so for another: then it needs another name.
            alike = {str(k.fields[name].type) for k in kinds(kind) if name in k.fields}
            alias = name if len(alike) == 1 else f"{each.name}_{name}: {name}"
            if is_leaf_type(entry(field)):
                fields.append(alias)
            elif depth and not is_list(field):
                fields.append(f"{alias} {{ {content(entry(field), depth - 1)} }}")
        selected = " ".join(fields)
        parts.append(selected if each is kind else f"... on {each.name} {{ {selected} }}")
    return " ".join(parts)


def arguments(field: GraphQLField, size: int, ids: Sequence[str]) -> str:
    """Return what a field must be given, and how many entries are wanted."""
    known = {
        "first": size,
        "ids": ids[:size],
        "id": ids[0],
        "taskId": ids[0],
        "filename": COPY.format(0),
    }
    given = [
        f"{name}: {write_json(known[name])}"
        for name, argument in field.args.items()
        if name == "first" or is_required_argument(argument)
    ]
    return f"({', '.join(given)})" if given else ""


def entries(found: Any, steps: Steps) -> int:
    """Return how many entries a list has, in all that it is in."""
    if found is None or not steps:
        return int(found is not None)
    (name, field), *rest = steps
    inner = found[name]["nodes"] if is_connection(field) else found[name]
    return sum(entries(each, tuple(rest)) for each in (inner if is_list(field) else [inner]))


async def fill(argosy: Running) -> list[str]:
    """Give every list that there is more entries than are asked for; return the tasks' ids."""
    now = datetime.now(UTC)
    owners = [
        await argosy.container.access.users.create(f"user-{n}", Role.USER) for n in range(MANY)
    ]
    tasks = [await argosy.plant(owner, options=OPTIONS) for owner in owners]

    async def write(transaction: Transaction) -> None:
        for owner, task in zip(owners, tasks, strict=True):
            key = read(TASK, task, field="id")
            await add_downloads(transaction, owner.id, now, count=1, size=5, milliseconds=1)
            for n in range(1, WITHIN + 2):
                await transaction.execute(FILE, new_id(), key, now, n)
                await transaction.execute(ATTEMPT, key, n, now, now)
                transaction.record(NewEvent(owner.id, key, EventKind.TASK_QUEUED.value, {}, now))

    await argosy.container._store.write(write)
    await plan_speeds(argosy)
    await let_in(argosy)
    await be_wrong(argosy)
    await tell_others(argosy, MANY)
    keep_backups(argosy, MANY)
    return tasks


async def let_in(argosy: Running) -> None:
    """Give the administrator keys and logins, and the audit log entries."""
    container, admin = argosy.container, argosy.container.admin
    for n in range(MANY):
        await container.access.keys.create(admin, name=f"key {n}")
        await container.access.sessions.open(admin, SessionKind.PROGRAM, NOBODY)
        await container.access.audit.record(None, NOBODY, "x", details={"n": n})


async def be_wrong(argosy: Running) -> None:
    """Have many things be wrong."""
    for n in range(MANY):
        await argosy.container.alerts.alerts.report(
            "disk.low", "Full.", level=Level.INFO, subject=str(n), details={"n": n}
        )


async def plan_speeds(argosy: Running) -> None:
    """Give the server and its administrator schedules with as many windows."""
    admin = argosy.container.admin
    identity = Identity(admin.id, admin.name, admin.role, ALL_SCOPES)
    schedule = Schedule(tuple(Window(frozenset(DAYS), time(n), time(23), None) for n in range(FEW)))
    for of, thing in ((Limited.SERVER, None), (Limited.USER, str(admin.id))):
        await argosy.container.services.speeds.set_schedule(identity, of, thing, schedule)


class Counting:
    """Counts the statements that are read through a store."""

    def __init__(self, argosy: Running, monkeypatch: pytest.MonkeyPatch) -> None:
        self._argosy = argosy
        self._count = 0
        store = argosy.container._store
        original = store.fetch

        async def fetch(statement: str, *values: object) -> Sequence[Row]:
            # The runner reads too, whenever it likes; what is done for a request knows its id.
            self._count += "request_id" in get_contextvars()
            return await original(statement, *values)

        monkeypatch.setattr(store, "fetch", fetch)

    async def ask(self, asked: str) -> tuple[Any, int]:
        """Return the data and how many statements it took."""
        before = self._count
        data = (await self._argosy.ask(asked)).data
        return data, self._count - before


async def test_number_of_statements_is_that_of_the_question(
    argosy: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    tasks = await fill(argosy)
    counting = Counting(argosy, monkeypatch)
    found: dict[str, tuple[int, int]] = {}
    for steps in lists():
        address = ".".join(name for name, _ in steps)
        few, statements = await counting.ask(query(steps, FEW, tasks))
        many, same = await counting.ask(query(steps, MANY, tasks))
        found[address] = (statements, same)

        assert statements > 0, address
        assert address in NOT_OF_ROWS or entries(few, steps) >= FEW, address
        assert entries(many, steps) >= entries(few, steps), address

    assert {address for address, (few, many) in found.items() if few != many} == set()
    assert found.keys() >= {"tasks", "tasks.files", "nodes", "downloadStats.topDownloaders"}


async def test_statement_for_each_entry_would_be_noticed(
    argosy: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    await fill(argosy)
    loaders = "schema.types.loaders.DataLoader.load"

    async def load_alone(loader: Any, key: Any) -> Any:
        return (await loader.load_fn([key]))[0]

    monkeypatch.setattr(loaders, load_alone)
    counting = Counting(argosy, monkeypatch)
    numbers = [
        (await counting.ask(f"{{ tasks(first: {n}) {{ nodes {{ owner {{ name }} }} }} }}"))[1]
        for n in (FEW, MANY)
    ]

    assert numbers[1] - numbers[0] == MANY - FEW
