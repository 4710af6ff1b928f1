"""Addresses that may not be reached: in every spelling, at every hop."""

from pathlib import Path

import pytest

from services.engines.engine import Job, Meter
from services.engines.options import Options
from services.errors import ErrorCode
from tests.fakes.canary import Canary
from tests.fakes.fault_behaviours import goes
from tests.fakes.faults import FaultServer
from tests.integration.services.engines.http.faults.cases import (
    PLACE,
    TASK_ID,
    Outcome,
    an_engine,
    files,
    persist,
)
from tests.integration.services.outgoing.going import lead

NAMES = {
    "inside.example": ["127.0.0.1"],
    "127-0-0-1.nip.example": ["127.0.0.1"],
    "mapped.example": ["::ffff:127.0.0.1"],
    "private.example": ["192.168.1.1"],
    "metadata.example": ["169.254.169.254"],
    "both.example": ["8.8.8.8", "127.0.0.1"],
    "sixth.example": ["2606:4700:4700::1111", "::1"],
    "zone.example": ["fe80::1%lo"],
    "localhost": ["127.0.0.1", "::1"],
    "localhost.": ["127.0.0.1", "::1"],
    "a.localhost": ["127.0.0.1"],
}
FORBIDDEN = [
    "127.0.0.1",
    "127.1",
    "127.0.1",
    "127.255.255.254",
    "0x7f.1",
    "0x7f000001",
    "0x7f.0x0.0x0.0x1",
    "2130706433",
    "017700000001",
    "0177.0.0.1",
    "0177.0x0.0.1",
    "127.0.0.01",
    "0",
    "0.0.0.0",
    "[::]",
    "[::1]",
    "[0:0:0:0:0:0:0:1]",
    "[::127.0.0.1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::ffff:0:127.0.0.1]",
    "[64:ff9b::127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[64:ff9b:1::127.0.0.1]",
    "[2002:7f00:1::]",
    "[2001:0:7f00:1::]",
    "[fe80::1]",
    "[fd00:ec2::254]",
    "[ff02::1]",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.0.1",
    "169.254.169.254",
    "2852039166",
    "100.64.0.1",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "\uff11\uff12\uff17.0.0.1",
    "127\u30020\u30020\u30021",
    "\u2460\u2461\u2466.0.0.1",
    "LOCALHOST",
    *NAMES,
]


async def fetched_from(url: str, tmp_path: Path, *networks: str) -> Outcome:
    """Return what becomes of a task for `url`; assert that it left nothing."""
    root = tmp_path / "downloads"
    root.mkdir()
    async with an_engine(root, *networks) as engine:
        job = Job(TASK_ID, url, PLACE, Meter(), options=Options(connections=1))
        outcome = await persist(engine, job)
        await engine.discard(TASK_ID, PLACE)
    assert files(tmp_path) == {}
    return outcome


@pytest.mark.parametrize("host", FORBIDDEN)
async def test_forbidden_address_is_refused_at_once(
    host: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead(monkeypatch, NAMES)
    async with Canary() as canary:
        outcome = await fetched_from(f"http://{host}:{canary.port}/a.zip", tmp_path)

        assert [error.code for error in outcome.errors] == [ErrorCode.FORBIDDEN_ADDRESS]
        assert await canary.visitors() == 0


@pytest.mark.parametrize("hops", [1, 5])
@pytest.mark.parametrize("host", FORBIDDEN)
async def test_forbidden_address_is_refused_behind_a_redirect(
    host: str, hops: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead(monkeypatch, NAMES)
    says = {f"/{n}": goes(f"/{n + 1}") for n in range(1, hops)}
    async with Canary() as canary:
        says[f"/{hops}"] = goes(f"http://{host}:{canary.port}/a.zip")
        async with FaultServer(says) as server:
            outcome = await fetched_from(f"{server.url}/1", tmp_path, f"127.0.0.1:{server.port}")

        assert [error.code for error in outcome.errors] == [ErrorCode.FORBIDDEN_ADDRESS]
        assert len(server.heard) == hops
        assert await canary.visitors() == 0


async def test_host_in_escapes_is_a_name_that_nobody_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead(monkeypatch, NAMES)
    async with Canary() as canary:
        outcome = await fetched_from(f"http://%31%32%37.0.0.1:{canary.port}/a.zip", tmp_path)

        assert outcome.code is ErrorCode.NAME_NOT_RESOLVED
        assert await canary.visitors() == 0
