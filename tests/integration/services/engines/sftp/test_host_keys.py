"""Which host keys are believed."""

from dataclasses import replace
from pathlib import Path

import pytest

from services.engines.sftp.engine import SftpEngine
from services.errors import ErrorCode
from tests.integration.services.engines.sftp.fetching import (
    TASK_ID,
    a_job,
    failing,
    fetched,
    finished_files,
)
from tests.integration.services.engines.sftp.serving import BODY, Served, new_key

KINDS = ["ssh-ed25519", "ecdsa-sha2-nistp256", "ssh-rsa"]


@pytest.fixture
def served(tmp_path: Path) -> Served:
    return Served(tmp_path / "served")


@pytest.mark.parametrize("kind", KINDS)
async def test_first_key_is_remembered_and_believed_again(
    engine: SftpEngine, served: Served, known_hosts: Path, kind: str
) -> None:
    served.host_key = new_key(kind)
    async with served.sshd() as server:
        await engine.fetch(a_job(served.url(server), served.secrets))
        await engine.forget(TASK_ID)
        await engine.fetch(a_job(served.url(server), served.secrets))

    line = served.host_key.export_public_key().decode().split()
    assert known_hosts.read_text() == f"[127.0.0.1]:{server.port} {line[0]} {line[1]}\n"
    assert known_hosts.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("kind", KINDS)
async def test_changed_key_is_refused_for_good(
    engine: SftpEngine, root: Path, served: Served, known_hosts: Path, kind: str
) -> None:
    async with served.sshd() as server:
        await engine.fetch(a_job(served.url(server), served.secrets))
        await engine.forget(TASK_ID)
        before = known_hosts.read_text()
        served.host_key = new_key(kind)
        served.sshd()  # writes the key
        error = await failing(engine, served.url(server), served.secrets)

    assert (error.code, error.temporary) == (ErrorCode.HOST_KEY_REFUSED, False)
    assert known_hosts.read_text() == before
    assert finished_files(root) == {"alice/films/a.bin": BODY}


@pytest.mark.parametrize("kind", KINDS)
async def test_given_key_is_believed(
    engine: SftpEngine, served: Served, known_hosts: Path, kind: str
) -> None:
    served.host_key = new_key(kind)
    async with served.sshd() as server:
        secrets = replace(served.secrets, host_key=served.fingerprint)
        result = await engine.fetch(a_job(served.url(server), secrets))

    assert result == fetched("a.bin", BODY)
    assert not known_hosts.exists()


async def test_other_key_than_given_is_refused_for_good(
    engine: SftpEngine, root: Path, served: Served
) -> None:
    given = new_key().get_fingerprint()
    async with served.sshd() as server:
        error = await failing(engine, served.url(server), replace(served.secrets, host_key=given))

    assert (error.code, error.temporary) == (ErrorCode.HOST_KEY_REFUSED, False)
    assert served.fingerprint in error.message
    assert finished_files(root) == {}


async def test_cut_line_does_not_swallow_the_next(
    engine: SftpEngine, served: Served, known_hosts: Path
) -> None:
    known_hosts.parent.mkdir()
    known_hosts.write_text("example.com ssh-ed25519 AAA")
    async with served.sshd() as server:
        await engine.fetch(a_job(served.url(server), served.secrets))

    assert known_hosts.read_text().splitlines()[1].startswith(f"[127.0.0.1]:{server.port} ")


async def test_unusable_file_of_keys_is_told(
    engine: SftpEngine, served: Served, known_hosts: Path
) -> None:
    known_hosts.mkdir(parents=True)
    async with served.sshd() as server:
        error = await failing(engine, served.url(server), served.secrets)

    assert (error.code, error.temporary) == (ErrorCode.WRITE_FAILED, True)
