"""Servers that do not prove who they are: nothing is fetched from them."""

import ssl
from pathlib import Path

import pytest

from services.engines.engine import Job, Meter
from services.errors import ErrorCode
from services.tasks.running.retries import TRIES
from tests.fakes.fault_behaviours import File, goes
from tests.fakes.faults import FaultServer
from tests.integration.services.engines.http.faults.cases import (
    BODY,
    HASTY,
    PLACE,
    TASK_ID,
    Case,
    Outcome,
    an_engine,
    check,
    files,
    persist,
)

CERTIFICATE = Path(__file__).parents[5] / "fakes/localhost.pem"


@pytest.fixture
def tls() -> ssl.SSLContext:
    """A server's side of TLS whose certificate nobody vouches for."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    return context


async def fetched_from(url: str, tmp_path: Path) -> Outcome:
    root = tmp_path / "downloads"
    root.mkdir()
    async with an_engine(root, "127.0.0.1") as engine:
        outcome = await persist(engine, Job(TASK_ID, url, PLACE, Meter(), options=HASTY))
        await engine.discard(TASK_ID, PLACE)
    assert files(tmp_path) == {}
    return outcome


async def test_unknown_certificate_is_refused_at_once(tls: ssl.SSLContext, tmp_path: Path) -> None:
    case = Case("", File(BODY), requests=0, sent=0, code=ErrorCode.TLS_FAILED)

    server = await check(case, tmp_path, tls=tls)

    assert server.connections == 0  # the handshake did not come to its end


async def test_unknown_certificate_is_refused_behind_a_redirect(
    tls: ssl.SSLContext, tmp_path: Path
) -> None:
    async with FaultServer({"/a.zip": File(BODY)}, tls=tls) as secure:
        redirect = goes(f"{secure.url}/a.zip")
        async with FaultServer({"/a.zip": redirect}) as server:
            outcome = await fetched_from(f"{server.url}/a.zip", tmp_path)

        assert [error.code for error in outcome.errors] == [ErrorCode.TLS_FAILED]
        assert (len(server.heard), len(secure.heard)) == (1, 0)


async def test_server_without_tls_gets_no_request(tmp_path: Path) -> None:
    async with FaultServer({"/a.zip": File(BODY)}) as server:
        outcome = await fetched_from(f"https://127.0.0.1:{server.port}/a.zip", tmp_path)

        assert [error.code for error in outcome.errors] == [ErrorCode.TIMED_OUT] * TRIES
        assert server.heard == []


async def test_tls_is_not_gone_without(tls: ssl.SSLContext, tmp_path: Path) -> None:
    async with FaultServer({"/a.zip": File(BODY)}, tls=tls) as server:
        outcome = await fetched_from(f"http://127.0.0.1:{server.port}/a.zip", tmp_path)

        assert len(outcome.errors) == TRIES
        assert outcome.fetched is None
        assert server.heard == []
