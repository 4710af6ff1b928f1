"""Hosts and origins, as requests and settings name them."""

import re
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from typing import Self

# RFC 3986, section 3.2, without user and password: neither `Host` nor `Origin` has them.
AUTHORITY = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9_.-]+))(?::([0-9]{0,5}))?", re.ASCII)
LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?", re.ASCII)
LONGEST = 253
PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Authority:
    """A host, in small letters and without a dot at its end, and a port where one is named."""

    host: str
    port: int | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `name`, `name:8060` or `[::1]:8060`; raise `ValueError` for everything else."""
        found = AUTHORITY.fullmatch(text)
        if found is None:
            raise ValueError(text)
        literal, name, port = found.groups()
        number = int(port) if port else None
        if number is not None and not 0 < number < 65536:
            raise ValueError(text)
        return cls(str(IPv6Address(literal)) if literal else _name(name), number)

    @property
    def is_address(self) -> bool:
        """Whether the host is an address, which no server of names can make mean another."""
        try:
            ip_address(self.host)
        except ValueError:
            return False
        return True

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port is None else f"{host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Origin:
    """From where a page comes; without the port that goes without saying."""

    scheme: str
    authority: Authority

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `https://example.com:8443`; raise `ValueError` for everything else."""
        scheme, separator, rest = text.partition("://")
        if scheme not in PORTS or not separator:
            raise ValueError(text)
        return cls.of(scheme, Authority.parse(rest))

    @classmethod
    def of(cls, scheme: str, authority: Authority) -> Self:
        """Return the origin of what is at `authority`."""
        implied = authority.port == PORTS[scheme]
        return cls(scheme, Authority(authority.host) if implied else authority)

    def __str__(self) -> str:
        return f"{self.scheme}://{self.authority}"


def _name(text: str) -> str:
    name = text.lower().removesuffix(".")
    if len(name) > LONGEST or not all(map(LABEL.fullmatch, name.split("."))):
        raise ValueError(text)
    return name
