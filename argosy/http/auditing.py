"""Every request that may change something is recorded, but those that others record."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from argosy.http.authentication import Authenticator
from services.audit.entries import CANCELLED, DONE
from services.audit.log import AuditLog
from services.audit.remarks import remarking
from services.errors import ArgosyError, ErrorCode

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
RECORDED_BY_OTHERS = frozenset({"/graphql"})  # each of its mutations

Endpoint = Callable[[Request], Awaitable[Response]]


def record_routes(
    routes: Sequence[BaseRoute], *, audit: AuditLog, authenticator: Authenticator
) -> list[BaseRoute]:
    """Return `routes`, of which those that take more than safe methods leave entries."""
    return [
        Route(
            route.path,
            _recorded(route.path, route.endpoint, audit, authenticator),
            methods=sorted(route.methods or ()),
        )
        if isinstance(route, Route)
        and not SAFE.issuperset(route.methods or ())
        and route.path not in RECORDED_BY_OTHERS
        else route
        for route in routes
    ]


def _recorded(
    path: str, endpoint: Endpoint, audit: AuditLog, authenticator: Authenticator
) -> Endpoint:
    """Return an endpoint whose unsafe requests leave entries, whatever becomes of them."""

    async def recorded(request: Request) -> Response:
        if request.method in SAFE:
            return await endpoint(request)
        actor = await authenticator.find(request)  # before it is signed out, if it is
        outcome = ErrorCode.INTERNAL_ERROR.value
        with remarking() as remarks:
            try:
                response = await endpoint(request)
                outcome = DONE if response.status_code < 400 else str(response.status_code)
            except asyncio.CancelledError:
                outcome = CANCELLED
                raise
            except ArgosyError as error:
                outcome = error.code.value
                raise
            else:
                return response
            finally:
                state = request.scope["state"]
                action = f"{request.method} {path}"
                await audit.record(
                    *(actor, state["caller"], action, outcome),
                    request_id=state["request_id"],
                    remarks=remarks,
                )

    return recorded
