"""Which addresses may be reached: public ones, and what an operator lists."""

from ipaddress import ip_address, ip_network

import pytest

from services.errors import ErrorCode
from services.outgoing.addresses import AddressPolicy, AllowedNetwork, ForbiddenAddress

PUBLIC = {
    "1.1.1.1": "a resolver",
    "8.8.8.8": "a resolver",
    "100.63.255.255": "just below the carriers' own",
    "100.128.0.0": "just above the carriers' own",
    "172.15.255.255": "just below the private ones",
    "172.32.0.0": "just above the private ones",
    "223.255.255.255": "just below multicast",
    "2606:4700:4700::1111": "a resolver",
    "2a00:1450:4001:800::200e": "a search engine",
    "::ffff:8.8.8.8": "a public IPv4 address, mapped",
    "64:ff9b::8.8.8.8": "a public IPv4 address behind NAT64",
    "2002:808:808::1": "a public IPv4 address by 6to4",
}
NOT_PUBLIC = {
    "127.0.0.1": "loopback",
    "127.255.255.254": "loopback",
    "0.0.0.0": "this host",
    "0.1.2.3": "this network",
    "10.0.0.1": "private",
    "172.16.0.1": "private",
    "172.31.255.255": "private",
    "192.168.1.1": "private",
    "169.254.1.1": "link-local",
    "169.254.169.254": "metadata of clouds",
    "100.64.0.1": "shared by carriers",
    "100.100.100.200": "metadata of clouds",
    "100.127.255.255": "shared by carriers",
    "192.0.0.1": "protocol assignments",
    "192.0.0.192": "metadata of clouds",
    "192.0.2.1": "documentation",
    "198.51.100.1": "documentation",
    "203.0.113.1": "documentation",
    "192.88.99.1": "6to4 relays",
    "198.18.0.1": "benchmarks",
    "198.19.255.255": "benchmarks",
    "224.0.0.1": "multicast",
    "239.255.255.250": "multicast",
    "240.0.0.1": "reserved",
    "255.255.255.255": "broadcast",
    "::": "unspecified",
    "::1": "loopback",
    "::127.0.0.1": "loopback, compatible",
    "::8.8.8.8": "compatible",
    "::ffff:127.0.0.1": "loopback, mapped",
    "::ffff:10.0.0.1": "private, mapped",
    "::ffff:169.254.169.254": "metadata, mapped",
    "64:ff9b::127.0.0.1": "loopback behind NAT64",
    "64:ff9b::10.0.0.1": "private behind NAT64",
    "64:ff9b::169.254.169.254": "metadata behind NAT64",
    "64:ff9b:1::1": "local NAT64",
    "2002:7f00:1::": "loopback by 6to4",
    "2002:a00:1::1": "private by 6to4",
    "2002:a9fe:a9fe::1": "metadata by 6to4",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2": "Teredo",
    "2001:0:7f00:1::1": "Teredo with a server on loopback",
    "2001:db8::1": "documentation",
    "3fff::1": "documentation",
    "2001:2::1": "benchmarks",
    "2001:20::1": "ORCHIDv2",
    "100::1": "discarded",
    "5f00::1": "segment routing",
    "fc00::1": "unique local",
    "fd00:ec2::254": "metadata of clouds",
    "fe80::1": "link-local",
    "fe80::1%eth0": "link-local with a zone",
    "::1%lo": "loopback with a zone",
    "fec0::1": "site-local",
    "ff02::1": "multicast",
}


@pytest.mark.parametrize(("address", "what"), PUBLIC.items())
def test_public_address_may_be_reached(address: str, what: str) -> None:
    assert AddressPolicy().permits(ip_address(address), 443), what


@pytest.mark.parametrize(("address", "what"), NOT_PUBLIC.items())
def test_other_address_may_not_be_reached(address: str, what: str) -> None:
    assert not AddressPolicy().permits(ip_address(address), 443), what


@pytest.mark.parametrize("host", ["127.0.0.1", "fe80::1%eth0", "localhost", "", "127.1", "[::1]"])
def test_check_refuses_what_is_not_public_or_not_numeric(host: str) -> None:
    with pytest.raises(ForbiddenAddress) as caught:
        AddressPolicy().check(host, 80)

    assert caught.value.code is ErrorCode.FORBIDDEN_ADDRESS


def test_check_lets_public_addresses_through() -> None:
    AddressPolicy().check("8.8.8.8", 80)


@pytest.mark.parametrize(
    ("host", "name", "start", "cure"),
    [
        ("10.0.0.1", None, "10.0.0.1 is not a public address.", "=10.0.0.1:80"),
        ("10.0.0.1", "10.0.0.1", "10.0.0.1 is not a public address.", "=10.0.0.1:80"),
        ("::1", "a.example", "a.example leads to ::1, which is not a public", "=[::1]:80"),
    ],
)
def test_refusal_names_the_address_and_the_cure(
    host: str, name: str | None, start: str, cure: str
) -> None:
    with pytest.raises(ForbiddenAddress) as caught:
        AddressPolicy().check(host, 80, name=name)

    assert caught.value.message.startswith(start)
    assert caught.value.message.endswith(f"ARGOSY_ALLOW_NETWORKS{cure}")


@pytest.mark.parametrize(
    "host", ["169.254.169.254", "fe80::1", "fe80::1%lo", "0.0.0.0", "::", "::ffff:127.0.0.1"]
)
def test_refusal_names_no_cure_that_nobody_should_take(host: str) -> None:
    with pytest.raises(ForbiddenAddress) as caught:
        AddressPolicy().check(host, 80)

    assert caught.value.message == f"{host} is not a public address."


@pytest.mark.parametrize(
    ("allowed", "address", "port", "permitted"),
    [
        ("10.0.0.0/8", "10.1.2.3", 80, True),
        ("10.0.0.0/8", "10.1.2.3", 9999, True),
        ("10.0.0.0/8", "11.0.0.1", 80, True),
        ("10.0.0.0/8", "192.168.0.1", 80, False),
        ("10.0.0.0/8", "::ffff:10.1.2.3", 80, True),
        ("10.0.0.0/8", "64:ff9b::10.1.2.3", 80, True),
        ("127.0.0.1:9000", "127.0.0.1", 9000, True),
        ("127.0.0.1:9000", "127.0.0.1", 9001, False),
        ("127.0.0.1:9000", "127.0.0.2", 9000, False),
        ("127.0.0.1:9000", "::1", 9000, False),
        ("[::1]:9000", "::1", 9000, True),
        ("[::1]:9000", "::1", 80, False),
        ("[::1]:9000", "127.0.0.1", 9000, False),
        ("fd00::/8", "fd12::1", 80, True),
        ("fd00::/8", "fe80::1", 80, False),
    ],
)
def test_listed_network_may_be_reached_on_its_port(
    allowed: str, address: str, port: int, permitted: bool
) -> None:
    policy = AddressPolicy([AllowedNetwork.parse(allowed)])

    assert policy.permits(ip_address(address), port) is permitted


def test_each_of_several_networks_is_allowed() -> None:
    policy = AddressPolicy([AllowedNetwork.parse(text) for text in ("10.0.0.0/8", "::1")])

    found = [policy.permits(ip_address(a), 80) for a in ("10.0.0.1", "::1", "127.0.0.1")]

    assert found == [True, True, False]


@pytest.mark.parametrize(
    ("text", "network", "port"),
    [
        ("10.0.0.0/8", "10.0.0.0/8", None),
        ("10.1.2.3/8", "10.0.0.0/8", None),
        (" 10.0.0.1 ", "10.0.0.1/32", None),
        ("10.0.0.0/8:80", "10.0.0.0/8", 80),
        ("127.0.0.1:9000", "127.0.0.1/32", 9000),
        ("127.0.0.1:65535", "127.0.0.1/32", 65535),
        ("::1", "::1/128", None),
        ("fd00::/8", "fd00::/8", None),
        ("[::1]", "::1/128", None),
        ("[::1]:9000", "::1/128", 9000),
        ("[fd00::/8]:80", "fd00::/8", 80),
    ],
)
def test_network_is_read_and_written_back(text: str, network: str, port: int | None) -> None:
    parsed = AllowedNetwork.parse(text)

    assert (parsed.network, parsed.port) == (ip_network(network), port)
    assert AllowedNetwork.parse(str(parsed)) == parsed


@pytest.mark.parametrize(
    "text",
    [
        "",
        "*",
        "everything",
        "example.com",
        "example.com:80",
        "10.0.0.0/33",
        "10.0.0",
        "1:2",
        "256.0.0.1",
        "127.0.0.1:0",
        "127.0.0.1:65536",
        "127.0.0.1:-1",
        "127.0.0.1:http",
        "[::1]:x",
        "::1/129",
        "http://10.0.0.1",
    ],
)
def test_what_is_no_network_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        AllowedNetwork.parse(text)
