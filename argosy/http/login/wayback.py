"""Where a browser goes on after it has signed in."""

import re
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

LOGIN = "/login"
HOME = "/"
SEE_OTHER = 303
# A path of this server. What begins with two slashes would name another one, and browsers take
# a backslash for a slash.
LOCAL = re.compile(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]{0,2000}")


def local(wish: str) -> str:
    """Return the path that is wished for, or that of the home page if it is none of ours."""
    is_ours = LOCAL.fullmatch(wish) and wish.partition("?")[0] != LOGIN
    return wish if is_ours else HOME


def to_login(request: Request) -> Response:
    """Lead to the page for signing in, and back from there."""
    # As it was sent: Starlette's own URL takes a part of the path from a header.
    query = request.scope["query_string"].decode("latin-1")
    path = request.scope["raw_path"].decode("latin-1")
    back = local(f"{path}?{query}" if query else path)
    target = LOGIN if back == HOME else f"{LOGIN}?next={quote(back, safe='')}"
    return RedirectResponse(target, status_code=SEE_OTHER, headers={"Cache-Control": "no-store"})
