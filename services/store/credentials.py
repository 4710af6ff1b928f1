"""Where a PostgreSQL database is, out of the URL that people know from other programs."""

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

PORT = 5432
OURS = frozenset({"host", "user", "password"})
LIBPQS = frozenset(  # what only libpq knows, so that the server would not
    {"connect_timeout", "channel_binding", "gssencmode", "keepalives", "target_session_attrs"}
)


def credentials(url: str) -> dict[str, Any]:
    """Return what asyncpg and Tortoise want to know, for a `postgres://` URL.

    What libpq calls `sslmode` is `ssl` to them, with the same words; every other parameter
    that does not say where the server is becomes a setting of the session there, but for
    those that steer libpq itself. Raises `ValueError` for a port that is none.
    """
    parts = urlsplit(url)
    found: dict[str, Any] = {
        "host": parts.hostname,
        "port": parts.port or PORT,
        "user": unquote(parts.username) if parts.username else None,
        "password": unquote(parts.password) if parts.password else None,
        "database": unquote(parts.path.lstrip("/")) or None,
        "server_settings": {},
    }
    for name, value in parse_qsl(parts.query):
        if name == "sslmode":
            found["ssl"] = value
        elif name == "port":
            found["port"] = int(value)
        elif name in OURS:
            found[name] = value
        elif name == "dbname":
            found["database"] = value
        elif name not in LIBPQS:
            found["server_settings"][name] = value
    return found


def connection(url: str) -> dict[str, object]:
    """Return the settings of Tortoise's connection to the database at `url`."""
    return {"engine": "tortoise.backends.asyncpg", "credentials": credentials(url)}
