"""The services that apprise knows: which are refused, and what may be shown of their URLs."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote, urlsplit

# They show or write something on the machine that the server runs on.
LOCAL = frozenset(
    {
        *("dbus", "kde", "qt", "glib", "gio", "gnome", "macosx", "windows", "syslog", "blink1"),
        *("file", "exec", "script"),
    }
)
UDP = frozenset({"rsyslog", "growl", "snmp"})
SHORTEST = 4  # letters of a part of a URL that is hidden wherever it turns up
LONGEST_SHOWN = 255


class Refused(Exception):
    """A URL leads to nothing that may be used. The message is for people."""


def make(url: str) -> Any:
    """Return apprise's service for a URL, or raise `Refused`."""
    from apprise import Apprise, AppriseAsset, PersistentStoreMode

    asset = AppriseAsset(
        plugin_paths=[],
        storage_mode=PersistentStoreMode.MEMORY,
        allow_templates=False,
        secure_logging=True,
        async_mode=False,
        pgp_autogen=False,
        pem_autogen=False,
        app_id="Argosy",
        app_desc="Argosy",
        app_url="",
    )
    schema = url.partition("://")[0].strip().lower()
    check_schema(schema)
    service = Apprise.instantiate(url, asset=asset)
    if service is None:
        raise Refused(_why_none(schema))
    check_schema(_schema_of(service))  # what others call something else, apprise may know
    return service


def check_schema(schema: str) -> None:
    """Raise `Refused` for a service that is not reached over checked connections."""
    if schema in LOCAL:
        message = f"{schema}:// is something on the server's own machine. Take another service."
        raise Refused(message)
    if schema in UDP:
        message = f"{schema}:// is reached by UDP, which cannot be checked. Take another service."
        raise Refused(message)


def name_of(service: Any) -> str:
    """Return what people call a service."""
    return str(service.service_name)[:64]


def shown(service: Any) -> str:
    """Return what may be seen of a URL: its service, and its host where that is no secret."""
    schema = _schema_of(service)
    host = str(getattr(service, "host", "") or "")
    tokens = getattr(service, "template_tokens", {})
    if not host or "host" not in tokens or tokens["host"].get("private"):
        return f"{schema}://…"
    port = getattr(service, "port", None)
    at = f"[{host}]" if ":" in host else host
    return f"{schema}://{at}{f':{port}' if port else ''}/…"[:LONGEST_SHOWN]


def secrets_in(url: str) -> Iterator[str]:
    """Yield the parts of a URL that must not be repeated, the longest first."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower() if parts.netloc else ""
    found = {url, unquote(url)}
    for sign in ":/?&=@#;,+ ":
        found |= {piece for text in list(found) for piece in text.split(sign)}
    found |= {unquote(piece) for piece in found}
    known = {host, parts.scheme.lower()}
    kept = {p for p in found if len(p) >= SHORTEST and p.lower() not in known}
    yield from sorted(kept, key=len, reverse=True)


def _schema_of(service: Any) -> str:
    url = str(service.url(privacy=True))
    return url.partition("://")[0]


def _why_none(schema: str) -> str:
    from apprise.plugins import N_MGR

    if schema in N_MGR and not N_MGR[schema].enabled:
        return f"{schema}:// needs a library that this server does not have. Take another service."
    return "That is no URL of a service, or something is missing in it. See docs/notifiers.md."
