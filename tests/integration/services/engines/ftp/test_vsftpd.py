"""A real server: vsftpd, which starts for each connection and runs as whoever runs the tests."""

import os
from pathlib import Path

import pytest

from services.engines.ftp.engine import FtpEngine
from services.engines.options import Secrets
from services.errors import ErrorCode
from tests.fakes.inetd import Inetd
from tests.integration.services.engines.ftp.fetching import (
    BODY,
    HALF,
    MODIFIED,
    a_job,
    cut_off,
    failing,
    fetched,
    finished_files,
)
from tests.needs import needs

CERTIFICATE = Path(__file__).parents[4] / "fakes/localhost.pem"


@pytest.fixture
def served(tmp_path: Path) -> Path:
    """The folder that the server gives files from."""
    folder = tmp_path / "served"
    (folder / "pub").mkdir(parents=True)
    file = folder / "pub/a.bin"
    file.write_bytes(BODY)
    os.utime(file, (MODIFIED.timestamp(), MODIFIED.timestamp()))
    return folder


def vsftpd(served: Path, *lines: str) -> Inetd:
    """Return a server with these lines in its configuration."""
    (program,) = needs("vsftpd")
    configuration = served.parent / "vsftpd.conf"
    usual = (
        "listen=NO",
        "run_as_launching_user=YES",
        "anonymous_enable=YES",
        f"anon_root={served}",
        "local_enable=NO",
        "seccomp_sandbox=NO",
    )
    configuration.write_text("\n".join((*usual, *lines, "")))
    return Inetd(program, str(configuration))


async def test_file_comes_whole(engine: FtpEngine, root: Path, served: Path) -> None:
    async with vsftpd(served) as server:
        result = await engine.fetch(a_job(f"ftp://127.0.0.1:{server.port}/pub/a.bin"))

    assert result == fetched("a.bin", BODY)
    assert finished_files(root) == {"alice/films/a.bin": BODY}


async def test_rest_is_fetched_after_a_stop(engine: FtpEngine, root: Path, served: Path) -> None:
    async with vsftpd(served, "anon_max_rate=400000") as server:
        await cut_off(engine, f"ftp://127.0.0.1:{server.port}/pub/a.bin")
        part = (root / ".incomplete").glob("*.part")
        kept = next(part).read_bytes()
        result = await engine.fetch(a_job(f"ftp://127.0.0.1:{server.port}/pub/a.bin"))

    assert kept[:HALF] == BODY[:HALF]
    assert result == fetched("a.bin", BODY)
    assert finished_files(root) == {"alice/films/a.bin": BODY}


@pytest.mark.parametrize(
    ("path", "code"),
    [("/pub/missing.bin", ErrorCode.NOT_FOUND), ("/pub", ErrorCode.INVALID_URL)],
)
async def test_what_is_no_file_is_not_fetched(
    engine: FtpEngine, served: Path, path: str, code: ErrorCode
) -> None:
    async with vsftpd(served) as server:
        error = await failing(engine, f"ftp://127.0.0.1:{server.port}{path}")

    assert (error.code, error.temporary) == (code, False)


async def test_login_is_refused_for_good(engine: FtpEngine, served: Path) -> None:
    async with vsftpd(served) as server:
        url = f"ftp://127.0.0.1:{server.port}/pub/a.bin"
        error = await failing(engine, url, secrets=Secrets(username="alice", password="x"))

    assert (error.code, error.temporary) == (ErrorCode.LOGIN_REFUSED, False)


TLS = (
    "ssl_enable=YES",
    "allow_anon_ssl=YES",
    "force_anon_data_ssl=YES",
    "require_ssl_reuse=YES",
    f"rsa_cert_file={CERTIFICATE}",
    "ssl_ciphers=HIGH",
)


@pytest.fixture
def _trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Trust the certificate of the tests, as an operator does who has one of their own."""
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))


WAYS = [("ftps", "implicit_ssl=YES"), ("ftpes", "implicit_ssl=NO")]


@pytest.mark.usefixtures("_trusted")
@pytest.mark.parametrize(("scheme", "line"), WAYS)
async def test_file_comes_over_tls(
    engine: FtpEngine, root: Path, served: Path, scheme: str, line: str
) -> None:
    async with vsftpd(served, *TLS, line) as server:
        result = await engine.fetch(a_job(f"{scheme}://localhost:{server.port}/pub/a.bin"))

    assert result == fetched("a.bin", BODY)
    assert finished_files(root) == {"alice/films/a.bin": BODY}


@pytest.mark.parametrize(("scheme", "line"), WAYS)
async def test_unknown_certificate_is_not_trusted(
    engine: FtpEngine, served: Path, scheme: str, line: str
) -> None:
    async with vsftpd(served, *TLS, line) as server:
        error = await failing(engine, f"{scheme}://localhost:{server.port}/pub/a.bin")

    assert (error.code, error.temporary) == (ErrorCode.TLS_FAILED, False)
