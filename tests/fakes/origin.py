"""A web server to download from: honest unless told otherwise, and it counts."""

import asyncio
import hashlib
import random
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from aiohttp import web

BLOCK = 16 * 1024


def content(size: int, seed: int = 1) -> bytes:
    """Return bytes by chance, the same ones for the same arguments."""
    return random.Random(seed).randbytes(size)


@dataclass
class Resource:
    """Something to download. `speed` is bytes a second, None for as fast as it goes."""

    body: bytes
    speed: float | None = None
    etag: str | None = '"one"'
    headers: dict[str, str] = field(default_factory=dict)
    ranges: bool = True
    handler: Callable[[web.Request], object] | None = None
    hold: threading.Event | None = None  # the second half waits for it

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.body).hexdigest()


@dataclass(frozen=True)
class Asked:
    """A request that came."""

    method: str
    path: str
    headers: dict[str, str]


class Origin:
    """The server, in a thread of its own. Use it in a `with` block."""

    def __init__(self, host: str = "127.0.0.1") -> None:
        self.host = host
        self.port = 0
        self.resources: dict[str, Resource] = {}
        self.asked: list[Asked] = []
        self.sent = 0  # bytes of bodies
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def put(self, path: str, resource: Resource) -> str:
        """Serve `resource` at `path`; return its URL."""
        self.resources[path] = resource
        return f"{self.url}{path}"

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    def asked_for(self, path: str) -> list[Asked]:
        """Return the requests for `path`."""
        return [asked for asked in self.asked if asked.path == path]

    def __enter__(self) -> Self:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._start(), self._loop).result(10)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _start(self) -> None:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self.host, self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def _end(self) -> None:
        await self._runner.cleanup()
        left = asyncio.all_tasks() - {asyncio.current_task()}  # those that hold an answer back
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(Asked(request.method, request.path, dict(request.headers)))
        resource = self.resources.get(request.path)
        if resource is None:
            return web.Response(status=404)
        if resource.handler is not None:
            return await resource.handler(request)  # type: ignore[misc, no-any-return]
        start, end, status = self._where(request, resource)
        response = web.StreamResponse(status=status, headers=resource.headers)
        response.content_length = end - start
        if resource.etag:
            response.headers["ETag"] = resource.etag
        if status == 206:
            total = len(resource.body)
            response.headers["Content-Range"] = f"bytes {start}-{end - 1}/{total}"
        await response.prepare(request)
        with suppress(ConnectionError):  # the client has gone
            await self._send(response, resource, start, end)
        return response

    def _where(self, request: web.Request, resource: Resource) -> tuple[int, int, int]:
        asked = request.headers.get("Range")
        condition = request.headers.get("If-Range")
        if not resource.ranges or asked is None or condition not in {None, resource.etag}:
            return 0, len(resource.body), 200
        start, _, last = asked.removeprefix("bytes=").partition("-")
        return int(start), int(last) + 1 if last else len(resource.body), 206

    async def _send(
        self, response: web.StreamResponse, resource: Resource, start: int, end: int
    ) -> None:
        began, body = self._loop.time(), resource.body[:end]
        for at in range(start, len(body), BLOCK):
            while resource.hold and at * 2 >= len(body) and not resource.hold.is_set():
                await asyncio.sleep(0.01)
            block = body[at : at + BLOCK]
            await response.write(block)
            self.sent += len(block)
            if resource.speed is not None:
                due = began + (at + len(block) - start) / resource.speed
                await asyncio.sleep(max(0, due - self._loop.time()))
        await response.write_eof()
