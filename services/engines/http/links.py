"""Where a file is to be had: the URL of the task, its mirrors, and new URLs for old ones."""

from yarl import URL

from services.engines.engine import Job
from services.errors import ErrorCode, FetchFailed
from services.outgoing.urls import parse_url

EXPIRED = frozenset({ErrorCode.HTTP_STATUS, ErrorCode.LOGIN_REFUSED})


class Links:
    """The URLs of one file, the best first."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self.urls = [parse_url(text) for text in (job.url, *job.options.mirrors)]
        self._resolved = False

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

    async def replace(self, error: FetchFailed) -> bool:
        """Go over to another URL after `error`; return whether there is one."""
        permanent = not error.temporary and error.code in EXPIRED
        if permanent and self._job.resolve is not None and not self._resolved:
            self._resolved = True
            self.urls[0] = parse_url(await self._job.resolve())
            return True
        self.urls.pop(0)
        return bool(self.urls)
