"""`POST /api/ws-ticket`: a ticket to open a WebSocket with."""

from starlette.requests import Request
from starlette.responses import Response

from argosy.http.answers import json_response
from argosy.http.authentication import Authenticator
from services.access.keys.tickets import LIFETIME, Tickets


class TicketOffice:
    """Gives a ticket to whoever has proved who they are."""

    def __init__(self, *, tickets: Tickets, authenticator: Authenticator) -> None:
        self._tickets = tickets
        self._authenticator = authenticator

    async def issue(self, request: Request) -> Response:
        """Answer with a ticket that is good once, and how many seconds it is good for."""
        identity = await self._authenticator.identify(request)
        ticket = await self._tickets.issue(identity)
        body = {
            "ticket": ticket.value,
            "expiresAt": ticket.expires_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "expiresIn": LIFETIME.seconds,
        }
        return json_response(body)
