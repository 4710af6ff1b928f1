"""What the errors of an SFTP session mean to the user."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import asyncssh

from services.errors import ErrorCode, FetchFailed
from services.text import plain

LONGEST_WORDS = 200  # letters of what a server says that are shown
MISSING = (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath, asyncssh.SFTPInvalidFilename)


@contextmanager
def translating(host: str) -> Iterator[None]:
    """Turn what goes wrong between us and `host` into `FetchFailed`."""
    try:
        yield
    except (asyncssh.Error, OSError, ValueError) as error:
        raise _translated(error, host) from error


def _translated(error: Exception, host: str) -> FetchFailed:  # noqa: PLR0911 - a table
    match error:
        case asyncssh.PermissionDenied():
            message = f"{host} refuses the login. Give a name with its password or private key."
            return FetchFailed(message, code=ErrorCode.LOGIN_REFUSED, temporary=False)
        case asyncssh.SFTPPermissionDenied():
            message = f"{host} does not let this login read the file."
            return FetchFailed(message, code=ErrorCode.LOGIN_REFUSED, temporary=False)
        case asyncssh.SFTPError() if isinstance(error, MISSING):
            message = f"{host} has no file at this path. Check the link."
            return FetchFailed(message, code=ErrorCode.NOT_FOUND, temporary=False)
        case asyncssh.ConnectionLost() | asyncssh.SFTPConnectionLost():
            message = f"{host} ended the connection before everything had come."
            return FetchFailed(message, code=ErrorCode.INCOMPLETE, temporary=True)
        case asyncssh.SFTPError():
            message = f"{host} does not give the file: {plain(error.reason, most=LONGEST_WORDS)}"
            return FetchFailed(message, code=ErrorCode.BAD_RESPONSE, temporary=True)
        case asyncssh.Error():
            reason = plain(error.reason, most=LONGEST_WORDS)
            message = f"No session with {host} came about: {reason}"
            return FetchFailed(message, code=ErrorCode.CONNECTION_FAILED, temporary=True)
        case TimeoutError():
            message = f"{host} did not answer in time."
            return FetchFailed(message, code=ErrorCode.TIMED_OUT, temporary=True)
        case OSError():
            message = f"No connection to {host}, or it broke."
            return FetchFailed(message, code=ErrorCode.CONNECTION_FAILED, temporary=True)
        case _:
            message = f"{host} does not answer as SSH should."
            return FetchFailed(message, code=ErrorCode.BAD_RESPONSE, temporary=True)


def refused_key(host: str, shown: Iterable[str], expected: str | None) -> FetchFailed:
    """Return the failure that another host key than expected is; all as OpenSSH shows them."""
    message = (
        f"{host} shows the host key {', '.join(shown)}, not {expected or 'the one of before'}. "
        "Somebody may be in between: find out why before you give the new one."
    )
    return FetchFailed(message, code=ErrorCode.HOST_KEY_REFUSED, temporary=False)
