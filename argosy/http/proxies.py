"""Who asks and how, where a proxy that is trusted stands between."""

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

import structlog
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

FOR = "x-forwarded-for"
PROTO = "x-forwarded-proto"
SECURE = {"http": "https", "ws": "wss"}

log = structlog.get_logger(__name__)


class Proxied:
    """Puts what trusted proxies say in the place of what the connection says.

    Each proxy adds the address that it was asked from at the end of `X-Forwarded-For`: what
    stands before the first that is not a trusted one's, anybody may have written. `Forwarded`
    and `X-Forwarded-Host` are not looked at: most proxies give on whatever clients put there.
    """

    def __init__(self, app: ASGIApp, *, trusted: Sequence[IPv4Network | IPv6Network]) -> None:
        self._app = app
        self._trusted = trusted
        self._has_warned = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan" and scope.get("client"):
            peer = _address(scope["client"][0])
            if peer is not None:
                scope["client"] = (str(peer), scope["client"][1])
                self._look(scope, peer)
        await self._app(scope, receive, send)

    def _look(self, scope: Scope, peer: IPv4Address | IPv6Address) -> None:
        headers = Headers(scope=scope)
        if not self._trusts(peer):
            if FOR in headers:
                self._warn(str(peer))
            return
        asker = self._asker(peer, _entries(headers.getlist(FOR)))
        if asker != peer:
            scope["client"] = (str(asker), 0)
        told = _entries(headers.getlist(PROTO))
        if told and told[-1].lower() == "https":
            scope["scheme"] = SECURE.get(scope["scheme"], scope["scheme"])

    def _asker(
        self, peer: IPv4Address | IPv6Address, chain: Sequence[str]
    ) -> IPv4Address | IPv6Address:
        """Return the last address that no trusted proxy has, or the first of the chain."""
        asker = peer
        for entry in reversed(chain):
            if not self._trusts(asker):
                break
            before = _address(_without_port(entry))
            if before is None:
                break  # "unknown", or nonsense: nothing before it can be believed
            asker = before
        return asker

    def _trusts(self, address: IPv4Address | IPv6Address) -> bool:
        return any(address in network for network in self._trusted)

    def _warn(self, peer: str) -> None:
        if self._has_warned:
            return
        self._has_warned = True
        log.warning(
            "http.proxy_not_trusted",
            peer=peer,
            advice="If this is your proxy, put its address into ARGOSY_TRUSTED_PROXIES: until "
            "then, all who come through it count as one.",
        )


def _entries(values: Iterable[str]) -> list[str]:
    return [entry.strip() for value in values for entry in value.split(",") if entry.strip()]


def _without_port(entry: str) -> str:
    """Return the address in `1.2.3.4`, `1.2.3.4:567`, `::1`, `[::1]` or `[::1]:567`."""
    if entry.startswith("["):
        return entry[1:].partition("]")[0]
    return entry.partition(":")[0] if entry.count(":") == 1 else entry


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(text)
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found
