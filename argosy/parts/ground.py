"""What all services stand on."""

from dataclasses import dataclass

from argosy.settings import Settings
from services.alerts.alerts import Alerts
from services.clock import Clock
from services.metrics import Metrics
from services.outgoing.addresses import AddressPolicy
from services.remembered import Remembered
from services.sealing import Sealer
from services.store.store import Store


@dataclass(frozen=True, slots=True)
class Ground:
    """What is made first, and given to everything else."""

    settings: Settings
    clock: Clock
    policy: AddressPolicy
    store: Store
    metrics: Metrics
    sealer: Sealer
    remembered: Remembered
    issues: Alerts
