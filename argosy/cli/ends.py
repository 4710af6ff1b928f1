"""How commands that use the server end: their exit statuses."""

from services.errors import ArgosyError, Forbidden, InvalidInput, Unauthorized

ALL_DONE, SOME_NOT, WRONGLY_ASKED, NO_SERVER, KEY_REFUSED, INTERRUPTED = 0, 1, 2, 3, 4, 130


def status_of(error: ArgosyError) -> int:
    """Return the exit status of a command that `error` has ended."""
    if isinstance(error, Unauthorized | Forbidden):
        return KEY_REFUSED
    return WRONGLY_ASKED if isinstance(error, InvalidInput) else NO_SERVER
