"""What the errors of an FTP session mean to the user."""

import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

import aioftp

from services.errors import ErrorCode, FetchFailed
from services.text import plain

LONGEST_WORDS = 200  # letters of a reply that are shown
SECURED = re.compile(r"\b(?:TLS|SSL|encrypted|encryption)\b", re.IGNORECASE)
# Servers refuse with 530 too when they are full; that passes.
FULL = re.compile(r"too many|maximum|limit|try again", re.IGNORECASE)


@contextmanager
def translating(host: str) -> Iterator[None]:
    """Turn what goes wrong between us and `host` into `FetchFailed`."""
    try:
        yield
    except aioftp.StatusCodeError as error:
        raise refused(error) from error
    except ssl.SSLCertVerificationError as error:
        message = f"The certificate of {host} is not valid, so nothing was fetched."
        raise FetchFailed(message, code=ErrorCode.TLS_FAILED, temporary=False) from error
    except ssl.SSLError as error:
        message = f"No secure connection to {host} came about."
        raise FetchFailed(message, code=ErrorCode.TLS_FAILED, temporary=True) from error
    except TimeoutError as error:
        message = f"{host} did not answer in time."
        raise FetchFailed(message, code=ErrorCode.TIMED_OUT, temporary=True) from error
    except OSError as error:
        message = f"No connection to {host}, or it broke."
        raise FetchFailed(message, code=ErrorCode.CONNECTION_FAILED, temporary=True) from error
    except (ValueError, IndexError) as error:
        message = f"{host} does not answer as FTP should."
        raise FetchFailed(message, code=ErrorCode.BAD_RESPONSE, temporary=True) from error


def refused(error: aioftp.StatusCodeError) -> FetchFailed:
    """Return the failure that a reply stands for (RFC 959, section 4.2)."""
    code = str(error.received_codes[-1])
    said = f"{code} {said_in(error)}".strip()
    if code in {"521", "522", "530", "534"} and SECURED.search(said) and not FULL.search(said):
        message = f"The server wants TLS: {said}. Fetch the file by an ftpes: URL."
        return FetchFailed(message, code=ErrorCode.TLS_FAILED, temporary=False)
    if code in {"530", "532", "331", "332"} and not FULL.search(said):
        message = f"The server refuses the login: {said}. Give a name and a password."
        return FetchFailed(message, code=ErrorCode.LOGIN_REFUSED, temporary=False)
    if code in {"550", "553"}:
        message = f"The server does not give the file: {said}. Check the link."
        return FetchFailed(message, code=ErrorCode.NOT_FOUND, temporary=False)
    if code == "421":
        message = f"The server closes the connection: {said}. It may be different later."
        return FetchFailed(message, code=ErrorCode.CONNECTION_FAILED, temporary=True)
    if code[0] not in "45":
        message = f"The server answered {said}, which makes no sense here."
        return FetchFailed(message, code=ErrorCode.BAD_RESPONSE, temporary=True)
    temporary = code.startswith("4") or code == "530"
    cure = "It may be different later." if temporary else "Check the link."
    message = f"The server answered {said}. {cure}"
    return FetchFailed(message, code=ErrorCode.BAD_RESPONSE, temporary=temporary)


def said_in(error: aioftp.StatusCodeError) -> str:
    """Return the words of a reply, in the coding that most servers speak."""
    lines = [error.info] if isinstance(error.info, str) else error.info
    text = " ".join(line.lstrip(" -").strip() for line in lines[:3]).rstrip(".")
    return plain(text.encode("latin-1").decode("utf-8", "replace"), most=LONGEST_WORDS)


def no_tls(host: str, error: aioftp.StatusCodeError) -> FetchFailed:
    """Return the failure that a server is which does not know `AUTH TLS`."""
    message = (
        f"{host} begins no TLS when asked: {error.received_codes[-1]} {said_in(error)}. "
        "Look whether it takes ftps: URLs."
    )
    return FetchFailed(message, code=ErrorCode.TLS_FAILED, temporary=False)


def is_goodbye(error: aioftp.StatusCodeError) -> bool:
    """Whether the server closes the connection."""
    return str(error.received_codes[-1]) == "421"


def is_unknown(error: aioftp.StatusCodeError) -> bool:
    """Whether the server does not know the command, or not with these arguments."""
    return str(error.received_codes[-1]) in {"500", "501", "502", "503", "504"}


def is_final(error: aioftp.StatusCodeError) -> bool:
    """Whether it makes no sense to ask the same again."""
    return str(error.received_codes[-1]).startswith("5")
