"""A case: what a server does wrong, and all that may come of it. And the runner's part in it."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from services.engines.engine import Engine, Fetched, Job, Meter, Resolve
from services.engines.http.engine import HttpEngine
from services.engines.options import Options, Patience, Secrets
from services.errors import ArgosyError, ErrorCode, FetchFailed
from services.files.places import Place
from services.outgoing.addresses import AddressPolicy, AllowedNetwork
from services.tasks.running.retries import TRIES, count
from tests.fakes.faults import Behaviour, FaultServer
from tests.fakes.origin import content

TASK_ID = UUID("0199c2f0-7a10-7000-8000-0123456789ab")
PLACE = Place.of("alice", "films")
BODY = content(200_000)
OTHER_BODY = content(200_000, seed=2)
SIZE = len(BODY)
HALF = 120_000

# One attempt may take so long; twelve that run into the limits of `HASTY` take less.
LONGEST_SECONDS = 8.0
MOST_ATTEMPTS = 100

ONE = Options(connections=1)
HASTY = Options(connections=1, patience=Patience(connect=0.5, silence=0.1))


@dataclass(frozen=True, slots=True)
class Case:
    """One thing that a server does wrong at `path`, and what comes of it.

    It ends with `file` in its place under the name `called`, or with `code`. The server hears
    `requests` at most (and `fewest` at least, where their number is up to chance), and sends
    `sent` bytes of bodies at most. With `asks_to_wait`, the last failure asks to wait
    for as long as `waits` says.
    """

    name: str
    says: Behaviour
    requests: int = 1
    sent: int = SIZE
    file: bytes = BODY
    or_file: bytes | None = None  # where chance decides which of two
    code: ErrorCode | None = None
    called: str = "a.zip"
    path: str = "/a.zip"
    others: Mapping[str, Behaviour] = field(default_factory=dict)  # at other paths
    options: Options = ONE
    secrets: Secrets = field(default_factory=Secrets)
    fewest: int | None = None
    asks_to_wait: bool = False
    waits: timedelta | None = None
    resolves: str | None = None  # to this, where the URL has run out
    attempts: int = MOST_ATTEMPTS  # then it is no longer tried
    sends: Mapping[str, str | None] = field(default_factory=dict)  # with its last request

    def __str__(self) -> str:
        return self.name


@dataclass(slots=True)
class Outcome:
    """What came of a task."""

    fetched: Fetched | None = None
    errors: list[ArgosyError] = field(default_factory=list)

    @property
    def code(self) -> ErrorCode | None:
        return None if self.fetched else self.errors[-1].code


@asynccontextmanager
async def an_engine(root: Path, *networks: str) -> AsyncIterator[HttpEngine]:
    """Give an engine that may reach these networks beside public ones."""
    policy = AddressPolicy([AllowedNetwork.parse(network) for network in networks])
    engine = HttpEngine(root=root, policy=policy, user_agent="Argosy/test")
    try:
        yield engine
    finally:
        await engine.close()


async def persist(engine: Engine, job: Job, attempts: int = MOST_ATTEMPTS) -> Outcome:
    """Repeat a job for as long as the runner would, without the waits between."""
    outcome, failures, mark = Outcome(), 0, 0
    while failures < TRIES and len(outcome.errors) < attempts:
        began = job.meter.least = job.meter.most = job.meter.received
        try:
            async with asyncio.timeout(LONGEST_SECONDS):
                outcome.fetched = await engine.fetch(job)
                return outcome
        except ArgosyError as error:
            outcome.errors.append(error)
            if not (isinstance(error, FetchFailed) and error.temporary):
                return outcome
        failures, mark = count(failures, job.meter, began=began, mark=mark)
    return outcome


def files(root: Path) -> dict[str, bytes]:
    """Return all files below `root`, by their paths: finished ones and others."""
    found = (path for path in root.rglob("*") if path.is_file() or path.is_symlink())
    return {str(path.relative_to(root)): path.read_bytes() for path in found}


async def check(case: Case, tmp_path: Path, *, tls: ssl.SSLContext | None = None) -> FaultServer:
    """Run `case` and assert all that it promises; return the server for more."""
    root = tmp_path / "downloads"
    root.mkdir()
    unused = socket.socket()
    unused.bind(("127.0.0.1", 0))  # nobody listens there
    says = {case.path.partition("?")[0]: case.says, **case.others}
    async with FaultServer(says, tls=tls) as server, an_engine(root, "127.0.0.1") as engine:
        server.words["dead"] = f"http://127.0.0.1:{unused.getsockname()[1]}"
        options = _filled(case.options, server)
        url = server.url + case.path
        job = Job(TASK_ID, url, PLACE, Meter(), options=options, secrets=case.secrets)
        job = replace(job, resolve=_resolver(case, server))
        outcome = await persist(engine, job, case.attempts)
        await _tidy(engine, outcome)
    unused.close()
    _assert_result(case, outcome, files(tmp_path))
    _assert_effort(case, server)
    if case.asks_to_wait:
        assert [getattr(error, "retry_after", None) for error in outcome.errors][-1] == case.waits
    return server


def _filled(options: Options, server: FaultServer) -> Options:
    """Fill in the server's addresses where options name mirrors."""
    mirrors = (mirror.format(**server.words) for mirror in options.mirrors)
    return replace(options, mirrors=tuple(mirrors))


def _resolver(case: Case, server: FaultServer) -> Resolve | None:
    if case.resolves is None:
        return None
    url = case.resolves.format(**server.words)

    async def resolve() -> str:
        return url

    return resolve


async def _tidy(engine: Engine, outcome: Outcome) -> None:
    """Do what follows a task's end: it is recorded, or removed."""
    if outcome.fetched is None:
        await engine.discard(TASK_ID, PLACE)
    else:
        await engine.forget(TASK_ID)


def _assert_result(case: Case, outcome: Outcome, there: dict[str, bytes]) -> None:
    reached = [error.message for error in outcome.errors][-3:]
    assert outcome.code == case.code, reached
    assert all(error.message for error in outcome.errors)
    if outcome.fetched is None:
        assert there == {}
        return
    path = f"downloads/alice/films/{case.called}"
    is_other = case.or_file is not None and there.get(path) == case.or_file
    file = case.or_file if is_other else case.file
    assert (outcome.fetched.name, outcome.fetched.size) == (case.called, len(file or b""))
    assert there == {path: file}


def _assert_effort(case: Case, server: FaultServer) -> None:
    asked = [f"{heard.method} {heard.target} {heard.range}" for heard in server.heard]
    fewest = case.requests if case.fewest is None else case.fewest
    assert fewest <= len(asked) <= case.requests, asked
    assert server.sent <= case.sent, asked
    last = server.heard[-1].headers if server.heard else {}
    assert {name: last.get(name) for name in case.sends} == dict(case.sends)
