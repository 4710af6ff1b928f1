"""The cookie of a browser: its name and what it may be used for."""

from datetime import timedelta

import pytest
from starlette.requests import HTTPConnection
from starlette.responses import Response

from argosy.http.cookies import SessionCookie
from argosy.origins import Authority, Origin

DAY = timedelta(days=1)


def connection(
    scheme: str, cookie: str = "", host: str | None = "127.0.0.1:8060"
) -> HTTPConnection:
    headers = [(b"cookie", cookie.encode())]
    state = {"host": None if host is None else Authority.parse(host)}
    return HTTPConnection({"type": "http", "scheme": scheme, "headers": headers, "state": state})


def session_cookie(public: str | None = None) -> SessionCookie:
    return SessionCookie(public=None if public is None else Origin.parse(public))


def test_cookie_is_kept_from_scripts_and_other_sites() -> None:
    response = Response()

    session_cookie().give(connection("http"), response, "secret", DAY)

    assert response.headers["set-cookie"] == (
        "argosy_8060=secret; HttpOnly; Max-Age=86400; Path=/; SameSite=strict"
    )


@pytest.mark.parametrize(
    ("scheme", "public"),
    [
        ("https", None),
        ("https", "http://a.example"),
        ("http", "https://a.example"),
        ("https", "https://a.example:8443"),
    ],
)
def test_cookie_over_tls_is_for_this_host_alone(scheme: str, public: str | None) -> None:
    response = Response()

    session_cookie(public).give(connection(scheme), response, "secret", DAY)

    assert response.headers["set-cookie"] == (
        "__Host-argosy=secret; HttpOnly; Max-Age=86400; Path=/; SameSite=strict; Secure"
    )


@pytest.mark.parametrize(
    ("scheme", "sent", "read"),
    [
        ("http", "argosy_8060=a", "a"),
        ("ws", "other=x; argosy_8060=a", "a"),
        ("http", "argosy_8061=b; argosy_8060=a", "a"),
        ("http", "argosy_8061=b", None),  # of another server on this machine
        ("http", "argosy=b", None),
        ("https", "__Host-argosy=a; argosy_8060=b", "a"),
        ("wss", "__Host-argosy=a", "a"),
        ("https", "argosy_8060=b", None),  # any host of the domain could have set it
        ("http", "__Host-argosy=a", None),
        ("http", "argosy_8060=", None),
        ("http", f"argosy_8060={'a' * 300}", None),
        ("http", "", None),
    ],
)
def test_cookie_is_read_by_the_name_of_its_connection(
    scheme: str, sent: str, read: str | None
) -> None:
    assert session_cookie().read(connection(scheme, sent)) == read


@pytest.mark.parametrize(
    ("public", "host", "name"),
    [
        (None, "127.0.0.1:8061", "argosy_8061"),
        (None, "[::1]:8061", "argosy_8061"),
        (None, "nas.local", "argosy_80"),
        (None, None, "argosy_80"),  # no browser: HTTP/1.0
        ("http://nas.local:9000", "127.0.0.1:8060", "argosy_9000"),  # a proxy changed it
        ("http://nas.local", "127.0.0.1:8060", "argosy_80"),
    ],
)
def test_cookie_over_http_is_named_for_the_port_that_the_browser_knows(
    public: str | None, host: str | None, name: str
) -> None:
    response = Response()

    session_cookie(public).give(connection("http", host=host), response, "secret", DAY)

    assert response.headers["set-cookie"].startswith(f"{name}=secret; ")


def test_withdrawn_cookie_is_of_the_same_name() -> None:
    response = Response()

    session_cookie().withdraw(connection("https"), response)

    assert response.headers["set-cookie"].startswith('__Host-argosy=""; ')
    assert "Max-Age=0" in response.headers["set-cookie"]
