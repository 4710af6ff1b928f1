"""Whole files from OpenSSH, what stands in their way, and what is gone on with."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from services.engines.options import Filters, Options, Patience, Secrets
from services.engines.sftp.engine import SftpEngine
from services.errors import ErrorCode, Skipped
from services.outgoing.addresses import AddressPolicy, ForbiddenAddress
from tests.fakes.canary import Canary
from tests.fakes.inetd import Inetd
from tests.fakes.meter import WatchedMeter
from tests.integration.services.engines.sftp.fetching import (
    PLACE,
    TASK_ID,
    a_job,
    failing,
    fetched,
    finished_files,
)
from tests.integration.services.engines.sftp.serving import (
    BODY,
    MODIFIED,
    OTHER_BODY,
    USER,
    Served,
    new_key,
    pem,
)

HALF = 1_000_000


@pytest.fixture
def served(tmp_path: Path) -> Served:
    return Served(tmp_path / "served")


async def test_file_lies_in_its_place_and_keeps_its_time(
    engine: SftpEngine, root: Path, served: Served
) -> None:
    async with served.sshd() as server:
        result = await engine.fetch(a_job(served.url(server), served.secrets))

    assert result == fetched("a.bin", BODY)
    assert finished_files(root) == {"alice/films/a.bin": BODY}
    assert (root / "alice/films/a.bin").stat().st_mtime == MODIFIED.timestamp()


@pytest.mark.parametrize("size", [0, 1, (128 << 10) - 1, 128 << 10, (128 << 10) + 1])
async def test_size_is_of_no_importance(engine: SftpEngine, served: Served, size: int) -> None:
    served.put(BODY[:size], MODIFIED)
    async with served.sshd() as server:
        result = await engine.fetch(a_job(served.url(server), served.secrets))

    assert result == fetched("a.bin", BODY[:size])


async def test_link_leads_to_its_file(engine: SftpEngine, root: Path, served: Served) -> None:
    (served.folder / "newest.bin").symlink_to("a.bin")
    async with served.sshd() as server:
        url = served.url(server).replace("a.bin", "newest.bin")
        await engine.fetch(a_job(url, served.secrets))

    assert finished_files(root) == {"alice/films/newest.bin": BODY}


async def test_unwanted_size_is_skipped(engine: SftpEngine, root: Path, served: Served) -> None:
    options = Options(filters=Filters(max_size=1000))
    async with served.sshd() as server:
        with pytest.raises(Skipped):
            await engine.fetch(a_job(served.url(server), served.secrets, options=options))

    assert finished_files(root) == {}


async def test_rest_is_fetched_after_a_stop(engine: SftpEngine, root: Path, served: Served) -> None:
    async with served.sshd() as server:
        meter = WatchedMeter(HALF)
        job = a_job(served.url(server), served.secrets, meter=meter)
        fetching = asyncio.create_task(engine.fetch(job))
        await meter.reached()
        fetching.cancel()
        with pytest.raises(asyncio.CancelledError):
            await fetching
        result = await engine.fetch(a_job(served.url(server), served.secrets))

    assert result == fetched("a.bin", BODY)
    assert finished_files(root) == {"alice/films/a.bin": BODY}
    assert server.sent[-1] < len(BODY) - HALF + 100_000


async def test_cut_connection_is_gone_on_from(
    engine: SftpEngine, root: Path, served: Served
) -> None:
    async with served.sshd(cuts=[HALF]) as server:
        error = await failing(engine, served.url(server), served.secrets)
        result = await engine.fetch(a_job(served.url(server), served.secrets))

    assert (error.code, error.temporary) == (ErrorCode.INCOMPLETE, True)
    assert result == fetched("a.bin", BODY)
    assert sum(server.sent) < len(BODY) + 500_000


async def test_changed_file_is_fetched_from_its_start(
    engine: SftpEngine, root: Path, served: Served
) -> None:
    async with served.sshd(cuts=[HALF]) as server:
        await failing(engine, served.url(server), served.secrets)
        served.put(OTHER_BODY, MODIFIED + timedelta(seconds=1))
        await engine.fetch(a_job(served.url(server), served.secrets))

    assert finished_files(root) == {"alice/films/a.bin": OTHER_BODY}
    assert server.sent[1] > len(OTHER_BODY)


async def test_discarded_task_leaves_no_trace(
    engine: SftpEngine, root: Path, served: Served
) -> None:
    async with served.sshd(cuts=[HALF]) as server:
        await failing(engine, served.url(server), served.secrets)
    kept = await engine.leftovers()
    await engine.discard(TASK_ID, PLACE)

    assert kept == {TASK_ID}
    assert [path for path in root.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    "secrets",
    [
        Secrets(username=USER, password="wrong"),
        Secrets(username=USER, private_key=pem(new_key())),
        Secrets(username="nobody-by-that-name", password="x"),
        Secrets(username=USER, private_key="no key at all"),
        Secrets(),
    ],
    ids=["password", "key", "name", "nonsense", "nothing"],
)
async def test_login_is_refused_for_good(
    engine: SftpEngine, served: Served, secrets: Secrets
) -> None:
    async with served.sshd() as server:
        error = await failing(engine, served.url(server), secrets)

    assert (error.code, error.temporary) == (ErrorCode.LOGIN_REFUSED, False)


async def test_missing_file_is_missing_for_good(engine: SftpEngine, served: Served) -> None:
    async with served.sshd() as server:
        error = await failing(engine, served.url(server) + ".missing", served.secrets)

    assert (error.code, error.temporary) == (ErrorCode.NOT_FOUND, False)


@pytest.mark.parametrize("path", ["", "/served", "/a%00b", "/pub/"])
async def test_path_of_no_file_is_refused(
    engine: SftpEngine, tmp_path: Path, served: Served, path: str
) -> None:
    async with served.sshd() as server:
        url = f"sftp://127.0.0.1:{server.port}{path and f'{tmp_path}{path}'}"
        error = await failing(engine, url, served.secrets)

    assert (error.code, error.temporary) == (ErrorCode.INVALID_URL, False)


async def test_forbidden_address_is_not_reached(root: Path, known_hosts: Path) -> None:
    engine = SftpEngine(root=root, policy=AddressPolicy(), known_hosts=known_hosts)
    async with Canary() as canary:
        with pytest.raises(ForbiddenAddress):
            await engine.fetch(a_job(f"sftp://127.0.0.1:{canary.port}/a.bin", Secrets()))

        assert await canary.visitors() == 0


async def test_other_protocol_is_no_ssh(engine: SftpEngine) -> None:
    async with Inetd("yes", "HTTP/1.1 400 Bad Request") as server:
        error = await failing(engine, f"sftp://127.0.0.1:{server.port}/a.bin", Secrets())

    assert (error.code, error.temporary) == (ErrorCode.CONNECTION_FAILED, True)


async def test_silent_server_is_left(engine: SftpEngine) -> None:
    options = Options(patience=Patience(silence=0.1, connect=0.1))
    async with Inetd("sleep", "60") as server:
        url = f"sftp://127.0.0.1:{server.port}/a.bin"
        error = await failing(engine, url, Secrets(), options=options)

    assert (error.code, error.temporary) == (ErrorCode.TIMED_OUT, True)


async def test_key_of_this_machine_takes_no_part(
    engine: SftpEngine, served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home/.ssh"
    home.mkdir(parents=True)
    (home / "id_ed25519").write_text(pem(served.client_key))
    monkeypatch.setenv("HOME", str(home.parent))
    async with served.sshd() as server:
        secrets = replace(served.secrets, private_key=None)
        error = await failing(engine, served.url(server), secrets)

    assert error.code is ErrorCode.LOGIN_REFUSED
