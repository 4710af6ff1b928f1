"""The audit log in storage: what an entry holds, and how long it is kept."""

import asyncio
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from services.access.caller import NOBODY, Caller
from services.access.identity import Identity, Role
from services.audit.bounds import MOST
from services.audit.entries import MOST_DETAILS, AuditEntry
from services.audit.listing import EVERYTHING, AuditListing
from services.audit.log import CHUNK, AuditLog
from services.audit.remarks import Remarks, remark, remark_user, remarking
from services.metrics import Metrics
from services.pruning import Pruning
from services.store.rows import write_json
from services.store.store import Store
from tests.fakes.clock import FakeClock
from tests.integration.services.audit.conftest import ADMIN, AGE, ALICE

CALLER = Caller("203.0.113.7", "curl/8")


async def entries(listing: AuditListing) -> list[AuditEntry]:
    return (await listing.page(ADMIN, EVERYTHING, first=10_000, after=None)).items


async def test_entry_is_read_as_it_was_recorded(
    audit: AuditLog, listing: AuditListing, clock: FakeClock
) -> None:
    await audit.record(
        *(ALICE, CALLER, "createApiKey", "FORBIDDEN"),
        targets=["key_1"],
        details={"given": ["input.name"]},
        request_id="r1",
    )

    (entry,) = await entries(listing)

    assert entry == AuditEntry(
        id=1,
        at=clock.now(),
        actor_id=2,
        actor_name="alice",
        credential="key argosy_Ab3dEf",
        address="203.0.113.7",
        action="createApiKey",
        outcome="FORBIDDEN",
        targets=["key_1"],
        details={"given": ["input.name"]},
        request_id="r1",
    )


async def test_who_has_proved_nothing_has_no_number(audit: AuditLog, listing: AuditListing) -> None:
    anonymous = Identity(0, "", Role.USER, frozenset())
    await audit.record(None, CALLER, "login", "UNAUTHORIZED", actor_name="alice")
    await audit.record(anonymous, CALLER, "login", "UNAUTHORIZED", actor_name="alice")
    await audit.record(None, NOBODY, "user create", actor_name="command line")

    found = await entries(listing)

    assert [(e.actor_id, e.actor_name, e.address) for e in found] == [
        (None, "command line", ""),
        (None, "alice", "203.0.113.7"),
        (None, "alice", "203.0.113.7"),
    ]


async def test_first_hundred_targets_are_kept_and_all_are_counted(
    audit: AuditLog, listing: AuditListing
) -> None:
    for number in (100, 250):
        await audit.record(
            ALICE, CALLER, "pauseTasks", targets=[f"task_{n}" for n in range(number)]
        )

    many, few = await entries(listing)

    assert (len(many.targets), many.target_count) == (100, 250)
    assert (len(few.targets), few.target_count, few.details) == (100, 100, {})
    assert many.targets[0] == "task_0"


async def test_of_what_was_only_tried_five_are_kept_and_all_are_counted(
    audit: AuditLog, listing: AuditListing
) -> None:
    tried = [f"task_{n}" for n in range(1000)]
    await audit.record(ALICE, CALLER, "cancelTasks", "NOT_FOUND", tried=tried)
    await audit.record(ALICE, CALLER, "cancelTasks", "NOT_FOUND", targets=["task_9"], tried=tried)
    await audit.record(ALICE, CALLER, "cancelTasks", targets=tried, tried=tried)
    await audit.record(ALICE, CALLER, "cancelTasks", "NOT_FOUND", tried=tried[:5])

    few, done, some, nothing = await entries(listing)

    assert (nothing.targets, nothing.target_count) == (tried[:5], 1000)
    assert (some.targets, some.target_count) == (["task_9", *tried[:5]], 1000)
    assert (done.targets, done.target_count) == (tried[:100], 1000)
    assert (few.targets, few.details) == (tried[:5], {})


async def test_details_that_do_not_fit_are_cut(audit: AuditLog, listing: AuditListing) -> None:
    details = {"given": ["ä b"] * MOST_DETAILS, "role": "USER", "note": "ö " * 500}
    await audit.record(ALICE, CALLER, "x", details=details, targets=["task_1"] * 200)

    (entry,) = await entries(listing)

    assert entry.details == {"role": "USER", "note": "ö " * 500, "cut": True}
    assert len(write_json(entry.details).encode()) < MOST_DETAILS


async def test_whatever_is_given_fits(audit: AuditLog, listing: AuditListing) -> None:
    long = "a\x00b\n\x1b[31m\ud800" + "x" * 500
    await audit.record(
        *(None, Caller(long), long, long),
        targets=[long],
        details={long: [long]},
        request_id=long,
        actor_name=long,
    )

    (entry,) = await entries(listing)

    # Cut to 64, and then made plain: a null, an escape and half a letter are gone.
    assert entry.actor_name == "ab [31m" + "x" * 53 + "…"
    assert (len(entry.action), len(entry.outcome), len(entry.targets[0])) == (61, 29, 93)
    assert not any(sign in str(entry) for sign in ("\\x00", "\\x1b", "\\ud800"))


async def test_numbers_too_large_for_storage_are_kept_as_text(
    audit: AuditLog, listing: AuditListing
) -> None:
    given = {"least": -(1 << 63), "less": -(1 << 63) - 1, "more": [{"most": 1 << 63}, 1 << 70]}
    await audit.record(None, CALLER, "setSpeedLimit", details=given)

    (entry,) = await entries(listing)

    text = "a number beyond 64 bits"
    assert entry.details == {"least": -(1 << 63), "less": text, "more": [{"most": text}, text]}


async def test_entry_outlives_who_gave_up(audit: AuditLog, listing: AuditListing) -> None:
    recording = asyncio.create_task(audit.record(ALICE, CALLER, "removeTasks"))
    await asyncio.sleep(0)  # the first step: it has begun to write
    recording.cancel()
    with pytest.raises(asyncio.CancelledError):
        await recording
    await audit.close()

    assert [entry.action for entry in await entries(listing)] == ["removeTasks"]


async def test_entry_that_cannot_be_written_is_told_and_counted(
    audit: AuditLog, store: Store, metrics: Metrics
) -> None:
    await store.write(lambda transaction: transaction.execute(RENAME.format("audit_entries", "x")))
    try:
        with capture_logs() as logs:
            await audit.record(ALICE, CALLER, "removeTasks", targets=["task_1"])
    finally:
        await store.write(lambda t: t.execute(RENAME.format("x", "audit_entries")))

    (told,) = [line for line in logs if line["event"] == "audit.not_written"]
    assert (told["actor"], told["action"], told["targets"]) == ("alice", "removeTasks", ["task_1"])
    assert metrics.registry.get_sample_value("argosy_audit_failures_total") == 1


async def test_too_old_entries_are_pruned(
    audit: AuditLog, listing: AuditListing, clock: FakeClock
) -> None:
    await audit.record(ALICE, CALLER, "old")
    clock.advance(timedelta(days=364).total_seconds())
    await audit.record(ALICE, CALLER, "young")
    clock.advance(timedelta(days=1, seconds=1).total_seconds())

    removed = await Pruning(audit, name="audit log", seconds=3600).prune()

    assert (removed, [entry.action for entry in await entries(listing)]) == (1, ["young"])


async def test_pruning_goes_on_in_chunks(
    audit: AuditLog, listing: AuditListing, store: Store, clock: FakeClock
) -> None:
    await audit.record(ALICE, CALLER, "old")
    for _ in range(10):  # twice as many each time
        await store.write(lambda transaction: transaction.execute(DOUBLE))
    clock.advance((AGE + timedelta(seconds=1)).total_seconds())

    first = await audit.prune()
    rest = await Pruning(audit, name="audit log", seconds=3600).prune()

    assert (first, rest, await entries(listing)) == (CHUNK, 1024 - CHUNK, [])


RENAME = "ALTER TABLE {} RENAME TO {}"
DOUBLE = """
    INSERT INTO audit_entries (at, actor_id, actor_name, credential, address, action, outcome,
                               targets, details, request_id)
    SELECT at, actor_id, actor_name, credential, address, action, outcome, targets, details,
           request_id FROM audit_entries
"""


async def test_user_who_logs_in_is_the_actor_once_they_have_proved_it(
    audit: AuditLog, listing: AuditListing
) -> None:
    for outcome in ("UNAUTHORIZED", "OK"):
        with remarking() as remarks:
            remark_user(7, "bob")
            remark("session_1", step="second")
        await audit.record(ALICE, CALLER, "login", outcome, remarks=remarks)

    right, wrong = await entries(listing)

    assert (wrong.actor_id, wrong.actor_name, wrong.credential) == (None, "bob", "")
    assert (right.actor_id, right.actor_name, right.credential) == (7, "bob", "")
    assert (right.targets, right.details) == (["session_1"], {"step": "second"})


async def test_remarks_outside_of_what_is_recorded_are_nobodys() -> None:
    with remarking() as remarks:
        pass
    remark_user(7, "bob")
    remark("session_1")

    assert remarks == Remarks()


async def test_no_secret_is_kept_though_it_is_given(audit: AuditLog, listing: AuditListing) -> None:
    details = {"password": "hunter2", "note": "https://a:hunter2@b/", "n": 3, "role": "admin"}
    await audit.record(ALICE, CALLER, "x", details=details)

    (entry,) = await entries(listing)

    assert "hunter2" not in str(entry)
    assert (entry.details["n"], entry.details["role"]) == (3, "admin")


async def test_strangers_cannot_fill_the_log(
    audit: AuditLog, listing: AuditListing, clock: FakeClock
) -> None:
    for _ in range(MOST + 5):
        await audit.record(None, CALLER, "login", "UNAUTHORIZED", actor_name="admin")
    await audit.record(ALICE, CALLER, "pauseTasks")
    before = [entry.action for entry in await entries(listing)]
    clock.advance(60)
    await audit.record(None, CALLER, "login", "UNAUTHORIZED", actor_name="admin")
    await audit.record(None, CALLER, "login", "UNAUTHORIZED", actor_name="admin")

    assert before == ["pauseTasks", *["login"] * MOST]
    new = (await entries(listing))[: -len(before)]
    assert [entry.action for entry in new] == ["login", "login", "left out"]
    assert (new[-1].details, new[-1].outcome) == ({"count": 5}, "RATE_LIMITED")


async def test_user_cannot_fill_the_log_with_what_fails(
    audit: AuditLog, listing: AuditListing, clock: FakeClock
) -> None:
    for _ in range(MOST + 5):
        await audit.record(ALICE, CALLER, "cancelTasks", "NOT_FOUND", tried=["task_1"])
    before = [entry.action for entry in await entries(listing)]
    clock.advance(60)
    await audit.record(ADMIN, CALLER, "pauseTasks")
    await audit.record(ALICE, CALLER, "pauseTasks", "NOT_FOUND")

    assert before == ["cancelTasks"] * MOST
    failed, paused, left_out = (await entries(listing))[: -len(before)]
    assert (failed.actor_name, failed.action) == ("alice", "pauseTasks")
    assert (paused.actor_name, paused.action) == ("admin", "pauseTasks")
    assert (left_out.actor_id, left_out.actor_name, left_out.action) == (2, "alice", "left out")
    assert (left_out.details, left_out.outcome) == ({"count": 5}, "RATE_LIMITED")


async def test_failures_of_one_hide_neither_what_they_did_nor_others(
    audit: AuditLog, listing: AuditListing
) -> None:
    for _ in range(MOST):
        await audit.record(ALICE, CALLER, "cancelTasks", "NOT_FOUND")
    await audit.record(ALICE, CALLER, "left away", "NOT_FOUND")
    await audit.record(ALICE, CALLER, "whole")
    await audit.record(ALICE, CALLER, "part", "NOT_FOUND", targets=["task_1"])
    await audit.record(ADMIN, CALLER, "other", "NOT_FOUND")
    await audit.record(None, CALLER, "stranger", "UNAUTHORIZED")

    found = [entry.action for entry in await entries(listing)]

    assert found == ["stranger", "other", "part", "whole", *["cancelTasks"] * MOST]


async def test_who_gives_up_while_it_is_told_what_was_left_out_is_recorded(
    audit: AuditLog, listing: AuditListing, clock: FakeClock
) -> None:
    for _ in range(MOST + 1):
        await audit.record(ALICE, CALLER, "cancelTasks", "NOT_FOUND")
    clock.advance(60)
    recording = asyncio.create_task(audit.record(ALICE, CALLER, "removeTasks"))
    await asyncio.sleep(0)  # the first step: it has begun to write
    recording.cancel()
    with pytest.raises(asyncio.CancelledError):
        await recording
    await audit.close()

    assert [entry.action for entry in await entries(listing)][:2] == ["removeTasks", "left out"]
