"""The cookie of a browser: its name and what it may be used for."""

from datetime import timedelta

import pytest
from starlette.requests import HTTPConnection
from starlette.responses import Response

from argosy.http.cookies import SessionCookie

DAY = timedelta(days=1)


def connection(scheme: str, cookie: str = "") -> HTTPConnection:
    headers = [(b"cookie", cookie.encode())]
    return HTTPConnection({"type": "http", "scheme": scheme, "headers": headers})


def test_cookie_is_kept_from_scripts_and_other_sites() -> None:
    response = Response()

    SessionCookie().give(connection("http"), response, "secret", DAY)

    assert response.headers["set-cookie"] == (
        "argosy=secret; HttpOnly; Max-Age=86400; Path=/; SameSite=strict"
    )


@pytest.mark.parametrize(
    ("scheme", "is_public_over_tls"), [("https", False), ("http", True), ("https", True)]
)
def test_cookie_over_tls_is_for_this_host_alone(scheme: str, is_public_over_tls: bool) -> None:
    response = Response()

    cookie = SessionCookie(is_public_over_tls=is_public_over_tls)
    cookie.give(connection(scheme), response, "secret", DAY)

    assert response.headers["set-cookie"] == (
        "__Host-argosy=secret; HttpOnly; Max-Age=86400; Path=/; SameSite=strict; Secure"
    )


@pytest.mark.parametrize(
    ("scheme", "sent", "read"),
    [
        ("http", "argosy=a", "a"),
        ("ws", "other=x; argosy=a", "a"),
        ("https", "__Host-argosy=a; argosy=b", "a"),
        ("wss", "__Host-argosy=a", "a"),
        ("https", "argosy=b", None),  # any host of the domain could have set it
        ("http", "__Host-argosy=a", None),
        ("http", "argosy=", None),
        ("http", f"argosy={'a' * 300}", None),
        ("http", "", None),
    ],
)
def test_cookie_is_read_by_the_name_of_its_connection(
    scheme: str, sent: str, read: str | None
) -> None:
    assert SessionCookie().read(connection(scheme, sent)) == read


def test_withdrawn_cookie_is_of_the_same_name() -> None:
    response = Response()

    SessionCookie().withdraw(connection("https"), response)

    assert response.headers["set-cookie"].startswith('__Host-argosy=""; ')
    assert "Max-Age=0" in response.headers["set-cookie"]
