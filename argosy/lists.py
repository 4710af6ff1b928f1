"""Settings that are lists: `one,another`, or lists in the settings file."""

from collections.abc import Callable, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated, TypeVar

from pydantic import BeforeValidator
from pydantic_settings import NoDecode

from argosy.origins import Authority, Origin
from services.outgoing.addresses import AllowedNetwork
from services.outgoing.proxies import Around

T = TypeVar("T")


def _each(read: Callable[[str], T], what: str) -> Callable[[object], object]:
    """Return what reads a list of `what`, and names all entries at once that are none."""

    def read_all(value: object) -> object:
        texts = value.split(",") if isinstance(value, str) else value
        if not isinstance(texts, list | tuple):
            return value
        entries, bad = [], []
        for text in texts:
            if not isinstance(text, str):
                bad.append(repr(text))
            elif text.strip():
                try:
                    entries.append(read(text.strip()))
                except ValueError:
                    bad.append(repr(text.strip()))
        if bad:
            message = f"not {what}: {', '.join(bad)}"
            raise ValueError(message)
        return tuple(entries)

    return read_all


def _around(value: object) -> object:
    """Split `localhost,.example.com,10.0.0.0/8` into its hosts."""
    texts = value.split(",") if isinstance(value, str) else value
    if not isinstance(texts, list | tuple) or not all(isinstance(text, str) for text in texts):
        return value
    Around.parse(texts)
    return tuple(text.strip() for text in texts if text.strip())


def _host_name(text: str) -> str:
    """Return the name of a host; with a dot in front, it means all that is below it."""
    authority = Authority.parse(text.removeprefix("."))
    if authority.port is not None:
        raise ValueError(text)
    return "." * text.startswith(".") + authority.host


def _network(text: str) -> IPv4Network | IPv6Network:
    return ip_network(text, strict=False)


def matches(host: str, patterns: Sequence[str]) -> bool:
    """Whether one of the `patterns` means `host`."""
    return any(
        host.endswith(pattern) if pattern.startswith(".") else host == pattern
        for pattern in patterns
    )


Networks = Annotated[
    tuple[AllowedNetwork, ...],
    NoDecode,
    BeforeValidator(_each(AllowedNetwork.parse, "a network such as 10.0.0.0/8 or 127.0.0.1:9000")),
]
Proxies = Annotated[
    tuple[IPv4Network | IPv6Network, ...],
    NoDecode,
    BeforeValidator(_each(_network, "an address or a network such as 127.0.0.1 or 10.0.0.0/8")),
]
HostNames = Annotated[
    tuple[str, ...],
    NoDecode,
    BeforeValidator(
        _each(_host_name, "the name of a host, without a port, such as argosy.example.com")
    ),
]
Origins = Annotated[
    tuple[Origin, ...],
    NoDecode,
    BeforeValidator(_each(Origin.parse, "an origin such as https://app.example.com")),
]
Hosts = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_around)]
