"""Where a file is to be had: the URL of the task, its mirrors, and new URLs for old ones."""

from collections.abc import Sequence

from yarl import URL

from services.engines.engine import Job
from services.engines.http.duplicates import MOST_DUPLICATES
from services.engines.options import Algorithm
from services.errors import ArgosyError, ErrorCode, FetchFailed
from services.outgoing.urls import parse_url

OURS = ("http://", "https://")  # mirrors of other kinds are for other engines
STRONG = frozenset({Algorithm.SHA256, Algorithm.SHA512})
EXPIRED = frozenset({ErrorCode.HTTP_STATUS, ErrorCode.LOGIN_REFUSED})


class Links:
    """The URLs of one file, the best first."""

    def __init__(self, job: Job) -> None:
        self._job = job
        mirrors = [text for text in job.options.mirrors if text.lower().startswith(OURS)]
        self.urls = [parse_url(text) for text in (job.url, *mirrors)]
        self._own = list(self.urls)  # of the task
        self._named: set[URL] = set()  # by servers; not added once more when they were dropped
        self._trusts = True  # what servers name
        self._can_resolve = job.resolve is not None

    @property
    def best(self) -> URL:
        """The URL to ask."""
        return self.urls[0]

    @property
    def is_guarded(self) -> bool:
        """Whether bytes of different servers may be joined: the whole is checked."""
        return bool(self._job.options.checksums or self._job.options.pieces)

    def learn(self, urls: Sequence[URL]) -> None:
        """Add URLs that a server names for the same file, if it is sure to be found out.

        Only a strong checksum that was given with the task says that it is: what the server
        says of the bytes, another attempt may not hear again.
        """
        is_strong = any(one.algorithm in STRONG for one in self._job.options.checksums)
        if self._trusts and is_strong:
            known = self._named.union(self.urls, self._own)
            named = [url for url in urls if url not in known]
            named = named[: MOST_DUPLICATES - len(self._named)]
            self.urls += named
            self._named.update(named)

    def distrust(self) -> bool:
        """Ask the URLs of the task alone from now on, if servers had named others."""
        if not self._trusts or not self._named:
            return False
        self.urls, self._trusts = list(self._own), False
        return True

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
            self.urls[0] = self._own[0] = parse_url(await self._resolve())
            return True
        if len(self.urls) == 1:
            return False
        del self.urls[0]
        return True

    async def _resolve(self) -> str:
        resolve = self._job.resolve
        return self._job.url if resolve is None else await resolve()
