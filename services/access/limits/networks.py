"""Whom an address stands for, where callers are counted."""

from ipaddress import IPv6Address, IPv6Network, ip_address

# Whoever has one address of IPv6 has all of its network: 2^64 of them.
OF_ONE_CALLER = 64


def network_of(address: str) -> str:
    """Return what `address` is counted as: itself, or for IPv6 the network of one caller."""
    try:
        found = ip_address(address)
    except ValueError:
        return ""  # a socket of the machine's own, or a test: one caller
    if not isinstance(found, IPv6Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(IPv6Network((int(found), OF_ONE_CALLER), strict=False))
