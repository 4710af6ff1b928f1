"""What becomes of finished tasks and their files: cut into parts, deleted after a time."""

from datetime import timedelta
from functools import partial

from argosy.parts.ground import Ground
from services.configuration.live import Apply
from services.scheduler import Every, Job, Scheduler
from services.tasks.changing.expiry import Expiry
from services.tasks.changing.removal import Removal
from services.tasks.changing.splitting import Splitting

PAUSE = timedelta(minutes=1)


class Afterwards:
    """Has the scheduler look after what is finished."""

    def __init__(self, ground: Ground, *, scheduler: Scheduler, removal: Removal) -> None:
        settings = ground.settings
        self.expiry = Expiry(
            removal=removal, clock=ground.clock, minutes=settings.auto_delete_minutes
        )
        self.splitting = Splitting(
            store=ground.store,
            remembered=ground.remembered,
            clock=ground.clock,
            root=settings.downloads,
            most=settings.max_split_size,
        )
        scheduler.add(Job("auto_delete", Every(PAUSE), self.expiry.run))
        scheduler.add(Job("split", Every(PAUSE), self.splitting.run))

    def applies(self) -> dict[str, Apply]:
        """Return what takes new values of settings while the server runs."""
        return {
            "auto_delete_minutes": partial(setattr, self.expiry, "minutes"),
            "max_split_size": partial(setattr, self.splitting, "most"),
        }
