"""All that works is stopped for a moment, and started anew."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from services.backups.restoring.standstill import Works


async def test_what_starts_anew_has_nothing_to_do_with_the_request() -> None:
    seen: list[object] = []

    @asynccontextmanager
    async def work() -> AsyncIterator[None]:
        seen.append(structlog.contextvars.get_contextvars())
        yield

    works = Works(work)
    async with works.running():
        with structlog.contextvars.bound_contextvars(request_id="a request"):
            async with works.stopped():
                pass

    assert seen == [{}, {}]
