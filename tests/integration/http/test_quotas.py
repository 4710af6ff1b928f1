"""Quotas as clients meet them, and bytes of real downloads."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.access.people.users import User
from services.store.store import Transaction
from tests.fakes.origin import Origin, Resource, content
from tests.integration.http.running import Running, serving
from tests.integration.http.talking import acknowledged

TIERS = {
    "free": {"downloads_per_day": 2, "tasks_at_once": 5},
    "small": {"stored_bytes": 10_000},
}
QUOTA = """
    { viewer { quota {
        tier
        downloadsPerDay { limit used remaining resetsAt }
        bytesPerDay { limit used remaining resetsAt }
        tasksAtOnce { limit used remaining resetsAt }
        storedBytes { limit used remaining resetsAt }
    } } }
"""
ADD = """
    mutation($urls: [String!]!, $at: DateTime) {
        addDownloads(input: { urls: $urls, startAt: $at }) {
            tasks { id } errors { code message field }
        }
    }
"""
FOLLOW = "subscription($id: ID!) { taskProgress(taskId: $id) { state error { code } } }"
FAR = "2099-01-01T00:00:00Z"
SIZE = 300_000


@pytest.fixture
async def argosy(tmp_path: Path) -> AsyncIterator[Running]:
    async with serving(tmp_path, tiers=TIERS, allow_networks="127.0.0.1") as running:
        yield running


@pytest.fixture
def origin() -> Iterator[Origin]:
    with Origin() as running:
        yield running


async def somebody(argosy: Running, tier: str) -> tuple[User, str]:
    """Make a user of a tier and a key."""
    user, key = await argosy.user("eve")

    async def write(transaction: Transaction) -> None:
        await transaction.execute("UPDATE users SET tier = ? WHERE id = ?", tier, user.id)

    await argosy.container._store.write(write)
    return user, key


async def test_quota_says_what_is_used_and_when_it_begins_anew(argosy: Running) -> None:
    _, key = await somebody(argosy, "free")
    await argosy.ask(ADD, key=key, urls=["https://example.com/a"], at=FAR)

    quota = (await argosy.ask(QUOTA, key=key)).data["viewer"]["quota"]

    resets = datetime.fromisoformat(quota["downloadsPerDay"].pop("resetsAt"))
    assert timedelta() < resets - datetime.now(UTC) <= timedelta(days=1)
    assert (resets.hour, resets.minute, resets.second) == (0, 0, 0)
    assert quota["bytesPerDay"].pop("resetsAt") == resets.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    assert quota == {
        "tier": "free",
        "downloadsPerDay": {"limit": 2, "used": 1, "remaining": 1},
        "bytesPerDay": {"limit": None, "used": 0, "remaining": None},
        "tasksAtOnce": {"limit": 5, "used": 1, "remaining": 4, "resetsAt": None},
        "storedBytes": {"limit": None, "used": 0, "remaining": None, "resetsAt": None},
    }


async def test_what_is_too_much_is_told_in_the_payload_and_nothing_is_added(
    argosy: Running,
) -> None:
    _, key = await somebody(argosy, "free")
    urls = [f"https://example.com/{n}" for n in range(3)]

    answer = await argosy.ask(ADD, key=key, urls=urls, at=FAR)

    (error,) = answer.data["addDownloads"]["errors"]
    assert (error["code"], error["field"]) == ("QUOTA_EXCEEDED", None)
    assert "The tier free allows 2 downloads a day; 0 are used and 3" in error["message"]
    assert answer.data["addDownloads"]["tasks"] == []
    used = (await argosy.ask(QUOTA, key=key)).data["viewer"]["quota"]
    assert (used["downloadsPerDay"]["used"], used["tasksAtOnce"]["used"]) == (0, 0)


@pytest.mark.parametrize("size", [0, 1, 5_000, SIZE, 3_000_000])
async def test_every_byte_of_a_download_counts_once(
    argosy: Running, origin: Origin, size: int
) -> None:
    url = origin.put("/a.bin", Resource(content(size)))

    last = await fetch(argosy, url)
    await argosy.container._runner._allowances.write()
    quota = (await argosy.ask(QUOTA)).data["viewer"]["quota"]

    assert last["state"] == "COMPLETED"
    assert quota["bytesPerDay"]["used"] == size
    assert quota["storedBytes"]["used"] == size
    assert quota["downloadsPerDay"]["used"] == 1


async def test_file_that_is_too_large_for_a_quota_is_not_kept(
    argosy: Running, origin: Origin, tmp_path: Path
) -> None:
    _, key = await somebody(argosy, "small")
    url = origin.put("/a.bin", Resource(content(SIZE), speed=50_000))

    last = await fetch(argosy, url, key=key)

    assert last == {"state": "FAILED", "error": {"code": "QUOTA_EXCEEDED"}}
    assert not list((tmp_path / "downloads").rglob("a.bin*"))


async def fetch(argosy: Running, url: str, **who: str) -> dict[str, object]:
    """Download something and return the last word on it."""
    answer = await argosy.ask(ADD, urls=[url], at=None, **who)
    (task,) = answer.data["addDownloads"]["tasks"]
    async with acknowledged(argosy, *who.values()) as socket:
        await socket.subscribe("1", FOLLOW, id=task["id"])
        last: dict[str, object] = {}
        while (message := await socket.hear())["type"] == "next":
            last = message["payload"]["data"]["taskProgress"]
    return last
