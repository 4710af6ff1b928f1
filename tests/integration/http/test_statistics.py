"""What was fetched in some days, over the API."""

from datetime import UTC, datetime, timedelta
from typing import Any

from services.access.people.users import User
from services.statistics.counting import add_downloads
from services.statistics.transfers import Amount, Source, add_transfers
from services.store.store import Transaction
from tests.integration.http.running import KEY, Running

SUMS = "sums { downloads failures bytes seconds averageSpeed }"
ASK = f"""
    query($from: Date, $to: Date, $userId: Int, $first: Int! = 25) {{
        statistics(from: $from, to: $to, userId: $userId) {{
            from to {SUMS}
            byDay {{ day {SUMS} }}
            byHost(first: $first) {{ host {SUMS} }}
            byEngine {{ engine {SUMS} }}
            byUser(first: $first) {{ userId username {SUMS} }}
        }}
    }}
"""
SEED = """
    query { downloadStats { todayDownloads todayUploads totalBandwidth averageSpeed
        topDownloaders { userId username downloadCount totalSize } } }
"""


async def fetched(argosy: Running, user: User, host: str, count: int) -> None:
    """Count downloads of a megabyte each, that took a second each, as finished now."""
    now = datetime.now(UTC)

    async def write(transaction: Transaction) -> None:
        size, spent = count * 1_000_000, count * 1000
        await add_downloads(transaction, user.id, now, count=count, size=size, milliseconds=spent)
        amount = Amount(downloads=count, bytes=size, milliseconds=spent)
        await add_transfers(transaction, user.id, now, {Source("http", host): amount})

    await argosy.container._store.write(write)


def sums(count: int) -> dict[str, Any]:
    return {
        "downloads": count,
        "failures": 0,
        "bytes": count * 1_000_000,
        "seconds": float(count),
        "averageSpeed": 1_000_000 if count else 0,
    }


async def test_administrators_see_everybodys_and_others_their_own(argosy: Running) -> None:
    eve, key = await argosy.user("eve")
    await fetched(argosy, argosy.container.admin, "one.example", 2)
    await fetched(argosy, eve, "two.example", 3)

    all_ = (await argosy.ask(ASK)).data["statistics"]
    own = (await argosy.ask(ASK, key=key)).data["statistics"]
    hers = (await argosy.ask(ASK, userId=eve.id)).data["statistics"]
    foreign = await argosy.ask(ASK, key=key, userId=argosy.container.admin.id)

    assert all_["sums"] == sums(5)
    assert [each["host"] for each in all_["byHost"]] == ["two.example", "one.example"]
    assert [each["username"] for each in all_["byUser"]] == ["eve", "admin"]
    assert all_["byEngine"] == [{"engine": "http", "sums": sums(5)}]
    assert own["sums"] == hers["sums"] == sums(3)
    assert own["byHost"] == hers["byHost"] == [{"host": "two.example", "sums": sums(3)}]
    assert own["byUser"] == []
    assert hers["byUser"] == [{"userId": eve.id, "username": "eve", "sums": sums(3)}]
    assert foreign.code == "FORBIDDEN"


async def test_days_are_the_last_thirty_where_none_are_given(argosy: Running) -> None:
    await fetched(argosy, argosy.container.admin, "one.example", 1)
    before = datetime.now(UTC).date()
    found = (await argosy.ask(ASK)).data["statistics"]

    last = datetime.fromisoformat(found["to"]).date()
    assert before <= last <= before + timedelta(days=1)
    assert found["from"] == str(last - timedelta(days=29))
    assert len(found["byDay"]) == 30
    assert sum(day["sums"]["downloads"] for day in found["byDay"]) == 1


async def test_days_and_hosts_are_bounded(argosy: Running) -> None:
    long = await argosy.ask(ASK, **{"from": "2025-01-01", "to": "2026-01-02"})
    year = await argosy.ask(ASK, **{"from": "2025-01-01", "to": "2026-01-01"})
    many = await argosy.ask(ASK, first=101)

    assert long.code == "INVALID_INPUT"
    assert len(year.data["statistics"]["byDay"]) == 366
    assert many.code == "INVALID_INPUT"


async def test_seeds_document_works_for_everybody(argosy: Running) -> None:
    _, key = await argosy.user("eve")
    await fetched(argosy, argosy.container.admin, "one.example", 2)

    admins = (await argosy.ask(SEED, key=KEY)).data["downloadStats"]
    users = (await argosy.ask(SEED, key=key)).data["downloadStats"]

    assert admins["topDownloaders"] == [
        {
            "userId": argosy.container.admin.id,
            "username": "admin",
            "downloadCount": 2,
            "totalSize": "2.0 MB",
        }
    ]
    assert users == {
        "todayDownloads": 0,
        "todayUploads": 0,
        "totalBandwidth": "0 B",
        "averageSpeed": "0 B/s",
        "topDownloaders": [],
    }
