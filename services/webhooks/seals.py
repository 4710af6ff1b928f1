"""What is sealed of endpoints: their URLs, headers and secrets, and the callbacks of tasks."""

import asyncio
from dataclasses import dataclass, field
from uuid import UUID

import orjson

from services.sealing import Sealer
from services.webhooks.line import Taken
from services.webhooks.records import bound_callback, bound_headers, bound_secret, bound_url

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Opened:
    """All that is needed to send. All of it is secret; the first secret is the newest."""

    url: str = field(repr=False)
    headers: Headers = field(repr=False)
    secrets: tuple[str, ...] = field(repr=False)


class Seals:
    """Seals and opens, in a thread: a file may have to be read."""

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer

    async def seal_url(self, webhook_id: UUID, url: str) -> str:
        """Return the URL of an endpoint sealed."""
        return await self._seal(url.encode(), bound_url(webhook_id))

    async def seal_headers(self, webhook_id: UUID, headers: Headers) -> str | None:
        """Return the headers of an endpoint sealed; None where it has none."""
        if not headers:
            return None
        return await self._seal(orjson.dumps(headers), bound_headers(webhook_id))

    async def seal_secret(self, webhook_id: UUID, secret: str) -> str:
        """Return a secret of an endpoint sealed."""
        return await self._seal(secret.encode(), bound_secret(webhook_id))

    async def open_secret(self, webhook_id: UUID, sealed: str) -> str:
        """Return a secret of an endpoint."""
        found = await asyncio.to_thread(self._sealer.open, sealed, bound_secret(webhook_id))
        return found.decode()

    async def open(self, taken: Taken) -> Opened:
        """Return what is needed to send. Raises `Unavailable` where it does not open."""
        return await asyncio.to_thread(self._open, taken)

    async def _seal(self, content: bytes, belongs_to: str) -> str:
        return await asyncio.to_thread(self._sealer.seal, content, belongs_to)

    def _open(self, taken: Taken) -> Opened:
        delivery, opened = taken.delivery, self._sealer.open
        endpoint = delivery.webhook_id
        of_task = delivery.is_callback and delivery.task_id
        headers = opened(taken.headers, bound_headers(endpoint)) if taken.headers else b"[]"
        return Opened(
            opened(taken.url, bound_callback(of_task) if of_task else bound_url(endpoint)).decode(),
            tuple((str(n), str(v)) for n, v in orjson.loads(headers)),
            tuple(opened(s, bound_secret(endpoint)).decode() for s in taken.secrets),
        )
