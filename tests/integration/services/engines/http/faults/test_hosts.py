"""Links that lead to another host: that has its caps, and its rest, too."""

import asyncio
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from services.engines.engine import Job, Meter
from services.engines.http import pace as pace_module
from services.engines.http import plan as plan_module
from services.engines.http.engine import HttpEngine
from services.engines.http.settings import HttpSettings
from services.engines.options import Options
from services.outgoing.addresses import AddressPolicy, AllowedNetwork
from tests.fakes.fault_behaviours import File, beyond, goes, paced, says
from tests.fakes.faults import FaultServer, Reply, Request
from tests.fakes.origin import content
from tests.integration.services.engines.http.faults.cases import PLACE

BODY = content(4 << 20)
BLOCK = 64 << 10
SLOW = paced(File(BODY), BLOCK, 0.004)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have connections added as soon as something is known of the speed."""
    monkeypatch.setattr(pace_module, "WINDOW", 0.02)
    monkeypatch.setattr(pace_module, "ENOUGH", 64 << 10)
    monkeypatch.setattr(plan_module, "SOON", 0.0)


def engine_of(root: Path, **limits: int) -> HttpEngine:
    root.mkdir()
    policy = AddressPolicy([AllowedNetwork.parse("127.0.0.1")])
    return HttpEngine(
        root=root, policy=policy, user_agent="Argosy/test", settings=HttpSettings(**limits)
    )


def a_job(number: int, url: str, connections: int = 4) -> Job:
    options = Options(connections=connections, name=f"{number}.zip")
    return Job(UUID(int=number), url, PLACE, Meter(), options=options)


class Watched:
    """An honest file that knows how many asked for it at once."""

    def __init__(self) -> None:
        self.most = 0

    def __call__(self, request: Request) -> Reply:
        self.most = max(self.most, request.at_once)
        return SLOW(request)


async def test_host_that_links_lead_to_gets_no_more_than_it_may(tmp_path: Path) -> None:
    file = Watched()
    engine = engine_of(tmp_path / "downloads", connections_per_host=2)
    async with FaultServer({"/a.zip": goes("{other}/b.zip"), "/b.zip": file}) as server:
        jobs = [a_job(number, f"{server.url}/a.zip") for number in range(1, 5)]
        fetched = await asyncio.gather(*(engine.fetch(job) for job in jobs))
        await engine.close()

    assert [done.size for done in fetched] == [len(BODY)] * 4
    assert file.most == 2


async def test_hosts_that_lead_to_each_other_do_not_block(tmp_path: Path) -> None:
    def turned(request: Request) -> Reply:
        is_first = request.target.endswith("?1")
        return SLOW(request) if is_first else goes("{other}/a.zip?1")(request)

    engine = engine_of(tmp_path / "downloads", connections_per_host=1)
    async with (
        FaultServer({"/a.zip": turned}) as one,
        FaultServer({"/a.zip": turned}) as two,
        asyncio.timeout(30),
    ):
        one.words["other"], two.words["other"] = two.url, one.url
        jobs = [a_job(n, f"{(one, two)[n % 2].url}/a.zip", 1) for n in range(1, 5)]
        fetched = await asyncio.gather(*(engine.fetch(job) for job in jobs))
        await engine.close()

    assert [done.size for done in fetched] == [len(BODY)] * 4


async def test_host_that_leads_to_one_that_wants_a_rest_gets_none(tmp_path: Path) -> None:
    refusal = says("429 Too Many Requests", "Retry-After: 60")
    others = {"/b.zip": beyond(1, refusal, SLOW), "/c.zip": replace(File(BODY))}
    engine = engine_of(tmp_path / "downloads")
    async with (
        FaultServer({"/a.zip": goes("{other}/b.zip"), **others}) as server,
        asyncio.timeout(30),
    ):
        await engine.fetch(a_job(1, f"{server.url}/a.zip"))
        refused = [heard for heard in server.heard if heard.port == server.other_port]
        fetched = await engine.fetch(a_job(2, f"{server.url}/c.zip", 1))
        await engine.close()

    assert len(refused) > 1
    assert fetched.size == len(BODY)
