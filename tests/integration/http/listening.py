"""A client of server-sent events that shows all that it gets, and ways to make something happen."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import aiohttp
import orjson
from yarl import URL

from services.access.people.users import User
from services.events.kinds import EventKind
from services.ids import TASK, new_id, read, show
from services.store.store import NewEvent, Transaction
from tests.integration.http.running import JSON, KEY, PATIENCE_SECONDS, Running

EVENT_STREAM = "text/event-stream"
EVENTS = """
    subscription($after: String, $filter: TaskEventFilter) {
        taskEvents(after: $after, filter: $filter) {
            cursor event { seq kind taskId } lagged { reason after }
        }
    }
"""


@dataclass(frozen=True, slots=True)
class Told:
    """One event of a stream."""

    event: str
    data: Any
    id: str | None = None


class Stream:
    """An open stream of events."""

    def __init__(self, content: aiohttp.StreamReader) -> None:
        self._content = content
        self.comments: list[str] = []
        self.retry: int | None = None

    async def line(self) -> str:
        """Return the next line; empty at the end of an event, and of the stream."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            return (await self._content.readuntil(b"\n")).decode().rstrip("\n")

    async def hear(self) -> Told:
        """Return the next event; what comes before it is remembered."""
        fields: dict[str, str] = {}
        while True:
            line = await self.line()
            name, _, value = line.partition(":")
            if line and not name:
                self.comments.append(value)
            elif name == "retry":
                self.retry = int(value)
            elif name:
                fields[name] = value.removeprefix(" ")
            elif fields:
                data = orjson.loads(fields["data"]) if fields["data"] else None
                return Told(fields["event"], data, fields.get("id"))

    async def next(self, field: str = "taskEvents") -> Any:
        """Return the value of `field` in the next event, which tells of nothing wrong."""
        told = await self.hear()
        assert told.event == "next", told
        assert "errors" not in told.data, told
        return told.data["data"][field]

    async def seqs(self, number: int) -> list[int]:
        """Return the numbers of the next events of tasks."""
        return [(await self.next())["event"]["seq"] for _ in range(number)]

    async def rest(self) -> bytes:
        """Return what still comes until the end."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await self._content.read()


@asynccontextmanager
async def opened(
    argosy: Running,
    query: str = EVENTS,
    *,
    url: str | None = None,
    key: str | None = KEY,
    method: str = "POST",
    headers: dict[str, str] | None = None,
    **variables: object,
) -> AsyncIterator[aiohttp.ClientResponse]:
    """Give the answer to a request for a stream, of which nothing has been read."""
    given = {"Accept": EVENT_STREAM, **(headers or {})}
    if key is not None:
        given["Authorization"] = f"Bearer {key}"
    address = URL(f"{url or argosy.url}/graphql")
    if method == "POST":
        content = orjson.dumps({"query": query, "variables": variables})
        given["Content-Type"] = JSON
    else:
        content = None
        address = address.with_query(query=query, variables=orjson.dumps(variables).decode())
    async with argosy.session.request(method, address, data=content, headers=given) as answer:
        yield answer


@asynccontextmanager
async def listening(argosy: Running, query: str = EVENTS, **options: Any) -> AsyncIterator[Stream]:
    """Give a stream that has begun; `last` is the id of what was heard before."""
    if "last" in options:
        options["headers"] = {"Last-Event-ID": options.pop("last")}
    async with opened(argosy, query, **options) as answer:
        assert answer.status == 200, await answer.read()
        stream = Stream(answer.content)
        while stream.retry is None:
            line = await stream.line()
            if line.startswith("retry:"):
                stream.retry = int(line.removeprefix("retry:"))
            elif line:
                stream.comments.append(line[1:])
        assert not await stream.line()
        yield stream


async def happen(
    argosy: Running,
    *,
    owner: User | None = None,
    kind: EventKind = EventKind.TASK_ADDED,
    task: str | None = None,
    number: int = 1,
    data: dict[str, object] | None = None,
) -> str:
    """Record events about a task and return its id."""
    owner_id = (owner or argosy.container.admin).id
    key = new_id() if task is None else read(TASK, task, field="task")

    async def write(transaction: Transaction) -> None:
        for _ in range(number):
            now = datetime.now(UTC)
            transaction.record(NewEvent(owner_id, key, kind.value, data or {}, now))

    await argosy.container._store.write(write)
    return show(TASK, key)


def place(argosy: Running, seq: int) -> str:
    """Return the cursor of the event number `seq`."""
    return str(argosy.container._events.place(seq))
