"""Plain pages: what this is, and the documentation."""

import html
from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from argosy.http.errors import NothingHere
from argosy.http.headings import give_ids
from argosy.http.login.door import HEADERS, Door
from argosy.version import VERSION
from services.access.identity import Identity
from services.access.logins.passwords import SHORTEST

PAGES = Path(__file__).parents[1] / "pages"
DOCS = Path(__file__).parents[2] / "docs"
FILES = ("*.css", "*.js", "*.svg")  # of the pages
SIGNED_IN = """<p class="quiet who">Signed in as <strong>NAME</strong>
    <button type="button" class="plain" id="sign-out">Sign out</button></p>
  <p class="problem" id="sign-out-problem" role="alert"></p>"""


class Pages:
    """Serves the files of `argosy/pages` and, as pages, those of `docs`."""

    def __init__(self, *, door: Door) -> None:
        self._door = door

    async def home(self, request: Request) -> Response:
        """Say what this is, and lead to the playground, the documentation and health."""
        return await self._door.lead(request, _home)

    async def login(self, _request: Request) -> Response:
        """Let people sign in, and choose a password at the first start.

        Its script leads on who is signed in: a redirect would lose the token of a setup link,
        which only the browser sees.
        """
        page = _file("login.html").replace("SHORTEST", str(SHORTEST))
        return HTMLResponse(page, headers=HEADERS)

    async def contents(self, _request: Request) -> Response:
        """Lead to the first page, where relative links lead where they should."""
        return RedirectResponse("/docs/", status_code=308)

    async def document(self, request: Request) -> Response:
        """Show one page of the documentation."""
        return _document(request.path_params["name"].removesuffix(".md") or "README")


def forget_pages() -> int:
    """Read every page anew; return how many were remembered."""
    kept = (_names, _file, _page)
    count = sum(function.cache_info().currsize for function in kept)
    for function in kept:
        function.cache_clear()
    return count


@cache
def _names() -> dict[str, Path]:
    """Return the pages by their path in `docs`, without the ending."""
    return {str(path.relative_to(DOCS).with_suffix("")): path for path in DOCS.rglob("*.md")}


@cache
def _file(name: str) -> str:
    return (PAGES / name).read_text(encoding="utf-8").replace("VERSION", VERSION)


def _home(identity: Identity | None) -> Response:
    name = html.escape(identity.user_name) if identity else ""
    page = _file("home.html").replace("WHO", SIGNED_IN.replace("NAME", name) if name else "")
    return HTMLResponse(page, headers=HEADERS)


def _document(name: str) -> Response:
    path = _names().get(name)
    if path is None:
        raise NothingHere
    return HTMLResponse(_page(path), headers={"Cache-Control": "no-cache"})


@cache
def _page(path: Path) -> str:
    from markdown_it import MarkdownIt  # nobody who starts the server waits for it

    text = path.read_text(encoding="utf-8")
    title = text.partition("\n")[0].removeprefix("# ")
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = markdown.parse(text)
    give_ids(tokens)
    body = markdown.renderer.render(tokens, markdown.options, {})
    frame = (PAGES / "document.html").read_text(encoding="utf-8")
    return frame.replace("TITLE", html.escape(title)).replace("BODY", body)
