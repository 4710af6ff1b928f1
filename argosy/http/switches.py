"""What browsers get, as far as it is switched on."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from argosy.http.errors import NothingHere

Serve = Callable[[Request], Awaitable[Response]]


@dataclass(slots=True)
class Switches:
    """Each may be set while the server runs."""

    pages: bool = True
    playground: bool = True

    def page(self, serve: Serve) -> Serve:
        """Return what serves a page where there are pages, and is not there else."""

        async def serve_page(request: Request) -> Response:
            if not self.pages:
                raise NothingHere
            return await serve(request)

        return serve_page

    def of_playground(self, serve: Serve) -> Serve:
        """Return what serves something of the playground where that is there: it needs pages."""

        async def serve_playground(request: Request) -> Response:
            if not (self.pages and self.playground):
                raise NothingHere
            return await serve(request)

        return serve_playground
