"""What operators look at: health and metrics."""

from starlette.requests import Request
from starlette.responses import Response

from argosy.http.answers import json_response
from argosy.http.authentication import Authenticator
from services.access.identity import Scope
from services.errors import Forbidden
from services.health import HealthService
from services.metrics import CONTENT_TYPE
from services.observation import Observation


class Observe:
    """`/health` for everybody, `/metrics` for keys with the scope `metrics:read`."""

    def __init__(
        self, *, health: HealthService, observation: Observation, authenticator: Authenticator
    ) -> None:
        self._health = health
        self._observation = observation
        self._authenticator = authenticator

    async def health(self, _request: Request) -> Response:
        """Say how the server is; 503 if a part of it has failed."""
        health = await self._health.examine()
        body = {
            "status": "healthy" if health.is_well else "unhealthy",
            "service": "Argosy",
            "version": health.version,
            "timestamp": health.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "uptime": int(health.uptime.total_seconds()),
            "services": health.parts,
            **({"reasons": health.reasons} if health.reasons else {}),
        }
        return json_response(body, 200 if health.is_well else 503)

    async def metrics(self, request: Request) -> Response:
        """Give the metrics in Prometheus's format."""
        identity = await self._authenticator.identify(request)
        identity.require(Scope.METRICS_READ)
        if not identity.is_admin:
            message = "The metrics are about everybody: they are for administrators' keys."
            raise Forbidden(message)
        return Response(await self._observation.scrape(), media_type=CONTENT_TYPE)
