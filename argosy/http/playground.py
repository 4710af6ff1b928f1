"""The GraphQL playground."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from argosy.http.login.door import Door
from services.access.identity import Identity

DASHBOARD = Path(__file__).parents[1] / "dashboard"
ASSETS = DASHBOARD / "assets"
PAGE = DASHBOARD / "playground" / "index.html"

# Workers run from our own files. The editor sets styles on its elements, the page carries its
# fonts as data, and the line under a mistake is an image in data; nothing else is relaxed.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; worker-src 'self'; "
    "manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
NOT_BUILT = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Argosy playground</title>
<p>The playground was not built. Build it with <code>make dashboard</code> (it needs the npm
registry once) and restart the server. The API at this address works all the same.</p></html>
"""


SWITCHED_OFF = """<!doctype html><html lang="en"><meta charset="utf-8">
<title>Argosy playground</title><p>This server takes trusted documents only
(<code>ARGOSY_ONLY_TRUSTED_DOCUMENTS</code>), and so there is no playground. The API at this
address answers to those documents.</p></html>
"""


class Playground:
    """Shows the page; `is_off` where nothing could be asked there."""

    def __init__(self, *, door: Door, is_off: bool = False) -> None:
        self._door = door
        self._is_off = is_off

    async def show(self, request: Request) -> Response:
        """Show the page to who is signed in, or wants to give a key there (`?with=key`)."""
        if self._is_off:
            return HTMLResponse(
                SWITCHED_OFF, status_code=403, headers={"Cache-Control": "no-cache"}
            )
        if request.query_params.get("with") == "key":
            return _page(None)
        return await self._door.lead(request, _page)


def _page(_identity: Identity | None) -> Response:
    built = PAGE.is_file()
    return HTMLResponse(
        PAGE.read_text(encoding="utf-8") if built else NOT_BUILT,
        status_code=200 if built else 503,
        headers={"Content-Security-Policy": POLICY, "Cache-Control": "no-cache"},
    )
