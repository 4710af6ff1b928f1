"""What stands in SFTP URLs."""

from urllib.parse import unquote_to_bytes

from yarl import URL

from services.errors import ErrorCode, FetchFailed


def path_of(url: URL) -> bytes:
    """Return the path of `url` on the server; `/~/` begins one in the home of the login.

    Raises `FetchFailed` where it names no file.
    """
    path = unquote_to_bytes(url.raw_path)
    if b"\x00" in path:
        message = "The path has a NUL in it, which no file has. Check the link."
        raise FetchFailed(message, code=ErrorCode.INVALID_URL, temporary=False)
    if path.endswith(b"/") or not path:
        message = "The URL names a folder. Give the URL of a file in it."
        raise FetchFailed(message, code=ErrorCode.INVALID_URL, temporary=False)
    return path.removeprefix(b"/~/")
