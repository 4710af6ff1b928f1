"""What can go wrong, in one tree.

    ArgosyError
    ├── InvalidInput      what was asked makes no sense; nothing was changed
    │   └── InvalidInputs several such at once
    ├── Unauthorized      no key, or one that is not known
    ├── Forbidden         a key that may not do this
    ├── NotFound          absent, or somebody else's: the two look the same
    ├── Conflict          it makes sense, but not now
    ├── RateLimited       too often, or too much; it says when to come back
    │   └── QuotaExceeded more than a user's tier allows
    ├── Unavailable       a part of this server, or of its machine, is not able to
    ├── Skipped           there is nothing to fetch, and the reason is known
    └── FetchFailed       something outside did not give what was asked of it

Each carries a stable code from `ErrorCode`. Services raise; only the edges translate.
"""

import math
from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum
from typing import Self

from services.text import plain

LONGEST_MESSAGE = 300


class ErrorCode(StrEnum):
    """Stable words for programs; `docs/troubleshooting.md` says what cures each."""

    # Requests
    INVALID_INPUT = "INVALID_INPUT"
    INVALID_ID = "INVALID_ID"
    INVALID_URL = "INVALID_URL"
    INVALID_FOLDER = "INVALID_FOLDER"
    UNSUPPORTED_SCHEME = "UNSUPPORTED_SCHEME"
    UNAUTHORIZED = "UNAUTHORIZED"
    SECOND_FACTOR_NEEDED = "SECOND_FACTOR_NEEDED"
    FORBIDDEN = "FORBIDDEN"
    HOST_NOT_ALLOWED = "HOST_NOT_ALLOWED"
    ORIGIN_NOT_ALLOWED = "ORIGIN_NOT_ALLOWED"
    NOT_FOUND = "NOT_FOUND"
    ILLEGAL_MOVE = "ILLEGAL_MOVE"
    CONFLICT = "CONFLICT"
    LIMIT_REACHED = "LIMIT_REACHED"
    RATE_LIMITED = "RATE_LIMITED"
    QUOTA_EXCEEDED = "QUOTA_EXCEEDED"
    BACKUP_UNUSABLE = "BACKUP_UNUSABLE"
    BACKUP_TOO_NEW = "BACKUP_TOO_NEW"
    UNAVAILABLE = "UNAVAILABLE"
    INTERNAL_ERROR = "INTERNAL_ERROR"

    # Fetching
    FORBIDDEN_ADDRESS = "FORBIDDEN_ADDRESS"
    NAME_NOT_RESOLVED = "NAME_NOT_RESOLVED"
    CONNECTION_FAILED = "CONNECTION_FAILED"
    TLS_FAILED = "TLS_FAILED"
    TIMED_OUT = "TIMED_OUT"
    TOO_MANY_REDIRECTS = "TOO_MANY_REDIRECTS"
    HTTP_STATUS = "HTTP_STATUS"
    BAD_RESPONSE = "BAD_RESPONSE"
    INCOMPLETE = "INCOMPLETE"
    CHECKSUM_MISMATCH = "CHECKSUM_MISMATCH"
    LOGIN_REFUSED = "LOGIN_REFUSED"
    PROXY_FAILED = "PROXY_FAILED"
    NOT_DELIVERED = "NOT_DELIVERED"
    HOST_KEY_REFUSED = "HOST_KEY_REFUSED"
    FILTERED = "FILTERED"
    ALREADY_THERE = "ALREADY_THERE"
    NOT_MODIFIED = "NOT_MODIFIED"
    DUPLICATE = "DUPLICATE"
    DISK_FULL = "DISK_FULL"
    WRITE_FAILED = "WRITE_FAILED"


class ArgosyError(Exception):
    """The base: a stable `code`, a sentence for people, and the argument it is about, if any."""

    default_code = ErrorCode.INTERNAL_ERROR

    def __init__(
        self, message: str, *, code: ErrorCode | None = None, field: str | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.default_code
        self.field = field

    def __copy__(self) -> Self:
        # The usual way is to call the class with the message alone; some want more.
        other = type(self).__new__(type(self), *self.args)
        other.__dict__ |= self.__dict__
        return other


class InvalidInput(ArgosyError):
    """An argument makes no sense."""

    default_code = ErrorCode.INVALID_INPUT


class InvalidInputs(InvalidInput):
    """Several arguments make no sense."""

    def __init__(self, errors: Sequence[ArgosyError]) -> None:
        first = errors[0]
        super().__init__(first.message, code=first.code, field=first.field)
        self.errors = tuple(errors)


class Unauthorized(ArgosyError):
    """A key is needed."""

    default_code = ErrorCode.UNAUTHORIZED


class Forbidden(ArgosyError):
    """This key may not do this."""

    default_code = ErrorCode.FORBIDDEN


class NotFound(ArgosyError):
    """There is no such thing, or it is somebody else's."""

    default_code = ErrorCode.NOT_FOUND


class Conflict(ArgosyError):
    """Not in the present state of things."""

    default_code = ErrorCode.CONFLICT


class RateLimited(ArgosyError):
    """Too much in too short a time. `retry_after` is when it is worth asking again."""

    default_code = ErrorCode.RATE_LIMITED

    def __init__(
        self,
        message: str,
        *,
        retry_after: timedelta,
        code: ErrorCode | None = None,
        field: str | None = None,
    ) -> None:
        super().__init__(message, code=code, field=field)
        self.retry_after = retry_after

    @property
    def retry_seconds(self) -> int:
        """The same in whole seconds, as programs are told it."""
        return max(1, math.ceil(self.retry_after.total_seconds()))


class QuotaExceeded(RateLimited):
    """More than the user's tier allows. It makes sense, and once there is room again it works."""

    default_code = ErrorCode.QUOTA_EXCEEDED


class Unavailable(ArgosyError):
    """A part of the server cannot do its work now."""

    default_code = ErrorCode.UNAVAILABLE


class Skipped(ArgosyError):
    """There is nothing to fetch. The message may quote what came from outside: it is made plain."""

    default_code = ErrorCode.FILTERED

    def __init__(self, message: str, *, code: ErrorCode) -> None:
        super().__init__(plain(message, most=LONGEST_MESSAGE), code=code)


class FetchFailed(ArgosyError):
    """Something outside did not give what was asked; `temporary` says whether it may later.

    `retry_after` is how long the other side asked to be left alone. `everywhere` says that no
    other task will fare better: the disk itself is full. The message may quote what came from
    there: it is made plain.
    """

    default_code = ErrorCode.CONNECTION_FAILED

    def __init__(
        self,
        message: str,
        *,
        code: ErrorCode,
        temporary: bool,
        retry_after: timedelta | None = None,
        everywhere: bool = False,
    ) -> None:
        super().__init__(plain(message, most=LONGEST_MESSAGE), code=code)
        self.temporary = temporary
        self.retry_after = retry_after
        self.everywhere = everywhere
