"""What the command line changes is recorded in the audit log, as what people do elsewhere is."""

import os
import pwd
from collections.abc import Awaitable, Callable
from datetime import timedelta

from argosy.settings import Settings
from services.access.caller import NOBODY
from services.audit.entries import COMMAND_LINE, DONE
from services.audit.log import AuditLog
from services.audit.remarks import remarking
from services.clock import SystemClock
from services.errors import ArgosyError, ErrorCode
from services.store.store import Store


async def recorded(
    settings: Settings, store: Store, action: str, work: Callable[[Store], Awaitable[None]]
) -> None:
    """Do `work`, and leave an entry that says so, whatever becomes of it."""
    age = timedelta(days=settings.audit_days)
    audit = AuditLog(store=store, clock=SystemClock(), age=age)
    outcome = ErrorCode.INTERNAL_ERROR.value
    with remarking() as remarks:
        try:
            await work(store)
            outcome = DONE
        except ArgosyError as error:
            outcome = error.code.value
            raise
        finally:
            await audit.record(
                *(None, NOBODY, action, outcome),
                actor_name=COMMAND_LINE,
                details={"systemUser": system_user()},
                remarks=remarks,
            )


def system_user() -> str:
    """Return who runs this program; the environment could say anything."""
    number = os.getuid()
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)
