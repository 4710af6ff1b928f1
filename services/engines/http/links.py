"""Where a file is to be had: the URL of the task, its mirrors, and new URLs for old ones."""

from yarl import URL

from services.engines.engine import Job
from services.errors import ArgosyError, ErrorCode, FetchFailed
from services.outgoing.urls import parse_url

OURS = ("http://", "https://")  # mirrors of other kinds are for other engines
EXPIRED = frozenset({ErrorCode.HTTP_STATUS, ErrorCode.LOGIN_REFUSED})


class Links:
    """The URLs of one file, the best first."""

    def __init__(self, job: Job) -> None:
        self._job = job
        mirrors = [text for text in job.options.mirrors if text.lower().startswith(OURS)]
        self.urls = [parse_url(text) for text in (job.url, *mirrors)]
        self._can_resolve = job.resolve is not None

    @property
    def best(self) -> URL:
        """The URL to ask."""
        return self.urls[0]

    @property
    def is_guarded(self) -> bool:
        """Whether bytes of different servers may be joined: the whole is checked."""
        return bool(self._job.options.checksums or self._job.options.pieces)

    def drop(self, url: URL) -> None:
        """Ask `url` no more, unless it is the only one."""
        if url in self.urls[1:]:
            self.urls.remove(url)

    def helper(self, number: int) -> URL:
        """Return the URL for the connection of that number."""
        return self.urls[number % len(self.urls)] if self.is_guarded else self.best

    async def replace(self, error: ArgosyError, received: int) -> bool:
        """Go over to another URL after `error`; return whether there is one.

        What has been `received` is not given up for a fault that passes.
        """
        is_temporary = isinstance(error, FetchFailed) and error.temporary
        if is_temporary and received and not self.is_guarded:
            return False
        if not is_temporary and error.code in EXPIRED and self._can_resolve:
            self._can_resolve = False
            self.urls[0] = parse_url(await self._resolve())
            return True
        if len(self.urls) == 1:
            return False
        del self.urls[0]
        return True

    async def _resolve(self) -> str:
        resolve = self._job.resolve
        return self._job.url if resolve is None else await resolve()
