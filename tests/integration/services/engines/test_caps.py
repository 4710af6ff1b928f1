"""What a host gets of FTP and SFTP sessions, of all tasks together."""

import asyncio
from pathlib import Path
from uuid import UUID

from services.engines.engine import Job, Meter
from services.engines.ftp.engine import FtpEngine
from services.engines.options import Options, Patience
from services.files.places import Place
from services.outgoing.addresses import AddressPolicy, AllowedNetwork
from services.outgoing.hosts import Hosts
from tests.fakes.ftp import FtpServer, Script
from tests.fakes.origin import content

BODY = content(200_000)
POLICY = AddressPolicy([AllowedNetwork.parse("127.0.0.1")])


def job(number: int, url: str, options: Options | None = None) -> Job:
    return Job(
        UUID(int=number), url, Place.of("alice", "films"), Meter(), options=options or Options()
    )


async def test_ftp_sessions_wait_for_each_other(tmp_path: Path) -> None:
    engine = FtpEngine(root=tmp_path, policy=POLICY, hosts=Hosts(2, 0))
    async with FtpServer(Script(BODY)) as server:
        jobs = [job(number, server.url(f"/{number}.bin")) for number in range(6)]
        results = await asyncio.gather(*map(engine.fetch, jobs))

    assert sorted(result.name for result in results) == [f"{number}.bin" for number in range(6)]
    assert server.at_once == 2


async def test_ftp_sessions_begin_one_after_another(tmp_path: Path) -> None:
    hosts = Hosts(0, 1, now=lambda: 5.0)  # on a clock that stands still, nobody's turn comes
    engine = FtpEngine(root=tmp_path, policy=POLICY, hosts=hosts)
    async with FtpServer(Script(BODY)) as server, FtpServer(Script(BODY)) as other:
        await engine.fetch(job(1, server.url()))
        waiting = asyncio.create_task(engine.fetch(job(2, server.url())))
        await engine.fetch(job(3, other.url()))
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)

    assert waiting.cancelled()
    assert len(server.heard_of("USER")) == 1


async def test_waiting_for_a_turn_takes_none_of_the_time(tmp_path: Path) -> None:
    hosts = Hosts(1, 0)
    engine = FtpEngine(root=tmp_path, policy=POLICY, hosts=hosts)
    options = Options(patience=Patience(total=0.3))
    async with FtpServer(Script(BODY)) as server:
        async with hosts.connection(f"127.0.0.1:{server.port}"):
            waiting = asyncio.create_task(engine.fetch(job(1, server.url(), options)))
            _, pending = await asyncio.wait([waiting], timeout=0.4)
        result = await waiting

    assert pending == {waiting}
    assert result.size == len(BODY)
