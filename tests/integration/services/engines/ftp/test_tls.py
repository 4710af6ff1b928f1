"""TLS that is asked for on the way (ftpes), and nothing without it."""

import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.engines.ftp.engine import FtpEngine
from services.engines.loop import EngineLoop
from services.engines.options import Options, Patience, Secrets
from services.errors import ErrorCode
from tests.fakes.authority import Authority
from tests.fakes.ftp import FtpServer, Script
from tests.integration.services.engines.ftp.fetching import (
    BODY,
    a_job,
    failing,
    fetched,
    finished_files,
)

LOGIN = Secrets(username="alice", password="wonderland")


@pytest.fixture
def tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """The server's side, with a certificate for `localhost` of an authority that is trusted."""
    authority = Authority()
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.save(tmp_path / "authority.pem")))
    return context(authority, "localhost", tmp_path)


def context(authority: Authority, name: str, folder: Path) -> ssl.SSLContext:
    file = folder / "server.pem"
    file.write_text("".join(authority.issue(name)))
    made = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    made.load_cert_chain(file)
    return made


def url(server: FtpServer) -> str:
    return server.url(scheme="ftpes", host="localhost")


async def test_login_and_file_go_over_tls(
    engine: FtpEngine, root: Path, tls: ssl.SSLContext
) -> None:
    async with FtpServer(Script(BODY), tls=tls) as server:
        result = await engine.fetch(a_job(url(server), secrets=LOGIN))

    assert result == fetched("a.bin", BODY)
    assert finished_files(root) == {"alice/films/a.bin": BODY}
    assert server.heard[:5] == ["AUTH TLS", "USER alice", "PASS wonderland", "PBSZ 0", "PROT P"]


async def test_plain_ftp_asks_for_no_tls(engine: FtpEngine, tls: ssl.SSLContext) -> None:
    async with FtpServer(Script(BODY), tls=tls) as server:
        await engine.fetch(a_job(server.url()))

    assert server.heard_of("AUTH") == []


@pytest.mark.parametrize("reply", ["500 What?", "502 What?", "504 Not TLS.", "534 No."])
async def test_server_without_tls_hears_no_login(engine: FtpEngine, reply: str) -> None:
    async with FtpServer(Script(BODY, replies={"AUTH": reply})) as server:
        error = await failing(engine, url(server), secrets=LOGIN)

    assert (error.code, error.temporary) == (ErrorCode.TLS_FAILED, False)
    assert error.message.startswith(f"localhost begins no TLS when asked: {reply[:-1]}")
    assert server.heard == ["AUTH TLS"]


async def test_unknown_certificate_hears_no_login(engine: FtpEngine, tmp_path: Path) -> None:
    tls = context(Authority("Unknown"), "localhost", tmp_path)
    async with FtpServer(Script(BODY), tls=tls) as server:
        error = await failing(engine, url(server), secrets=LOGIN)

    assert (error.code, error.temporary) == (ErrorCode.TLS_FAILED, False)
    assert server.heard == ["AUTH TLS"]


async def test_certificate_of_another_hears_no_login(
    engine: FtpEngine, tls: ssl.SSLContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del tls
    authority = Authority()
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.save(tmp_path / "other.pem")))
    other = context(authority, "example.com", tmp_path)
    async with FtpServer(Script(BODY), tls=other) as server:
        error = await failing(engine, url(server), secrets=LOGIN)

    assert (error.code, error.temporary) == (ErrorCode.TLS_FAILED, False)
    assert server.heard == ["AUTH TLS"]


@pytest.mark.parametrize("verb", ["PBSZ", "PROT"])
async def test_file_in_the_clear_is_not_fetched(
    engine: FtpEngine, root: Path, tls: ssl.SSLContext, verb: str
) -> None:
    async with FtpServer(Script(BODY, replies={verb: "536 No."}), tls=tls) as server:
        error = await failing(engine, url(server))

    assert (error.code, error.temporary) == (ErrorCode.BAD_RESPONSE, False)
    assert server.heard_of("RETR") == []
    assert finished_files(root) == {}


@pytest.fixture
async def loop() -> AsyncIterator[EngineLoop]:
    """The loop that engines run on, which is of another kind than that of the tests."""
    made = EngineLoop()
    made.start()
    yield made
    await made.stop()


async def test_loop_of_the_engines_takes_up_tls_too(
    engine: FtpEngine, loop: EngineLoop, tls: ssl.SSLContext
) -> None:
    async with FtpServer(Script(BODY, injected="\r\n230 Welcome."), tls=tls) as server:
        result = await loop.call(engine.fetch(a_job(url(server), secrets=LOGIN)))

    assert result == fetched("a.bin", BODY)
    assert server.heard_of("PASS") == ["PASS wonderland"]


async def test_words_in_front_of_tls_are_not_believed(
    engine: FtpEngine, root: Path, tls: ssl.SSLContext
) -> None:
    injected = "\r\n230 Welcome.\r\n200 Yes.\r\n200 Yes.\r\n200 Yes.\r\n213 5"
    async with FtpServer(Script(BODY, injected=injected), tls=tls) as server:
        result = await engine.fetch(a_job(url(server), secrets=LOGIN))

    assert result == fetched("a.bin", BODY)
    assert server.heard_of("PASS") == ["PASS wonderland"]
    assert finished_files(root) == {"alice/films/a.bin": BODY}


@pytest.mark.parametrize("behind", ["", "\r\n220 And now in the clear.\r\n230 Welcome."])
async def test_server_that_begins_no_tls_hears_no_login(engine: FtpEngine, behind: str) -> None:
    options = Options(patience=Patience(connect=0.2, silence=0.2))
    async with FtpServer(Script(BODY, replies={"AUTH": f"234 Go ahead.{behind}"})) as server:
        error = await failing(engine, url(server), options=options, secrets=LOGIN)

    assert error.code in {ErrorCode.TLS_FAILED, ErrorCode.TIMED_OUT}
    assert error.temporary
    assert server.heard_of("USER") == []
