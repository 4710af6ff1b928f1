"""Clients that show a certificate, to servers that are verified as ever."""

import ssl
from pathlib import Path

import pytest
from yarl import URL

from services.errors import ErrorCode, FetchFailed, InvalidInput
from services.outgoing import sessions as sessions_module
from services.outgoing.certificates import client_tls
from services.outgoing.routes import Route
from services.outgoing.visitor import Visitor
from tests.fakes.authority import Authority
from tests.fakes.wire import Wire, answer
from tests.integration.services.outgoing.going import client_here, failure, go

OK = answer("200 OK", body=b"body")


def demanding(folder: Path, authority: Authority) -> ssl.SSLContext:
    """Return a server's side of TLS that wants to see a certificate of `authority`."""
    (folder / "server.pem").write_text("".join(authority.issue("localhost")))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem")
    context.load_verify_locations(authority.save(folder / "ca.pem"))
    context.verify_mode = ssl.CERT_REQUIRED
    return context


async def test_certificate_is_shown(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    authority = Authority()
    tls = demanding(tmp_path, authority)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    client = client_here()
    async with Wire(OK, tls=tls) as wire:
        route = Route(None, *authority.issue("client"))
        answered = await go(client, wire.url, Visitor(origin=URL(wire.url), route=route))

    await client.close()
    assert answered == (200, b"body")


async def test_server_is_verified_although_a_certificate_is_shown(tmp_path: Path) -> None:
    authority = Authority()
    client = client_here()
    async with Wire(OK, tls=demanding(tmp_path, authority)) as wire:
        route = Route(None, *authority.issue("client"))
        error = await failure(go(client, wire.url, Visitor(origin=URL(wire.url), route=route)))

        assert wire.heard == []
    await client.close()
    assert isinstance(error, FetchFailed)
    assert (error.code, error.temporary) == (ErrorCode.TLS_FAILED, False)


def test_certificate_and_key_may_come_in_one_text() -> None:
    certificate, key = Authority().issue("client")

    context = client_tls(certificate + key, None)

    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)


def test_what_cannot_be_used_is_refused_about_its_field() -> None:
    authority = Authority()
    certificate, key = authority.issue("client", password=b"hunter2")
    _, other = authority.issue("other")
    cases = [("", None), ("PEM", "PEM"), (certificate, None), (certificate, key)]
    cases += [(certificate, other), ("ä", None), (certificate * 200, key)]

    for pair in cases:
        with pytest.raises(InvalidInput) as caught:
            client_tls(*pair, field="certificate")
        assert caught.value.field == "certificate"


async def test_only_so_many_idle_routes_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions_module, "IDLE_SESSIONS", 2)
    authority = Authority()
    client = client_here()
    routes = [Route(None, *authority.issue(f"client{number}")) for number in range(4)]
    async with Wire(OK, OK, OK, OK, OK) as wire:
        for route in (Route(), *routes):
            await go(client, wire.url, Visitor(origin=URL(wire.url), route=route))

    kept = list(client._sessions._kept)
    await client.close()
    assert kept == [Route(), *routes[2:]]
