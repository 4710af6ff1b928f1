"""Who may do what: users, keys, logins, quotas, and what they did."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta

from argosy.counting import Counting
from argosy.parts.ground import Ground
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
from services.access.people.users import Users
from services.access.quotas.quotas import Quotas
from services.access.quotas.tiers import Tiers
from services.access.revocations import Revocations
from services.access.setup import Setup
from services.audit.log import AuditLog
from services.pruning import Pruning


class Access:
    """Users and all by which they prove who they are."""

    def __init__(self, ground: Ground) -> None:
        store, clock, settings = ground.store, ground.clock, ground.settings
        self.tiers = Tiers(settings.tiers)
        self.users = Users(store=store, clock=clock, tiers=self.tiers)
        self._key_uses = KeyUses(store=store, clock=clock)
        self.keys = Keys(store=store, clock=clock, uses=self._key_uses)
        self.revocations = Revocations(store=store, clock=clock)
        self.passwords = Passwords()
        tokens = OneTimeTokens(store=store, clock=clock)
        self.tickets = Tickets(store=store, tokens=tokens, clock=clock)
        self.sessions = Sessions(store=store, clock=clock)
        self.setup = Setup(
            store=store,
            users=self.users,
            keys=self.keys,
            passwords=self.passwords,
            tokens=tokens,
            remembered=ground.remembered,
            clock=clock,
        )
        self.counting = Counting(settings=settings, clock=clock, metrics=ground.metrics)
        self.second_factor = SecondFactor(store=store, clock=clock, sealer=ground.sealer)
        self.logins = Logins(
            store=store,
            clock=clock,
            users=self.users,
            passwords=self.passwords,
            second_factor=self.second_factor,
            tokens=tokens,
            attempts=self.counting.attempts,
        )
        self.tokens = Tokens(store=store, clock=clock, sessions=self.sessions, sealer=ground.sealer)
        self.programs = Programs(logins=self.logins, tokens=self.tokens)
        self.own_account = OwnAccount(
            users=self.users,
            passwords=self.passwords,
            second_factor=self.second_factor,
            sessions=self.sessions,
            attempts=self.counting.attempts,
            on_change=self.revocations.hurry,
        )
        self.key_ring = KeyRing(
            store=store, clock=clock, uses=self._key_uses, on_change=self.revocations.hurry
        )
        self.quotas = Quotas(store=store, clock=clock, tiers=self.tiers)
        self.audit = AuditLog(
            store=store,
            clock=clock,
            age=timedelta(days=settings.audit_days),
            metrics=ground.metrics,
        )
        self._audit_pruning = Pruning(self.audit, name="audit log", seconds=3600)

    @asynccontextmanager
    async def closing(self) -> AsyncIterator[None]:
        """Close at the end what is open from the beginning."""
        async with AsyncExitStack() as stack:
            stack.push_async_callback(self.counting.close)
            stack.push_async_callback(self.audit.close)
            stack.callback(self.passwords.close)
            yield

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Look now and then at what ends, and at what is to be forgotten."""
        async with AsyncExitStack() as stack:
            for part in (self.revocations, self._key_uses, self._audit_pruning):
                await part.open()
                stack.push_async_callback(part.close)
            yield
