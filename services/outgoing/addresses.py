"""Which addresses outgoing requests may reach.

Only global unicast addresses, and what the operator lists in `ARGOSY_ALLOW_NETWORKS`. An
IPv6 address that carries an IPv4 one (mapped, compatible, 6to4, Teredo, NAT64) is judged
by both.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

from services.errors import ArgosyError, ErrorCode

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# Not global by their registration (IANA special-purpose registries), or no place to fetch
# from, whatever the standard library of this Python says of them.
NEVER = tuple(
    ip_network(text)
    for text in (
        "0.0.0.0/8",
        "100.64.0.0/10",
        "192.0.0.0/24",
        "192.88.99.0/24",
        "198.18.0.0/15",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "::/96",
        "::ffff:0:0:0/96",  # IPv4-translated (RFC 2765)
        "64:ff9b:1::/48",
        "100::/64",
        "2001::/23",
        "2001:db8::/32",
        "3fff::/20",
        "5f00::/16",
        "fc00::/7",
        "fe80::/10",
        "fec0::/10",
        "ff00::/8",
    )
)
NAT64 = ip_network("64:ff9b::/96")
REMEMBERED = 1024  # addresses that were judged last


class ForbiddenAddress(ArgosyError):
    """A request would have reached an address that is not public."""

    default_code = ErrorCode.FORBIDDEN_ADDRESS


@dataclass(frozen=True, slots=True)
class AllowedNetwork:
    """A network that the operator lets requests reach, on one port or (None) on any."""

    network: Network
    port: int | None = None

    @classmethod
    def parse(cls, text: str) -> "AllowedNetwork":
        """Read `10.0.0.0/8`, `127.0.0.1:9000`, `fd00::/8` or `[::1]:9000`.

        Raises `ValueError` when it is none of these.
        """
        text = text.strip()
        if text.startswith("["):
            address, _, port = text[1:].partition("]")
            port = port.removeprefix(":")
        elif text.count(":") == 1:
            address, _, port = text.partition(":")
        else:
            address, port = text, ""
        if port and not 0 < int(port) < 65536:
            message = f"{port} is not a port"
            raise ValueError(message)
        return cls(ip_network(address, strict=False), int(port) if port else None)

    def __str__(self) -> str:
        text = str(self.network)
        if self.port is None:
            return text
        return f"[{text}]:{self.port}" if self.network.version == 6 else f"{text}:{self.port}"

    def holds(self, address: Address, port: int) -> bool:
        """Whether `address` and `port` lie in it."""
        return (
            address.version == self.network.version
            and address in self.network
            and self.port in (None, port)
        )


class AddressPolicy:
    """Decides which addresses may be connected to."""

    def __init__(self, allowed: Sequence[AllowedNetwork] = ()) -> None:
        self._allowed = tuple(allowed)
        # Thousands of links lead to few addresses, and each is judged a few times.
        self._permits = lru_cache(REMEMBERED)(self._judge)

    def permits(self, address: Address, port: int) -> bool:
        """Whether a connection to `address` and `port` may be made."""
        return self._permits(str(address), port)

    def _judge(self, host: str, port: int) -> bool:
        try:
            address = ip_address(host)
        except ValueError:  # an address with a zone, for one
            return False
        faces = tuple(_faces(address))
        if any(allowed.holds(face, port) for allowed in self._allowed for face in faces):
            return True
        return all(_is_public(face) for face in faces)

    def forget(self) -> int:
        """Judge every address anew; return how many were remembered."""
        count = self._permits.cache_info().currsize
        self._permits.cache_clear()
        return count

    def check(self, host: str, port: int, *, name: str | None = None) -> None:
        """Raise `ForbiddenAddress` unless the numeric address `host` may be connected to.

        `name` is the name that led there, for the message.
        """
        if not self._permits(host, port):
            by = f"{name} leads to {host}, which is" if name and name != host else f"{host} is"
            message = f"{by} not a public address."
            if example := _example(host, port):
                message += f" An operator can allow it with ARGOSY_ALLOW_NETWORKS={example}"
            raise ForbiddenAddress(message)


def _example(host: str, port: int) -> str | None:
    """Return how to allow an address in a private network; None where that makes no sense."""
    try:
        address = ip_address(host)
    except ValueError:
        return None
    carries = [face for face in _faces(address) if face != address]
    if carries or address.is_link_local or address.is_unspecified or address.is_multicast:
        return None
    return f"[{address}]:{port}" if address.version == 6 else f"{address}:{port}"


def _is_public(address: Address) -> bool:
    if address.version == 6 and address in NAT64:
        return True  # judged by the IPv4 address that it carries
    listed = any(address.version == net.version and address in net for net in NEVER)
    return address.is_global and not listed


def _faces(address: Address) -> Iterator[Address]:
    """Yield the addresses that `address` stands for."""
    if isinstance(address, IPv4Address):
        yield address
        return
    if address.ipv4_mapped:
        yield address.ipv4_mapped
        return
    yield address
    if address.sixtofour:
        yield address.sixtofour
    if address.teredo:
        yield from address.teredo
    if address in NAT64:
        yield IPv4Address(int(address) & 0xFFFF_FFFF)
