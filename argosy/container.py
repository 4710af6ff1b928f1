"""Builds every service once, in order, and takes them down in reverse."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta

import structlog

from argosy.parts.access import Access
from argosy.parts.afterwards import Afterwards
from argosy.parts.alerts import AlertsPart
from argosy.parts.backups import BackupsPart
from argosy.parts.documents import Registered
from argosy.parts.engines import USER_AGENT, make_engines
from argosy.parts.ground import Ground
from argosy.parts.live import Takers
from argosy.parts.logs import LogKeeping
from argosy.parts.notifiers import NotifiersPart
from argosy.parts.plugins import PluginsPart
from argosy.parts.restoring import RestoringPart
from argosy.parts.upkeep import Service, Upkeep
from argosy.parts.webhooks import WebhooksPart
from argosy.settings import Settings
from argosy.version import VERSION
from schema.types.context import Services
from services.access.people.people import People
from services.access.people.users import User
from services.alerts.alerts import Alerts
from services.audit.listing import AuditListing
from services.clock import SystemClock
from services.engines.claiming import PLUGIN
from services.engines.loop import EngineLoop
from services.errors import Unavailable
from services.events.bus import Channel
from services.events.log import Bounds, EventLog
from services.events.queries import EventQueries
from services.events.tail import Tail
from services.files.places import close_incomplete
from services.files.space import Space
from services.health import Check, HealthService, Obstructed
from services.metrics import Metrics
from services.observation import Observation
from services.outgoing.addresses import AddressPolicy
from services.outgoing.hosts import Hosts
from services.pruning import Pruning
from services.remembered import Remembered
from services.repetition import Repetitions
from services.scheduler import Scheduler
from services.sealing import Sealer
from services.statistics.report import Report
from services.statistics.totals import Statistics
from services.store.choose import make_store
from services.system import System
from services.tasks.adding.duplicates import Duplicates
from services.tasks.adding.orders import Orders
from services.tasks.changing.changes import Changes
from services.tasks.changing.leaving import Leaving
from services.tasks.changing.moving import Moving
from services.tasks.changing.purge import Purge
from services.tasks.changing.removal import Removal
from services.tasks.changing.updates import Updates
from services.tasks.limits.allowances import Allowances
from services.tasks.limits.pauses import Pauses
from services.tasks.limits.queue import Queue
from services.tasks.limits.speeds import Speeds
from services.tasks.records import TaskProgress
from services.tasks.running.claims import Claims
from services.tasks.running.runner import EmbeddedRunner
from services.tasks.running.turns import Limits, Turns
from services.tasks.sealed import is_key_awaited
from services.tasks.tasks import Tasks
from services.tasks.telling.board import Board
from services.tasks.telling.echo import Echo

log = structlog.get_logger(__name__)

ENGINES_ANSWER_SECONDS = 1.5


class Container:
    """The services. They do nothing until `running` is entered."""

    admin: User  # from `running` on

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.setup_token: str | None = None  # to be shown once, after the first start
        clock = SystemClock()
        channel: Channel[TaskProgress] = Channel()

        self._store = make_store(settings.data_dir, settings.database)
        self.metrics = Metrics(version=VERSION)
        remembered = Remembered(store=self._store, clock=clock)
        self._sealer = Sealer(settings.key_file)
        ground = Ground(
            settings=settings,
            clock=clock,
            policy=AddressPolicy(settings.allow_networks),
            store=self._store,
            metrics=self.metrics,
            sealer=self._sealer,
            remembered=remembered,
            issues=Alerts(store=self._store, clock=clock, metrics=self.metrics),
        )
        self.notifiers = NotifiersPart(ground)
        self.plugins = PluginsPart(ground, channel=channel)
        self.access = access = Access(ground)
        self._events = EventLog(
            store=self._store,
            remembered=remembered,
            clock=clock,
            bounds=Bounds(timedelta(days=settings.event_log_days), settings.event_log_entries),
        )
        self._logs = LogKeeping(ground, self._events)
        self.registered = Registered(ground)
        self.scheduler = Scheduler(store=self._store, clock=clock)
        self.backups = BackupsPart(ground, self.scheduler)
        self.restoring = RestoringPart(ground, self.backups, self._working)
        self._tail = Tail(events=self._events, store=self._store, metrics=self.metrics)
        self.alerts = AlertsPart(ground, tail=self._tail, backups=self.backups.backups)
        self._pruning = Pruning(self._events, name="events", seconds=60)
        self._loop = EngineLoop()
        self._speeds = Speeds(
            store=self._store,
            remembered=remembered,
            clock=clock,
            limit=settings.speed_limit or None,
        )
        pauses = Pauses(remembered=remembered)
        space = Space(settings.downloads)
        hosts = Hosts(settings.max_connections_per_host, settings.start_rate_per_host)
        engines = {
            **make_engines(settings, ground.policy, space, hosts),
            PLUGIN: self.plugins.engine(space, hosts),
        }
        limits = Limits(
            user=settings.max_concurrent_downloads_per_user,
            host=settings.max_concurrent_downloads_per_host,
        )
        self._runner = EmbeddedRunner(
            claims=Claims(
                store=self._store,
                clock=clock,
                data_dir=settings.data_dir,
                turns=Turns(limits),
                pauses=pauses,
            ),
            sealer=self._sealer,
            speeds=self._speeds,
            pauses=pauses,
            purge=Purge(store=self._store, clock=clock, root=settings.downloads),
            repetitions=Repetitions(store=self._store, clock=clock),
            allowances=Allowances(
                store=self._store, clock=clock, tiers=access.tiers, speeds=self._speeds
            ),
            quotas=access.quotas,
            has_room=space.has_room,
            engines=engines,
            loop=self._loop,
            channel=channel,
            clock=clock,
            metrics=self.metrics,
            most=settings.max_concurrent_downloads,
            progress_seconds=settings.progress_interval,
            rewriting=self.plugins.rewriting,
        )
        self.webhooks = webhooks = WebhooksPart(
            ground, user_agent=USER_AGENT, channel=channel, live=self._runner.live
        )
        system = System(clock=clock, folder=settings.downloads)
        orders = Orders(policy=ground.policy, engines=engines.keys(), claiming=self.plugins.claims)
        tasks = Tasks(
            store=self._store,
            clock=clock,
            orders=orders,
            channel=channel,
            runner=self._runner,
            sealer=self._sealer,
            duplicates=Duplicates(store=self._store, root=settings.downloads),
            quotas=access.quotas,
            callbacks=webhooks.callbacks,
        )
        board = Board(
            store=self._store,
            clock=clock,
            channel=channel,
            runner=self._runner,
            pauses=pauses,
            tail=self._tail,
            interval=settings.progress_interval,
        )
        self._echo = Echo(
            store=self._store,
            channel=channel,
            board=board,
            runner=self._runner,
            tail=self._tail,
        )
        statistics = Statistics(store=self._store, clock=clock)
        removal = Removal(
            store=self._store,
            clock=clock,
            channel=channel,
            runner=self._runner,
            quotas=access.quotas,
        )
        afterwards = Afterwards(ground, scheduler=self.scheduler, removal=removal)
        self._leaving = Leaving(store=self._store, removal=removal)
        queue = Queue(
            store=self._store,
            pauses=pauses,
            runner=self._runner,
            speeds=self._speeds,
            limits=limits,
            most=settings.max_concurrent_downloads,
        )
        takers = Takers(
            runner=self._runner,
            limits=limits,
            queue=queue,
            board=board,
            engines=engines,
            hosts=hosts,
            loop=self._loop,
            events=self._events,
            audit=access.audit,
            rate_limits=access.counting.limits,
            tiers=access.tiers,
        )
        self.upkeep = Upkeep(ground, takers=takers, speeds=self._speeds)
        for part in (self.backups, self.plugins, self.alerts, self.webhooks, afterwards):
            self.upkeep.live.add_all(part.applies())
        restartable: tuple[tuple[Service, str, str], ...] = (
            (self._runner, "runner", "Does the downloads."),
            (self.scheduler, "scheduler", "Does what is done at its times."),
            (self.notifiers.dispatcher, "notifiers", "Sends notices to notifiers."),
            (self.plugins.service, "plugins", "Runs plugins, each by itself."),
            (webhooks.dispatcher, "webhooks", "Tells webhooks and callbacks what happens."),
        )
        for service, name, title in restartable:
            self.upkeep.add(service, name, title)
        self.upkeep.add_bus(self._tail, self._echo)
        self.services = Services(
            VERSION,
            tasks,
            EventQueries(store=self._store, log=self._events),
            Changes(
                store=self._store,
                clock=clock,
                channel=channel,
                runner=self._runner,
                quotas=access.quotas,
            ),
            removal,
            Moving(store=self._store, clock=clock, runner=self._runner),
            Updates(
                store=self._store,
                clock=clock,
                runner=self._runner,
                speeds=self._speeds,
                sealer=self._sealer,
                orders=orders,
            ),
            queue,
            self._speeds,
            statistics,
            system,
            access.key_ring,
            board=board,
            tail=self._tail,
            audit=access.audit,
            audit_listing=AuditListing(store=self._store),
            people=People(
                store=self._store,
                clock=clock,
                users=access.users,
                passwords=access.passwords,
                second_factor=access.second_factor,
                on_change=access.revocations.hurry,
                on_removal=self._leaving.hurry,
            ),
            account=access.own_account,
            programs=access.programs,
            quotas=access.quotas,
            logs=self._logs.logs,
            backups=self.backups.backups,
            backup_board=self.backups.board,
            restoring=self.restoring.restoring,
            notifiers=self.notifiers.notifiers,
            report=Report(store=self._store, clock=clock),
            plugins=self.plugins.plugins,
            alerts=self.alerts.listing,
            alert_desk=self.alerts.desk,
            alert_feed=self.alerts.feed,
            configuration=self.upkeep.configuration,
            parts=self.upkeep.parts,
            caches=self.upkeep.caches,
            webhooks=webhooks.webhooks,
            deliveries=webhooks.deliveries,
            callbacks=webhooks.callbacks,
        )
        self.observation = Observation(
            metrics=self.metrics,
            tasks=tasks,
            statistics=statistics,
            running=lambda: self._runner.running,
            alerts=self.alerts.listing,
            waiting=webhooks.deliveries.waiting,
        )
        self.health = HealthService(
            version=VERSION, clock=clock, uptime=lambda: system.uptime, checks=self._checks()
        )

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Open what must be open, and close it in reverse."""
        close_incomplete(self.settings.downloads)
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self._logs.keeping())
            await self._store.open()
            stack.push_async_callback(self._store.close)
            await stack.enter_async_context(self._logs.running())
            await stack.enter_async_context(self.registered.running())
            await stack.enter_async_context(self.access.closing())
            # Many tasks are looked at for that: only where there is no key.
            is_awaited = not self._sealer.has_file and await is_key_awaited(self._store)
            self._sealer.prepare(is_awaited=is_awaited)
            self._loop.start()
            stack.push_async_callback(self._loop.stop)
            await stack.enter_async_context(self.restoring.running())
            yield

    @asynccontextmanager
    async def _working(self) -> AsyncIterator[None]:
        """Open all that works by itself or knows the rows; a restore does it anew with others."""
        async with AsyncExitStack() as stack:
            await self.restoring.watch.learn()
            self.admin = await self.access.setup.ensure_admin()
            self.setup_token = await self.access.setup.first_token(
                self.admin, self.settings.admin_key
            )
            self.access.keys.lend_to(self.admin)
            await self.access.revocations.look()  # who is connected may be nobody here any more
            await self._events.open()
            await stack.enter_async_context(self.backups.running())
            for part in (self._tail, self._echo, self._pruning, self.scheduler):
                await part.open()
                stack.push_async_callback(part.close)
            await stack.enter_async_context(self.access.running())
            await stack.enter_async_context(self.notifiers.running())
            await stack.enter_async_context(self.alerts.running())
            await stack.enter_async_context(self.plugins.running())
            await stack.enter_async_context(self.webhooks.running())
            self._speeds.forget(self.settings.speed_limit or None)
            await self._speeds.refresh()
            for name, tier in await self.access.quotas.without_tier():
                log.warning("user.without_tier", user=name, tier=tier)
            await self._runner.open()
            stack.push_async_callback(self._runner.close)
            await self._leaving.open()
            stack.push_async_callback(self._leaving.close)
            await stack.enter_async_context(self.upkeep.running())
            yield

    @property
    def is_stuck(self) -> bool:
        """Whether a thread of the engines outlived their end."""
        return self._loop.is_stuck

    def _checks(self) -> dict[str, Check]:
        async def database() -> bool:
            return len(await self._store.fetch("SELECT 1 AS one")) == 1

        async def runner() -> bool:
            return self._runner.is_well or self.restoring.works.is_stopped

        async def engines() -> bool:
            return await self._loop.answers(ENGINES_ANSWER_SECONDS)

        async def disk() -> bool:
            if reason := self._runner.obstacle:
                raise Obstructed(reason)
            return True

        async def secrets() -> bool:
            try:
                await asyncio.to_thread(self._sealer.check)
            except Unavailable as error:
                raise Obstructed(error.message) from error
            return True

        return {
            "database": database,
            "runner": runner,
            "engines": engines,
            "disk": disk,
            "secrets": secrets,
        }
