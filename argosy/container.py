"""Builds every service once, in order, and takes them down in reverse."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta

import structlog

from argosy.counting import Counting
from argosy.settings import Settings
from argosy.version import VERSION
from schema.types.context import Services
from services.access.keys.key_ring import KeyRing
from services.access.keys.key_uses import KeyUses
from services.access.keys.keys import Keys
from services.access.keys.one_time import OneTimeTokens
from services.access.keys.tickets import Tickets
from services.access.logins.logins import Logins
from services.access.logins.passwords import Passwords
from services.access.logins.programs import Programs
from services.access.logins.second_factor import SecondFactor
from services.access.logins.sessions import Sessions
from services.access.logins.tokens import Tokens
from services.access.people.own_account import OwnAccount
from services.access.people.people import People
from services.access.people.users import User, Users
from services.access.quotas.quotas import Quotas
from services.access.quotas.tiers import Tiers
from services.access.revocations import Revocations
from services.access.setup import Setup
from services.audit.listing import AuditListing
from services.audit.log import AuditLog
from services.clock import SystemClock
from services.engines.engine import Engine
from services.engines.ftp.engine import FtpEngine
from services.engines.http.engine import HttpEngine
from services.engines.http.settings import HttpSettings
from services.engines.loop import EngineLoop
from services.engines.sftp.engine import SftpEngine
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
from services.sealing import Sealer
from services.statistics import Statistics
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

USER_AGENT = f"Argosy/{VERSION}"
ENGINES_ANSWER_SECONDS = 1.5


class Container:
    """The services. They do nothing until `running` is entered."""

    admin: User  # from `running` on

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.setup_token: str | None = None  # to be shown once, after the first start
        clock = SystemClock()
        policy = AddressPolicy(settings.allow_networks)
        channel: Channel[TaskProgress] = Channel()

        self._store = make_store(settings.data_dir, settings.database)
        self.metrics = Metrics(version=VERSION)
        self.tiers = Tiers(settings.tiers)
        self.users = Users(store=self._store, clock=clock, tiers=self.tiers)
        self._key_uses = KeyUses(store=self._store, clock=clock)
        self.keys = Keys(store=self._store, clock=clock, uses=self._key_uses)
        self.revocations = Revocations(store=self._store, clock=clock)
        remembered = Remembered(store=self._store, clock=clock)
        self._sealer = Sealer(settings.key_file)
        self._passwords = Passwords()
        self.one_time_tokens = OneTimeTokens(store=self._store, clock=clock)
        self.tickets = Tickets(store=self._store, tokens=self.one_time_tokens, clock=clock)
        self.sessions = Sessions(store=self._store, clock=clock)
        self.setup = Setup(
            store=self._store,
            users=self.users,
            keys=self.keys,
            passwords=self._passwords,
            tokens=self.one_time_tokens,
            remembered=remembered,
            clock=clock,
        )
        self.counting = Counting(settings=settings, clock=clock, metrics=self.metrics)
        self.attempts = self.counting.attempts
        self.second_factor = SecondFactor(store=self._store, clock=clock, sealer=self._sealer)
        self.logins = Logins(
            store=self._store,
            clock=clock,
            users=self.users,
            passwords=self._passwords,
            second_factor=self.second_factor,
            tokens=self.one_time_tokens,
            attempts=self.attempts,
        )
        self.audit = AuditLog(
            store=self._store,
            clock=clock,
            age=timedelta(days=settings.audit_days),
            metrics=self.metrics,
        )
        self.tokens = Tokens(
            store=self._store, clock=clock, sessions=self.sessions, sealer=self._sealer
        )
        self._audit_pruning = Pruning(self.audit, name="audit log", seconds=3600)
        self._events = EventLog(
            store=self._store,
            remembered=remembered,
            clock=clock,
            bounds=Bounds(timedelta(days=settings.event_log_days), settings.event_log_entries),
        )
        self._tail = Tail(events=self._events, store=self._store, metrics=self.metrics)
        self._pruning = Pruning(self._events, name="events", seconds=60)
        self._loop = EngineLoop()
        self._speeds = Speeds(
            store=self._store,
            remembered=remembered,
            clock=clock,
            limit=settings.speed_limit or None,
        )
        pauses = Pauses(remembered=remembered)
        self._quotas = quotas = Quotas(store=self._store, clock=clock, tiers=self.tiers)
        space = Space(settings.downloads)
        engines = _engines(settings, policy, space)
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
                store=self._store, clock=clock, tiers=self.tiers, speeds=self._speeds
            ),
            quotas=quotas,
            has_room=space.has_room,
            engines=engines,
            loop=self._loop,
            channel=channel,
            clock=clock,
            metrics=self.metrics,
            most=settings.max_concurrent_downloads,
            progress_seconds=settings.progress_interval,
        )
        system = System(clock=clock, folder=settings.downloads)
        orders = Orders(policy=policy, engines=engines.keys())
        tasks = Tasks(
            store=self._store,
            clock=clock,
            orders=orders,
            channel=channel,
            runner=self._runner,
            sealer=self._sealer,
            duplicates=Duplicates(store=self._store, root=settings.downloads),
            quotas=quotas,
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
            store=self._store, clock=clock, channel=channel, runner=self._runner, quotas=quotas
        )
        self._leaving = Leaving(store=self._store, removal=removal)
        self.services = Services(
            VERSION,
            tasks,
            EventQueries(store=self._store, log=self._events),
            Changes(
                store=self._store,
                clock=clock,
                channel=channel,
                runner=self._runner,
                quotas=quotas,
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
            Queue(
                store=self._store,
                pauses=pauses,
                runner=self._runner,
                speeds=self._speeds,
                limits=limits,
                most=settings.max_concurrent_downloads,
            ),
            self._speeds,
            statistics,
            system,
            KeyRing(
                store=self._store,
                clock=clock,
                uses=self._key_uses,
                on_change=self.revocations.hurry,
            ),
            board=board,
            tail=self._tail,
            audit=self.audit,
            audit_listing=AuditListing(store=self._store),
            people=People(
                store=self._store,
                clock=clock,
                users=self.users,
                passwords=self._passwords,
                second_factor=self.second_factor,
                on_change=self.revocations.hurry,
                on_removal=self._leaving.hurry,
            ),
            account=OwnAccount(
                users=self.users,
                passwords=self._passwords,
                second_factor=self.second_factor,
                sessions=self.sessions,
                attempts=self.attempts,
                on_change=self.revocations.hurry,
            ),
            programs=Programs(logins=self.logins, tokens=self.tokens),
            quotas=quotas,
        )
        self.observation = Observation(
            metrics=self.metrics,
            tasks=tasks,
            statistics=statistics,
            running=lambda: self._runner.running,
        )
        self.health = HealthService(
            version=VERSION, clock=clock, uptime=lambda: system.uptime, checks=self._checks()
        )

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Open what must be open, and close it in reverse."""
        close_incomplete(self.settings.downloads)
        async with AsyncExitStack() as stack:
            await self._store.open()
            stack.push_async_callback(self._store.close)
            stack.push_async_callback(self.counting.close)
            stack.push_async_callback(self.audit.close)
            stack.callback(self._passwords.close)
            # Many tasks are looked at for that: only where there is no key.
            is_awaited = not self._sealer.has_file and await is_key_awaited(self._store)
            self._sealer.prepare(is_awaited=is_awaited)
            self._loop.start()
            stack.push_async_callback(self._loop.stop)
            self.admin = await self.setup.ensure_admin()
            self.setup_token = await self.setup.first_token(self.admin, self.settings.admin_key)
            await self._events.open()
            for part in (
                *(self._tail, self._echo, self._pruning, self.revocations, self._key_uses),
                self._audit_pruning,
            ):
                await part.open()
                stack.push_async_callback(part.close)
            await self._speeds.refresh()
            for name, tier in await self._quotas.without_tier():
                log.warning("user.without_tier", user=name, tier=tier)
            await self._runner.open()
            stack.push_async_callback(self._runner.close)
            await self._leaving.open()
            stack.push_async_callback(self._leaving.close)
            yield

    @property
    def is_stuck(self) -> bool:
        """Whether a thread of the engines outlived their end."""
        return self._loop.is_stuck

    def _checks(self) -> dict[str, Check]:
        async def database() -> bool:
            return len(await self._store.fetch("SELECT 1 AS one")) == 1

        async def runner() -> bool:
            return self._runner.is_well

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


def _engines(settings: Settings, policy: AddressPolicy, space: Space) -> dict[str, Engine]:
    """Return every way to fetch, by its name."""
    root, hashing, proxy = settings.downloads, settings.hash, settings.proxy
    http = HttpSettings(
        hash=hashing,
        connections=settings.max_connections_per_download,
        connections_per_host=settings.max_connections_per_host,
        start_rate=settings.start_rate_per_host,
        system_proxy=proxy,
    )
    hosts = Hosts(settings.max_connections_per_host, settings.start_rate_per_host)
    engines: list[Engine] = [
        HttpEngine(root=root, policy=policy, user_agent=USER_AGENT, settings=http, space=space),
        FtpEngine(
            root=root, policy=policy, hash=hashing, system_proxy=proxy, space=space, hosts=hosts
        ),
        SftpEngine(
            root=root,
            policy=policy,
            known_hosts=settings.data_dir / "known_hosts",
            hash=hashing,
            system_proxy=proxy,
            space=space,
            hosts=hosts,
        ),
    ]
    return {engine.name: engine for engine in engines}
