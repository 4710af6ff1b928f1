"""The engine of plugins: what they read, the server writes, counts, checks and puts in its place.

Each fetch has a process of its own, so that one that hangs or is cancelled costs no other.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from yarl import URL

from services.engines.claiming import PLUGIN
from services.engines.engine import Fetched, Job
from services.engines.session import Remote, Session
from services.engines.single import SingleEngine
from services.engines.stream import fetch
from services.engines.unfinished.finish import Hash
from services.engines.unfinished.unfinished import Unfinished
from services.engines.watch import silence
from services.errors import ErrorCode, FetchFailed
from services.files.space import Space
from services.outgoing.addresses import AddressPolicy
from services.outgoing.hosts import Hosts, key_of
from services.outgoing.urls import FETCHABLE, parse_url
from services.plugins.claims import PluginClaims
from services.plugins.hooks import ENGINE_HOOKS, Hook
from services.plugins.host import LOAD_SECONDS, PluginHost
from services.plugins.process import PluginFailed, PluginHung, PluginProcess, start

T = TypeVar("T")

LONGEST_NAME = 255
LARGEST = 1 << 62
# What the engine of a plugin raises to say something; all else is a mistake of the plugin.
NOT_FOUND, TRY_LATER = "NotFound", "TryLater"


class PluginEngine(SingleEngine):
    """Fetches what plugins claim. Runs on the engine loop; their hosts are on the API's, `home`."""

    name = PLUGIN

    def __init__(
        self,
        *,
        claims: PluginClaims,
        root: Path,
        policy: AddressPolicy,
        hash: Hash = Hash.AFTER,  # noqa: A002 - as the setting is called
        space: Space | None = None,
        hosts: Hosts | None = None,
    ) -> None:
        super().__init__(root=root, policy=policy, hash=hash, space=space, hosts=hosts)
        self._claims = claims
        self.home: asyncio.AbstractEventLoop | None = None

    async def fetch(self, job: Job) -> Fetched:
        url = parse_url(job.url, schemes=FETCHABLE | {job.url.partition(":")[0].lower()})
        turn = partial(self._hosts.connection, key_of(url))
        unfinished = Unfinished(self._root, job.task_id, space=self._space)
        try:
            session = partial(self._session, job, url)
            return await fetch(session, turn, unfinished, job, self.hash)
        finally:
            await unfinished.close()

    def _session(self, job: Job, url: URL) -> AbstractAsyncContextManager[Session]:
        return self._opened(job, url)

    @asynccontextmanager
    async def _opened(self, job: Job, url: URL) -> AsyncIterator[Session]:
        host, home = self._claims.host_of(url), self.home
        if host is None or home is None or not set(host.manifest.hooks) >= ENGINE_HOOKS:
            message = (
                f"No plugin that is switched on fetches {url.scheme}: of {url.host}. Switch on the "
                "one that did."
            )
            raise FetchFailed(message, code=ErrorCode.UNAVAILABLE, temporary=True)

        async def serve(what: str, arguments: Any) -> Any:
            return await _at(home, host.serve(what, arguments))

        calls = _Calls(host, home)
        async with calls.told(Hook.LOOK_AT_FILE):
            launch = await _at(home, host.launch())
            process = await start(launch, serve, host.output, LOAD_SECONDS)
        try:
            yield PluginSession(process, calls, job)
        finally:
            await process.close()


class _Calls:
    """Counts what becomes of calls, and says in the engine's words what went wrong."""

    def __init__(self, host: PluginHost, home: asyncio.AbstractEventLoop) -> None:
        self._host = host
        self._home = home

    @asynccontextmanager
    async def told(self, hook: Hook) -> AsyncIterator[None]:
        """Make `FetchFailed` of what a plugin does wrong."""
        try:
            yield
        except PluginFailed as error:
            name, said = self._host.manifest.name, error.message
            if error.kind == NOT_FOUND:
                self._host.count(hook, "ok")
                message = f"{name} did not find the file: {said}"
                raise FetchFailed(message, code=ErrorCode.HTTP_STATUS, temporary=False) from error
            if error.kind == TRY_LATER:
                self._host.count(hook, "ok")
                message = f"{name} cannot fetch it now: {said}"
                raise FetchFailed(
                    message, code=ErrorCode.CONNECTION_FAILED, temporary=True
                ) from error
            self._host.count(hook, error.outcome)
            await _at(self._home, self._host.failed(error))
            code = ErrorCode.TIMED_OUT if isinstance(error, PluginHung) else ErrorCode.BAD_RESPONSE
            message = f"The plugin {name} failed: {said}"
            raise FetchFailed(message, code=code, temporary=True) from error
        else:
            self._host.count(hook, "ok")


class PluginSession:
    """One file that a plugin reads."""

    def __init__(self, process: PluginProcess, calls: _Calls, job: Job) -> None:
        self._process = process
        self._calls = calls
        self._url = job.url
        self._seconds = silence(job.options.patience)
        self._at = 0
        self._is_idle = True

    async def look(self) -> Remote:
        async with self._calls.told(Hook.LOOK_AT_FILE):
            found = await self._process.call(
                Hook.LOOK_AT_FILE.value, {"url": self._url}, self._seconds
            )
            return _remote(found)

    async def start(self, at: int, end: int | None) -> int:
        self._at = at
        return at

    async def chunks(self) -> AsyncGenerator[bytes, None]:
        self._is_idle = False
        reading = self._process.read({"url": self._url, "start": self._at}, self._seconds)
        async with self._calls.told(Hook.READ_FILE), aclosing(reading) as chunks:
            async for chunk in chunks:
                if chunk:  # an empty one would be the end
                    yield chunk
        self._is_idle = True

    async def finish(self, *, is_whole: bool) -> bool:
        return self._is_idle


def _remote(found: object) -> Remote:
    """Return what a plugin says of a file; raise `PluginFailed` where it makes no sense."""
    if isinstance(found, dict):
        size, name, modified = found.get("size"), found.get("name"), found.get("modified")
        is_size = size is None or (type(size) is int and 0 <= size <= LARGEST)
        is_name = name is None or (isinstance(name, str) and len(name) <= LONGEST_NAME)
        if is_size and is_name:
            return Remote(size, _moment(modified), name)
    message = "look_at_file is to return Remote(size=…, name=…, modified=…)."
    raise PluginFailed(message, kind="TypeError")


def _moment(text: object) -> datetime | None:
    if not isinstance(text, str):
        return None
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


async def _at(home: asyncio.AbstractEventLoop, work: Awaitable[T]) -> T:
    """Await something on the loop where it belongs."""

    async def run() -> T:
        return await work

    return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(run(), home))
