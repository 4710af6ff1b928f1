"""What the tests of the audit log share."""

from datetime import timedelta

import pytest

from services.access.identity import ALL_SCOPES, Credential, CredentialKind, Identity, Role
from services.audit.listing import AuditListing
from services.audit.log import AuditLog
from services.metrics import Metrics
from services.store.store import Store
from tests.fakes.clock import FakeClock

AGE = timedelta(days=365)

KEY = Credential(CredentialKind.KEY, label="argosy_Ab3dEf")
ADMIN = Identity(1, "admin", Role.ADMIN, ALL_SCOPES, KEY)
ALICE = Identity(2, "alice", Role.USER, ALL_SCOPES, KEY)


@pytest.fixture
def metrics() -> Metrics:
    return Metrics(version="test")


@pytest.fixture
def audit(store: Store, clock: FakeClock, metrics: Metrics) -> AuditLog:
    return AuditLog(store=store, clock=clock, age=AGE, metrics=metrics)


@pytest.fixture
def listing(store: Store) -> AuditListing:
    return AuditListing(store=store)
