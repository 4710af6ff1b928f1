"""What it means for a task that a server refuses, or that the exchange breaks."""

import re
from collections.abc import Mapping
from http import HTTPStatus

import aiohttp

from services.errors import ErrorCode, FetchFailed
from services.outgoing.waits import retry_after

PASSING = frozenset({408, 425, 429})  # that a client may be asked to try again after
LASTING = frozenset({501, 505})  # of the server, but not to be waited for
# Alerts of TLS about the certificate of a client (RFC 8446, section 6.2), as OpenSSL calls them.
WANTS_ANOTHER = re.compile(
    r"ALERT_(CERTIFICATE_REQUIRED|BAD_CERTIFICATE|UNSUPPORTED_CERTIFICATE|CERTIFICATE_REVOKED"
    r"|CERTIFICATE_EXPIRED|CERTIFICATE_UNKNOWN|UNKNOWN_CA|ACCESS_DENIED)\b"
)


def refused(
    status: int, reason: str | None, headers: Mapping[str, str] | None = None
) -> FetchFailed:
    """Return the failure that an HTTP status other than success stands for.

    Given the headers of the answer, it says for how long the server wants to be left alone.
    """
    try:
        words = HTTPStatus(status).phrase
    except ValueError:
        words = reason or "an unknown status"
    said = f"The server answered {status} {words}."
    if status == HTTPStatus.UNAUTHORIZED:
        message = f"{said} Give the download the right login or token."
        return FetchFailed(message, code=ErrorCode.LOGIN_REFUSED, temporary=False)
    if status == HTTPStatus.PROXY_AUTHENTICATION_REQUIRED:
        message = f"{said} Give the proxy the right login."
        return FetchFailed(message, code=ErrorCode.PROXY_FAILED, temporary=False)
    temporary = status in PASSING or (status >= 500 and status not in LASTING)
    cure = "It may be different later." if temporary else "Check the link."
    return FetchFailed(
        f"{said} {cure}",
        code=ErrorCode.HTTP_STATUS,
        temporary=temporary,
        retry_after=retry_after(headers) if temporary and headers else None,
    )


def translated(error: Exception, host: str) -> FetchFailed:  # noqa: PLR0911 - a table
    """Return what an error of the HTTP library means to the user."""
    match error:
        case OSError() if WANTS_ANOTHER.search(str(error)):
            message = (
                f"{host} wants to see a certificate, or not the one that it was shown. "
                "Give the right one with the download."
            )
            return FetchFailed(message, code=ErrorCode.LOGIN_REFUSED, temporary=False)
        case aiohttp.ClientConnectorCertificateError():
            message = f"The certificate of {host} is not valid, so nothing was fetched."
            return FetchFailed(message, code=ErrorCode.TLS_FAILED, temporary=False)
        case aiohttp.ClientSSLError():
            message = f"No secure connection to {host} came about."
            return FetchFailed(message, code=ErrorCode.TLS_FAILED, temporary=True)
        case TimeoutError():
            message = f"{host} did not answer in time."
            return FetchFailed(message, code=ErrorCode.TIMED_OUT, temporary=True)
        case aiohttp.InvalidURL():
            message = f"{host} is not a host that can be connected to."
            return FetchFailed(message, code=ErrorCode.INVALID_URL, temporary=False)
        case aiohttp.ClientResponseError():
            message = f"{host} does not answer as HTTP should."
            return FetchFailed(message, code=ErrorCode.BAD_RESPONSE, temporary=True)
        case aiohttp.ClientPayloadError() | aiohttp.ServerDisconnectedError():
            message = f"{host} ended the connection before everything had come."
            return FetchFailed(message, code=ErrorCode.INCOMPLETE, temporary=True)
        case _:
            message = f"No connection to {host}, or it broke."
            return FetchFailed(message, code=ErrorCode.CONNECTION_FAILED, temporary=True)
