"""The web application on a free port, in the loop of the test."""

import asyncio
import os
import socket
from collections.abc import AsyncIterable, AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import orjson
import pytest
import uvicorn
from multidict import CIMultiDictProxy
from starlette.types import ASGIApp
from yarl import URL

from argosy.app import create_app
from argosy.container import Container
from argosy.keeping import with_kept
from argosy.loading import load_settings
from argosy.server import configured
from argosy.settings import Settings
from models.task import Task
from services.access.identity import ALL_SCOPES, Role, Scope
from services.access.people.users import User
from services.engines.engine import Phase
from services.ids import TASK, new_id, read, show
from services.store.choose import DATABASE, migrate
from services.store.folder import FolderLock
from services.store.store import Transaction
from services.tasks.records import TaskProgress
from services.tasks.states import TaskState

KEY = "a-key-that-only-the-tests-know"
JSON = "application/json"
GRAPHQL_JSON = "application/graphql-response+json"
PATIENCE_SECONDS = 30  # only ends a test that would wait for ever

_migrated: list[bytes] = []


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, as it came: nothing is decompressed or decoded."""

    status: int
    headers: CIMultiDictProxy[str]
    body: bytes

    @property
    def json(self) -> Any:
        return orjson.loads(self.body)

    @property
    def data(self) -> Any:
        """What GraphQL gave, where nothing went wrong."""
        assert "errors" not in self.json, self.body
        return self.json["data"]

    @property
    def error(self) -> Any:
        """The one error of a GraphQL answer."""
        (error,) = self.json["errors"]
        return error

    @property
    def code(self) -> str:
        return str(self.error["extensions"]["code"])


class Running:
    """A server and somebody to talk to it."""

    def __init__(self, container: Container, server: uvicorn.Server, url: str) -> None:
        self.container = container
        self.server = server
        self.url = url
        # What the server itself follows at all times.
        self._resting = container.services.tasks._channel.followers
        self.session = aiohttp.ClientSession(
            auto_decompress=False, timeout=aiohttp.ClientTimeout(PATIENCE_SECONDS)
        )

    async def send(
        self,
        method: str,
        path: str,
        *,
        key: str | None = KEY,
        body: bytes | AsyncIterable[bytes] | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """Send a request with these headers and no others."""
        given = {} if key is None else {"Authorization": f"Bearer {key}"}
        async with self.session.request(
            method,
            URL(self.url + path, encoded=True),
            data=body,
            allow_redirects=False,
            headers={**given, **(headers or {})},
            skip_auto_headers=("Accept", "Accept-Encoding", "Content-Type", "User-Agent"),
        ) as answer:
            return Answer(answer.status, answer.headers, await answer.read())

    async def get(self, path: str, *, key: str | None = None, **headers: str) -> Answer:
        """Get what is at an address; `Accept_Encoding=` is the header of that name."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.send("GET", path, key=key, headers=named)

    async def post(
        self,
        content: object,
        *,
        accept: str | None = GRAPHQL_JSON,
        content_type: str | None = JSON,
        key: str | None = KEY,
        **headers: str,
    ) -> Answer:
        """Post to `/graphql`: bytes as they are, everything else as JSON."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        named |= {"Accept": accept} if accept is not None else {}
        named |= {"Content-Type": content_type} if content_type is not None else {}
        body = content if isinstance(content, bytes) else orjson.dumps(content)
        return await self.send("POST", "/graphql", key=key, body=body, headers=named)

    async def ask(self, query: str, *, key: str | None = KEY, **variables: object) -> Answer:
        """Ask GraphQL."""
        return await self.post({"query": query, "variables": variables}, key=key)

    async def user(self, name: str, *scopes: Scope, role: Role = Role.USER) -> tuple[User, str]:
        """Make a user and a key with these scopes; without any, with all."""
        user = await self.container.access.users.create(name, role)
        key = await self.container.access.keys.create(
            user, name="test", scopes=scopes or ALL_SCOPES
        )
        return user, key

    async def plant(self, owner: User | None = None, **columns: object) -> str:
        """Put a task into storage, paused so that nobody touches it; return its id."""
        now = datetime.now(UTC)
        key = new_id()
        values: dict[str, object] = {
            "id": key,
            "owner_id": (owner or self.container.admin).id,
            "engine": "http",
            "url": "https://example.com/film.mkv",
            "name": "film.mkv",
            "state": "PAUSED",
            "due_at": now,
            "created_at": now,
            **columns,
        }

        async def write(transaction: Transaction) -> None:
            await Task.create(using_db=transaction.client, **values)

        await self.container._store.write(write)
        return show(TASK, key)

    def publish(self, task: str, **changes: object) -> None:
        """Say how a running task is doing, as its runner does."""
        progress = TaskProgress(
            task_id=read(TASK, task, field="id"),
            owner_id=self.container.admin.id,
            revision=1,
            state=TaskState.RUNNING,
            phase=Phase.DOWNLOADING,
            name="film.mkv",
            received=0,
            total=100,
            speed=0,
            error_code=None,
            error_message=None,
        )
        told = replace(progress, **changes)
        self.container.services.tasks._channel.publish(told.task_id, told)

    @property
    def followers(self) -> int:
        """How many subscriptions follow a task."""
        return self.container.services.tasks._channel.followers - self._resting

    def gauge(self, name: str) -> float | None:
        """Return the value of a metric."""
        return self.container.metrics.registry.get_sample_value(name)


@asynccontextmanager
async def serving(
    folder: Path, make_app: Callable[[Container], ASGIApp] = create_app, **settings: object
) -> AsyncIterator[Running]:
    """Serve with a data folder of its own."""
    loaded = _load(folder, **settings)
    with (
        FolderLock(loaded.data_dir),
        socket.create_server(("127.0.0.1", 0)) as listener,
    ):
        await _prepare(loaded.data_dir / DATABASE)
        container = Container(await with_kept(loaded))
        config = configured(make_app(container))
        config.load()
        server = uvicorn.Server(config)
        server.lifespan = config.lifespan_class(config)
        async with container.running():
            async with asyncio.timeout(PATIENCE_SECONDS):
                await server.startup([listener])
            running = Running(container, server, f"http://127.0.0.1:{listener.getsockname()[1]}")
            try:
                yield running
            finally:
                async with asyncio.timeout(PATIENCE_SECONDS):
                    await running.session.close()
                    await _stop(server)


def _load(folder: Path, **settings: object) -> Settings:
    """Return the settings, without those that the environment of the tests has by chance."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("ARGOSY_")]:
            patch.delenv(name)
        # What is limited is tested where that is the matter, and far away everywhere else.
        given = {"rate_limit_graphql": 1_000_000, "rate_limit_ws": 1_000_000, **settings}
        return load_settings(data_dir=str(folder), admin_token=KEY, **given)


async def _prepare(database: Path) -> None:
    """Make an empty database; the first one is migrated, the others are copies of it."""
    if database.exists():  # a second server on the folder of the first
        return
    if not _migrated:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await migrate(database.parent, None)
        _migrated.append(database.read_bytes())
    if not database.exists():  # else it is that of the server before
        database.write_bytes(_migrated[0])


async def _stop(server: uvicorn.Server) -> None:
    """Stop as uvicorn does, without its pause."""
    for listener in server.servers:
        listener.close()
    for connection in list(server.server_state.connections):
        connection.shutdown()
    await asyncio.gather(*server.server_state.tasks)
    await until(lambda: not server.server_state.connections)


async def until(condition: Callable[[], bool]) -> None:
    """Let everybody else run until `condition` holds."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not condition():
            await asyncio.sleep(0)
