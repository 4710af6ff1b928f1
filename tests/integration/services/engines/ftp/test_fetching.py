"""Whole files, and what stands in their way."""

from dataclasses import replace
from pathlib import Path

import pytest

from services.engines.engine import Previous
from services.engines.ftp.engine import FtpEngine
from services.engines.options import (
    Algorithm,
    Checksum,
    Conflict,
    Filters,
    Options,
    Patience,
    ProxyKind,
    Secrets,
)
from services.engines.rates import Rate
from services.engines.unfinished.finish import Hash
from services.errors import ErrorCode, Skipped
from services.outgoing.addresses import AddressPolicy, AllowedNetwork, ForbiddenAddress
from tests.fakes.canary import Canary
from tests.fakes.ftp import FtpServer, Script
from tests.fakes.proxy import SocksProxy
from tests.integration.services.engines.ftp.fetching import (
    BODY,
    MODIFIED,
    OTHER_BODY,
    TASK_ID,
    a_job,
    failing,
    fetched,
    finished_files,
)


class CountingRate(Rate):
    """No limit, but it counts."""

    taken = 0

    def take(self, count: int, now: float) -> float:
        self.taken += count
        return super().take(count, now)


async def test_file_lies_in_its_place_and_keeps_its_time(engine: FtpEngine, root: Path) -> None:
    async with FtpServer(Script(BODY)) as server:
        result = await engine.fetch(a_job(server.url()))

    assert result == fetched("a.bin", BODY)
    assert finished_files(root) == {"alice/films/a.bin": BODY}
    assert (root / "alice/films/a.bin").stat().st_mtime == MODIFIED.timestamp()


async def test_forgotten_task_leaves_nothing_but_its_file(engine: FtpEngine, root: Path) -> None:
    async with FtpServer(Script(BODY)) as server:
        await engine.fetch(a_job(server.url()))
    await engine.forget(TASK_ID)

    assert await engine.leftovers() == set()
    assert list((root / ".incomplete").iterdir()) == []


async def test_empty_file_is_a_file(engine: FtpEngine) -> None:
    async with FtpServer(Script(b"")) as server:
        result = await engine.fetch(a_job(server.url()))

    assert result == fetched("a.bin", b"")


async def test_nobody_in_particular_logs_in_as_anonymous(engine: FtpEngine) -> None:
    async with FtpServer(Script(BODY)) as server:
        await engine.fetch(a_job(server.url()))

    assert server.heard[:2] == ["USER anonymous", "PASS anon@"]


async def test_login_of_the_task_is_shown(engine: FtpEngine) -> None:
    async with FtpServer(Script(BODY)) as server:
        secrets = Secrets(username="alice", password="grün")
        await engine.fetch(a_job(server.url(), secrets=secrets))

    assert server.heard[:2] == ["USER alice", f"PASS {'grün'.encode().decode('latin-1')}"]


@pytest.mark.parametrize(
    ("url_path", "asked"),
    [
        ("/a.bin", "a.bin"),
        ("/pub/a%20b.bin", "pub/a b.bin"),
        ("/%2Fetc/a.bin", "/etc/a.bin"),
        ("/caf%E9.bin", "caf\xe9.bin"),
        ("/a.bin;type=i", "a.bin"),
    ],
)
async def test_path_is_asked_for_as_it_is(engine: FtpEngine, url_path: str, asked: str) -> None:
    async with FtpServer(Script(BODY)) as server:
        await engine.fetch(a_job(server.url(url_path)))

    assert server.heard_of("RETR") == [f"RETR {asked}"]


async def test_unknown_size_ends_where_the_server_says_so(engine: FtpEngine) -> None:
    unknown: dict[str, str | None] = {"SIZE": "502 What?", "MDTM": "550 No."}
    async with FtpServer(Script(BODY, replies=unknown)) as server:
        result = await engine.fetch(a_job(server.url()))

    assert result == fetched("a.bin", BODY, modified=None)


async def test_server_without_epsv_is_asked_for_pasv(engine: FtpEngine) -> None:
    async with FtpServer(Script(BODY, replies={"EPSV": "500 What?"})) as server:
        result = await engine.fetch(a_job(server.url()))

    assert result == fetched("a.bin", BODY)


async def test_name_stays_in_its_folder(engine: FtpEngine, root: Path) -> None:
    async with FtpServer(Script(BODY)) as server:
        await engine.fetch(a_job(server.url("/..%2F..%2F.profile")))

    assert finished_files(root) == {"alice/films/profile": BODY}


async def test_name_of_the_task_wins(engine: FtpEngine, root: Path) -> None:
    async with FtpServer(Script(BODY)) as server:
        await engine.fetch(a_job(server.url(), options=Options(name="b.bin")))

    assert finished_files(root) == {"alice/films/b.bin": BODY}


async def test_unwanted_size_is_skipped_before_a_byte_is_asked_for(engine: FtpEngine) -> None:
    options = Options(filters=Filters(max_size=1000))
    async with FtpServer(Script(BODY)) as server:
        with pytest.raises(Skipped) as caught:
            await engine.fetch(a_job(server.url(), options=options))

    assert caught.value.code is ErrorCode.FILTERED
    assert server.heard_of("RETR") == []


async def test_existing_file_is_left_alone(engine: FtpEngine, root: Path) -> None:
    there = root / "alice/films/a.bin"
    there.parent.mkdir(parents=True)
    there.write_bytes(b"mine")
    async with FtpServer(Script(BODY)) as server:
        with pytest.raises(Skipped) as caught:
            await engine.fetch(a_job(server.url(), options=Options(conflict=Conflict.SKIP)))

    assert caught.value.code is ErrorCode.ALREADY_THERE
    assert finished_files(root) == {"alice/films/a.bin": b"mine"}


async def test_wrong_checksum_is_tried_twice(engine: FtpEngine, root: Path) -> None:
    options = Options(checksums=(Checksum(Algorithm.SHA256, "0" * 64),))
    async with FtpServer(Script(BODY)) as server:
        error = await failing(engine, server.url(), options=options)

    assert (error.code, error.temporary) == (ErrorCode.CHECKSUM_MISMATCH, False)
    assert server.sent == 2 * len(BODY)
    assert finished_files(root) == {}


@pytest.mark.parametrize(
    ("replies", "code", "temporary"),
    [
        ({"PASS": "530 Login incorrect."}, ErrorCode.LOGIN_REFUSED, False),
        ({"USER": "530 Anonymous only."}, ErrorCode.LOGIN_REFUSED, False),
        ({"USER": "530 Too many connections."}, ErrorCode.BAD_RESPONSE, True),
        ({"": "421 Too busy."}, ErrorCode.CONNECTION_FAILED, True),
        ({"": "HTTP/1.1 400 Bad Request"}, ErrorCode.BAD_RESPONSE, True),
        ({"": None}, ErrorCode.CONNECTION_FAILED, True),
        ({"SIZE": "550 No such file."}, ErrorCode.NOT_FOUND, False),
        ({"SIZE": "550 Not a file.", "CWD": "250 Moved."}, ErrorCode.INVALID_URL, False),
        ({"SIZE": "213 99999999999999999999"}, ErrorCode.BAD_RESPONSE, True),
        ({"SIZE": "213 -5"}, ErrorCode.BAD_RESPONSE, True),
        ({"RETR": "450 Busy."}, ErrorCode.BAD_RESPONSE, True),
        ({"RETR": "550 Permission denied."}, ErrorCode.NOT_FOUND, False),
        ({"EPSV": "229 Entering nothing"}, ErrorCode.BAD_RESPONSE, True),
        ({"EPSV": None}, ErrorCode.CONNECTION_FAILED, True),
    ],
)
async def test_refusal_has_its_code(
    engine: FtpEngine,
    root: Path,
    replies: dict[str, str | None],
    code: ErrorCode,
    temporary: bool,
) -> None:
    async with FtpServer(Script(BODY, replies=replies)) as server:
        error = await failing(engine, server.url())

    assert (error.code, error.temporary) == (code, temporary)
    assert finished_files(root) == {}


async def test_silent_server_is_left(engine: FtpEngine) -> None:
    options = Options(patience=Patience(silence=0.2))
    async with FtpServer(Script(BODY, cut=1000, holds=True)) as server:
        error = await failing(engine, server.url(), options=options)

    assert (error.code, error.temporary) == (ErrorCode.TIMED_OUT, True)


async def test_attempt_ends_with_its_time(engine: FtpEngine) -> None:
    options = Options(patience=Patience(total=0.2))
    async with FtpServer(Script(BODY, cut=1000, holds=True)) as server:
        error = await failing(engine, server.url(), options=options)

    assert error.message == "The download took longer than 0.2 seconds."


async def test_login_with_a_line_break_is_not_sent(engine: FtpEngine) -> None:
    async with FtpServer(Script(BODY)) as server:
        secrets = Secrets(username="alice\r\nDELE a", password="x")
        error = await failing(engine, server.url(), secrets=secrets)

    assert error.code is ErrorCode.LOGIN_REFUSED
    assert server.heard_of("DELE") == server.heard_of("USER") == []


async def test_forbidden_address_is_not_reached(root: Path) -> None:
    engine = FtpEngine(root=root, policy=AddressPolicy())
    async with Canary() as canary:
        with pytest.raises(ForbiddenAddress):
            await engine.fetch(a_job(f"ftp://127.0.0.1:{canary.port}/a.bin"))

        assert await canary.visitors() == 0


async def test_all_bytes_count_against_the_rates(engine: FtpEngine) -> None:
    rate = CountingRate()
    async with FtpServer(Script(BODY)) as server:
        await engine.fetch(replace(a_job(server.url()), rates=(rate,)))

    assert rate.taken == len(BODY)


async def test_connections_go_through_the_proxy_as_addresses(engine: FtpEngine) -> None:
    async with SocksProxy() as proxy, FtpServer(Script(BODY)) as server:
        job = a_job(
            f"ftp://localhost:{server.port}/a.bin",
            options=Options(proxy=ProxyKind.CUSTOM),
            secrets=Secrets(proxy_url=proxy.url),
        )
        result = await engine.fetch(job)

    assert result == fetched("a.bin", BODY)
    assert [asked.host for asked in proxy.asked] == ["127.0.0.1", "127.0.0.1"]


@pytest.mark.parametrize("conflict", [Conflict.OVERWRITE, Conflict.COMPARE])
async def test_unchanged_file_is_not_fetched_again(engine: FtpEngine, conflict: Conflict) -> None:
    async with FtpServer(Script(BODY)) as server:
        first = await engine.fetch(a_job(server.url()))
        await engine.forget(TASK_ID)
        previous = Previous(first.path, first.size, first.etag, first.modified)
        job = a_job(server.url(), options=Options(conflict=conflict))
        with pytest.raises(Skipped) as caught:
            await engine.fetch(replace(job, previous=previous))

    assert caught.value.code is ErrorCode.NOT_MODIFIED
    assert server.heard_of("RETR") == ["RETR a.bin"]


async def test_changed_file_takes_the_place_of_the_other(engine: FtpEngine, root: Path) -> None:
    async with FtpServer(Script(BODY)) as server:
        first = await engine.fetch(a_job(server.url()))
        await engine.forget(TASK_ID)
        server.script = Script(OTHER_BODY, modified="20261121101112")
        previous = Previous(first.path, first.size, first.etag, first.modified)
        job = a_job(server.url(), options=Options(conflict=Conflict.OVERWRITE))
        await engine.fetch(replace(job, previous=previous))

    assert finished_files(root) == {"alice/films/a.bin": OTHER_BODY}


async def test_size_of_the_metalink_is_kept_to(engine: FtpEngine) -> None:
    async with FtpServer(Script(BODY)) as server:
        error = await failing(engine, server.url(), options=Options(size=5))

    assert (error.code, error.temporary) == (ErrorCode.BAD_RESPONSE, False)
    assert server.heard_of("RETR") == []


@pytest.mark.parametrize("hashing", list(Hash))
async def test_hash_is_made_as_the_operator_wants(root: Path, hashing: Hash) -> None:
    policy = AddressPolicy([AllowedNetwork.parse("127.0.0.1")])
    engine = FtpEngine(root=root, policy=policy, hash=hashing)
    async with FtpServer(Script(BODY)) as server:
        result = await engine.fetch(a_job(server.url()))

    expected = fetched("a.bin", BODY)
    assert result == (replace(expected, sha256=None) if hashing is Hash.OFF else expected)
