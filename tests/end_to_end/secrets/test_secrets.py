"""Whatever secret is told, and however: it is in no log, no error, no metric, no event, and in
storage only sealed or as a digest.
"""

import asyncio
from dataclasses import dataclass
from pathlib import Path

import orjson
import pytest

from services.store.choose import DATABASE
from tests.end_to_end.program import KEY, Program
from tests.end_to_end.secrets import ways
from tests.end_to_end.secrets.telling import Secrets, Teller
from tests.fakes.origin import Origin

LOG = """
    { auditLog(first: 100) { nodes {
        actorName credential address action outcome targets details { name value }
    } } }
"""
EVENTS = "{ taskEvents(first: 100) { nodes { kind taskId error { code message } } } }"
TASKS = "{ tasks(first: 100) { nodes { name state error { code message } } } }"


# Who sends an id is told which was wrong; and the URL of a download is what was asked for.
ALLOWED = {"answers": "id ", "database": "asked "}


@dataclass(frozen=True, slots=True)
class Examined:
    """What was told, and what stands in each place afterwards."""

    secrets: Secrets
    places: dict[str, str]


async def tell_everything(teller: Teller, origin: Origin) -> dict[str, str]:
    """Tell all secrets in all ways, and return what stands in each place."""
    await ways.tell_in_headers_and_addresses(teller)
    await ways.tell_in_documents(teller)
    await ways.tell_over_websockets(teller)
    await ways.log_in(teller)
    await ways.manage(teller)
    await ways.be_notified(teller)
    await ways.set_plugins_up(teller)
    await ways.be_told(teller, origin)
    await ways.download(teller, origin)

    places = {"answers": "\n".join(teller.said)}
    for name, path in {"metrics": "/metrics", "health": "/health"}.items():
        _, places[name] = await teller.send("GET", path, Authorization=f"Bearer {KEY}")
    for name, query in {"audit log": LOG, "events": EVENTS, "tasks": TASKS}.items():
        places[name] = orjson.dumps(await teller.ask(query)).decode()
    return places


@pytest.fixture(scope="module")
def examined(tmp_path_factory: pytest.TempPathFactory) -> Examined:
    program = Program(
        tmp_path_factory.mktemp("secrets"), ARGOSY_LOG_LEVEL="DEBUG", ARGOSY_RATE_LIMIT_GRAPHQL="0"
    )
    program.start()
    teller = Teller(program)
    try:
        with Origin() as origin:
            places = asyncio.run(tell_everything(teller, origin))
        places["database"] = _all_of(program.data)
    finally:
        program.stop()
    places["log"] = program.log.read_text()
    return Examined(teller.secrets, places)


def _all_of(folder: Path) -> str:
    """Return what stands in the files of the database."""
    files = sorted(folder.glob(f"{DATABASE}*"))
    return "\n".join(path.read_bytes().decode("latin-1") for path in files)


@pytest.mark.parametrize(
    ("place", "sign"),
    [
        ("log", '"event":"http.answered"'),
        ("answers", '"UNAUTHORIZED"'),
        ("metrics", "argosy_http_requests_total"),
        ("health", '"database"'),
        ("events", '"LOGIN_REFUSED"'),
        ("tasks", '"LOGIN_REFUSED"'),
        ("audit log", '"addDownloads"'),
        ("database", "CREATE TABLE"),
    ],
)
def test_no_secret_is_in(examined: Examined, place: str, sign: str) -> None:
    text = examined.places[place]

    assert sign in text  # this is the place, and something is in it
    known = ALLOWED.get(place, "none")
    found = examined.secrets.found_in(text)
    assert [label for label in found if not label.startswith(known)] == []


def test_many_secrets_were_told(examined: Examined) -> None:
    assert len(examined.secrets.known) > 120
