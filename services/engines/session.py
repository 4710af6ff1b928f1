"""What FTP and SFTP have in common: a session with a server, for one file."""

from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Remote:
    """What a server says of a file; `size` in bytes. None is what it does not say."""

    size: int | None
    modified: datetime | None
    name: str | None = field(default=None, compare=False)  # where it is another than in the URL

    @property
    def validator(self) -> str | None:
        """What tells the file from another one at the same path, as far as can be known."""
        if self.size is None or self.modified is None:
            return None
        return f"{self.size} {self.modified.isoformat()}"


class Session(Protocol):
    """A session that is logged in. All of it raises `FetchFailed`."""

    async def look(self) -> Remote:
        """Ask what the server says of the file."""
        ...

    async def start(self, at: int, end: int | None) -> int:
        """Have the bytes from `at` on sent; return from where they are: `at` or 0.

        Those from `end` on are not wanted, but may come.
        """
        ...

    def chunks(self) -> AsyncGenerator[bytes, None]:
        """Yield the bytes in their order, to the end that the server makes."""
        ...

    async def finish(self, *, is_whole: bool) -> bool:
        """Hear how the transfer ended; return whether the server still listens.

        `is_whole` says that all bytes that are wanted are known to be there.
        """
        ...


Sessions = Callable[[], AbstractAsyncContextManager[Session]]
