"""Counts the requests that may change something, outside GraphQL, as requests of GraphQL.

Each leaves an entry in the audit log: without a bound, strangers could fill the disk with them.
"""

from collections.abc import Awaitable, Callable, Sequence

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from argosy.http.allowances import Allowances
from argosy.http.auditing import SAFE

COUNTED_THERE = frozenset({"/graphql"})

Endpoint = Callable[[Request], Awaitable[Response]]


def limit_routes(routes: Sequence[BaseRoute], allowances: Allowances) -> list[BaseRoute]:
    """Return `routes`, of which those that take more than safe methods are counted."""
    return [
        Route(
            route.path,
            _limited(route.endpoint, allowances),
            methods=sorted(route.methods or ()),
        )
        if isinstance(route, Route)
        and not SAFE.issuperset(route.methods or ())
        and route.path not in COUNTED_THERE
        else route
        for route in routes
    ]


def _limited(endpoint: Endpoint, allowances: Allowances) -> Endpoint:
    async def limited(request: Request) -> Response:
        if request.method not in SAFE:
            await allowances.admit(request)
        return await endpoint(request)

    return limited
