"""Digest logins, by the examples of RFC 7616 and RFC 2069."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.outgoing.digest_login import Challenge, DigestLogin, challenge_in

NONCE = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v"
OPAQUE = "FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"
CHANCE = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"
SAID = (
    'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm={}, '
    f'nonce="{NONCE}", opaque="{OPAQUE}"'
)


def said(header: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in header.removeprefix("Digest ").split(", "))
    return {name: value.strip('"') for name, _, value in pairs}


@pytest.mark.parametrize(
    ("algorithm", "response"),
    [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ],
)
def test_answer_is_that_of_the_standard(algorithm: str, response: str) -> None:
    challenge = challenge_in([SAID.format(algorithm)])
    assert challenge is not None

    login = DigestLogin("Mufasa", "Circle of Life", challenge)
    header = said(login.header("GET", "/dir/index.html", chance=CHANCE))

    assert header == {
        "username": "Mufasa",
        "realm": "http-auth@example.org",
        "nonce": NONCE,
        "uri": "/dir/index.html",
        "algorithm": algorithm,
        "response": response,
        "opaque": OPAQUE,
        "qop": "auth",
        "nc": "00000001",
        "cnonce": CHANCE,
    }


def test_answer_to_an_old_server_is_that_of_the_old_standard() -> None:
    nonce = "dcd98b7102dd2f0e8b11d0f600bfb0c093"
    challenge = Challenge("testrealm@host.com", nonce, "MD5", qop=False)

    login = DigestLogin("Mufasa", "CircleOfLife", challenge)
    header = said(login.header("GET", "/dir/index.html"))

    assert header["response"] == "1949323746fe6a43ef61f9606e7febea"
    assert not {"qop", "nc", "cnonce"} & set(header)


def test_each_request_counts_and_brings_another_chance() -> None:
    login = DigestLogin("a", "b", Challenge("r", "n", "SHA-256"))

    headers = [said(login.header("GET", "/")) for _ in range(3)]

    assert [header["nc"] for header in headers] == ["00000001", "00000002", "00000003"]
    assert len({header["cnonce"] for header in headers}) == 3


@pytest.mark.parametrize(
    ("headers", "algorithm"),
    [
        ([SAID.format("MD5"), SAID.format("SHA-256")], "SHA-256"),
        ([SAID.format("SHA-256") + ", " + SAID.format("MD5")], "SHA-256"),
        (['Basic realm="Digest nonce=1", ' + SAID.format("md5")], "md5"),
        (['Digest realm="r",nonce="n"'], "MD5"),
        (['digest  realm = "r" ,, nonce = n, qop=auth'], "MD5"),
        (["Negotiate a2=="], None),
        (['Digest realm="r", nonce=""'], None),
        (['Digest realm="r"'], None),
        (['Digest nonce="n"'], None),
        (['Digest realm="r", nonce="n", qop="auth-int"'], None),
        (['Digest realm="r", nonce="n", algorithm=SHA-512-256'], None),
        (['Digest realm="r\x85", nonce="n"'], None),
        (['Digest realm="' + "r" * 5000 + '", nonce="n"'], None),
        (["Digest", ""], None),
        ([], None),
    ],
)
def test_strongest_challenge_that_can_be_met_is_taken(
    headers: list[str], algorithm: str | None
) -> None:
    found = challenge_in(headers)

    assert (found and found.algorithm) == algorithm


def test_strings_are_read_and_written_with_their_escapes() -> None:
    found = challenge_in([r'Digest realm="a \"b\" \\ c", nonce="n", stale=True'])
    assert found is not None

    assert (found.realm, found.is_stale) == (r'a "b" \ c', True)
    assert r'realm="a \"b\" \\ c"' in DigestLogin("a", "b", found).header("GET", "/")


@given(st.text(max_size=300))
def test_no_header_breaks_the_reader(header: str) -> None:
    found = challenge_in([f"Digest {header}"])

    assert found is None or found.nonce
