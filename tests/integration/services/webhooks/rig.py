"""Everything about webhooks over one store, sending to real receivers; the clock is handed in."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from services.access.identity import ALL_SCOPES, Identity, Role
from services.access.people.users import Users
from services.alerts.alerts import Alerts
from services.events.bus import Channel
from services.events.kinds import EventKind
from services.ids import new_id
from services.metrics import Metrics
from services.outgoing.addresses import AddressPolicy, AllowedNetwork
from services.sealing import Sealer
from services.store.rows import Row
from services.store.store import NewEvent, Store, Transaction
from services.tasks.records import TaskProgress
from services.webhooks.callbacks import Callbacks
from services.webhooks.deliveries import Deliveries, DeliveryFilter
from services.webhooks.dispatcher import Dispatcher
from services.webhooks.line import LEASE_MARGIN, Line
from services.webhooks.outbox import Outbox
from services.webhooks.progress import ProgressTeller
from services.webhooks.records import Delivery, Try, Webhook
from services.webhooks.seals import Seals
from services.webhooks.sender import Sender
from services.webhooks.webhooks import NewSecret, Webhooks
from services.webhooks.wishes import WebhookWish
from tests.fakes.clock import FakeClock
from tests.fakes.runner import FakeRunner

LOOPBACK = AddressPolicy([AllowedNetwork.parse("127.0.0.0/8")])
PATIENCE_SECONDS = 30  # only ends a test that would wait for ever
LEASE = timedelta(seconds=10) + LEASE_MARGIN

INSERT_TASK = """
    INSERT INTO tasks (id, owner_id, engine, url, folder, name, state, due_at, created_at, options,
        host, callback, received, total, error_code, error_message, finished_at, revision, attempt,
        failures, active_ms, fingerprint, priority, position, is_due, is_group, progress_mark)
    VALUES (?, ?, 'http', ?, ?, ?, ?, ?, ?, '{}', 'example.com', ?, 7, 10, ?, ?, ?, 0, 0, 0, 0, '',
        0, 0, ?, ?, 0)
"""


@dataclass
class Rig:
    """One server's webhooks."""

    store: Store
    clock: FakeClock
    sealer: Sealer
    seconds: float = 5.0
    per_endpoint: int = 4
    most: int = 32
    policy: AddressPolicy = LOOPBACK
    runner: FakeRunner = field(default_factory=FakeRunner)
    channel: Channel[TaskProgress] = field(default_factory=Channel)

    def __post_init__(self) -> None:
        store, clock = self.store, self.clock
        self.metrics = Metrics(version="0")
        self.alerts = Alerts(store=store, clock=clock, metrics=self.metrics)
        self.dispatcher = self.make_dispatcher()
        self.webhooks = Webhooks(
            store=store, clock=clock, policy=self.policy, sealer=self.sealer, issues=self.alerts
        )
        self.callbacks = Callbacks(store=store, clock=clock, policy=self.policy, sealer=self.sealer)
        self.deliveries = Deliveries(store=store, clock=clock, wake=self.dispatcher.wake)
        self.progress = ProgressTeller(
            store=store,
            clock=clock,
            channel=self.channel,
            live=self.runner.live,
            wake=self.dispatcher.wake,
        )

    def make_dispatcher(self) -> Dispatcher:
        """Return a dispatcher, such as that of another server on this database."""
        return Dispatcher(
            line=self.make_line(),
            sender=Sender(
                policy=self.policy, user_agent="test", clock=self.clock, seconds=self.seconds
            ),
            seals=Seals(self.sealer),
            issues=self.alerts,
            clock=self.clock,
            metrics=self.metrics,
            most=self.most,
        )

    def make_line(self) -> Line:
        """Return the line as one server sees it."""
        return Line(store=self.store, clock=self.clock, lease=LEASE, per_endpoint=self.per_endpoint)

    async def somebody(self, name: str, role: Role = Role.USER) -> Identity:
        user = await Users(store=self.store, clock=self.clock).create(name, role)
        return Identity(user.id, user.name, user.role, ALL_SCOPES)

    async def webhook(self, who: Identity, url: str, *events: str, **wish: object) -> Webhook:
        """Make a webhook that wants `events`."""
        given = WebhookWish(url=url, events=events or ("task.*",), **wish)  # type: ignore[arg-type]
        made = await self.webhooks.create(who, given)
        assert isinstance(made, NewSecret)
        return made.webhook

    async def task(
        self,
        who: Identity,
        *,
        state: str = "RUNNING",
        folder: str = "",
        callback: str | None = None,
        error: tuple[str, str] | None = None,
    ) -> UUID:
        """Put a task into storage, with `callback` sealed for it."""
        task_id, now = new_id(), self.clock.now()
        sealed = None
        if callback is not None:
            told = await self.callbacks.seal(who.user_id, [task_id], callback)
            sealed = told.urls[0]
        code, message = error or (None, None)

        async def write(transaction: Transaction) -> None:
            if callback is not None:
                await self.callbacks.ensure(transaction, who.user_id, told.secret)
            values = (task_id, who.user_id, "https://example.com/a.iso?x=1", folder, "a.iso", state)
            later = (now - timedelta(seconds=270), sealed, code, message, now)
            await transaction.execute(INSERT_TASK, *values, now, *later, False, False)

        await self.store.write(write)
        return task_id

    async def happen(
        self, who: Identity | None, kind: str, task_id: UUID | None = None, **data: object
    ) -> None:
        """Let something happen, and with it what is to be told of it."""
        owner_id = None if who is None else who.user_id
        event = NewEvent(owner_id, task_id, kind, dict(data), self.clock.now())

        async def write(transaction: Transaction) -> None:
            transaction.record(event)

        await self.store.write(write)

    async def start(self, who: Identity, *, task_id: UUID | None = None) -> UUID:
        """Let a task start, and with it `task.started` be told."""
        found = task_id or await self.task(who)
        await self.happen(who, EventKind.TASK_STARTED.value, found, state="RUNNING", attempt=1)
        return found

    async def drain(self, dispatcher: Dispatcher | None = None) -> None:
        """Send all that is due, until nothing of it is left."""
        sending = dispatcher or self.dispatcher
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                await sending.look()
                if not sending.sending:
                    return
                await until(lambda: not sending.sending)

    async def all(self, who: Identity, **wanted: object) -> list[Delivery]:
        """Return the deliveries of somebody, the oldest first."""
        page = await self.deliveries.page(
            who,
            DeliveryFilter(**wanted),  # type: ignore[arg-type]
            first=100,
            after=None,
        )
        return page.items[::-1]

    async def tries(self, delivery: Delivery) -> list[Try]:
        """Return the tries of a delivery."""
        found = await self.deliveries.tries([delivery.number])
        return found.get(delivery.number, [])

    async def one(self, who: Identity) -> tuple[Delivery, list[Try]]:
        """Return the only delivery of somebody with its tries."""
        (delivery,) = await self.all(who)
        return delivery, await self.tries(delivery)

    async def alert_rows(self) -> list[Row]:
        """Return the alerts that are not restored."""
        return list(await self.store.fetch("SELECT * FROM alerts WHERE restored_at IS NULL"))


async def until(condition: Callable[[], bool]) -> None:
    """Let everybody else run until `condition` holds."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not condition():
            await asyncio.sleep(0.001)


@asynccontextmanager
async def rigged(
    store: Store, clock: FakeClock, folder: Path, **settings: object
) -> AsyncIterator[Rig]:
    """Give a rig whose outbox accompanies the store. Its dispatcher looks when it is told to."""
    rig = Rig(store, clock, Sealer(folder / "secret.key"), **settings)  # type: ignore[arg-type]
    store.accompany(Outbox(rig.dispatcher.wake).accompany)
    try:
        yield rig
    finally:
        await rig.dispatcher.close()
        await rig.progress.close()
