"""Gives backups to administrators, as files."""

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from argosy.http.authentication import Authenticator
from services.access.identity import Scope
from services.audit.entries import DONE
from services.audit.log import AuditLog
from services.backups.backups import Backups

ACTION = "GET /api/backups"


class BackupFiles:
    """`/api/backups/{filename}`, for who has the scope `backups:write`."""

    def __init__(self, *, backups: Backups, authenticator: Authenticator, audit: AuditLog) -> None:
        self._backups = backups
        self._authenticator = authenticator
        self._audit = audit

    async def give(self, request: Request) -> Response:
        """Give an archive, or a range of it. Who took one stands in the audit log."""
        identity = await self._authenticator.identify(request)
        identity.require(Scope.BACKUPS_WRITE)
        place = await self._backups.place(request.path_params["filename"])
        if request.method == "GET":
            await self._audit.record(
                *(identity, request.scope["state"]["caller"], ACTION, DONE),
                details={"backup": place.name},
                request_id=request.scope["state"]["request_id"],
            )
        return FileResponse(
            place,
            filename=place.name,
            media_type="application/gzip",
            headers={"Cache-Control": "no-store"},
        )
