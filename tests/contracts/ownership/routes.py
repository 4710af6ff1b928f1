"""Every route and socket, and what each caller is answered there."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from starlette.routing import Route, Router, WebSocketRoute
from starlette.types import ASGIApp

from tests.contracts.ownership.rows import World

SOCKET = "SOCKET"
LET_IN, TURNED_AWAY = 1000, 4403  # of a socket: it may be used, or is closed with that


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """What a route answers to each caller: a status, and whether the owner's things may be in it.

    `ask` makes the address (with `body`, also what is sent there); the same is then asked about
    what does not exist, and to others there is no difference.
    """

    owner: int
    other: int
    admin: int
    anonymous: int
    unscoped: int
    path: str
    body: Callable[[World], dict[str, Any]] | None = None
    shows_owner: bool = False  # to the owner themselves


def wrong_login(world: World) -> dict[str, Any]:
    return {"name": world.owner.name, "password": "not that one"}


def wrong_code(_: World) -> dict[str, Any]:
    return {"challenge": "x" * 43, "code": "000000"}


def wrong_token(_: World) -> dict[str, Any]:
    return {"token": "x" * 43}


def query(_: World) -> dict[str, Any]:
    return {"query": "{ viewer { name } }"}


def empty(_: World) -> dict[str, Any]:
    return {}


def for_all(status: int, path: str, body: Callable[[World], dict[str, Any]] | None = None) -> Door:
    """Return a door that is the same to everybody: nothing behind it is anybody's."""
    return Door(
        owner=status, other=status, admin=status, anonymous=status, unscoped=status, path=path,
        body=body,
    )  # fmt: skip


DOORS = {
    "GET /": Door(  # says who is signed in
        owner=200, other=200, admin=200, anonymous=200, unscoped=200, path="/", shows_owner=True,
    ),
    "GET /login": for_all(200, "/login"),
    "POST /api/login": for_all(401, "/api/login", wrong_login),
    "POST /api/login/second-factor": for_all(401, "/api/login/second-factor", wrong_code),
    "POST /api/logout": for_all(200, "/api/logout", empty),
    "POST /api/setup": for_all(401, "/api/setup", wrong_token),
    "GET /docs": for_all(308, "/docs"),
    "GET /docs/{name:path}": for_all(200, "/docs/graphql"),
    "GET /pages/{name}": for_all(200, "/pages/argosy.css"),
    "GET /assets/{name}": for_all(404, "/assets/nothing.js"),
    "GET /graphql": Door(
        owner=200, other=200, admin=200, anonymous=401, unscoped=200,
        path="/graphql?query=%7Bviewer%7Bname%7D%7D", shows_owner=True,
    ),
    "POST /graphql": Door(
        owner=200, other=200, admin=200, anonymous=401, unscoped=200,
        path="/graphql", body=query, shows_owner=True,
    ),
    f"{SOCKET} /graphql": Door(
        owner=LET_IN, other=LET_IN, admin=LET_IN, anonymous=TURNED_AWAY, unscoped=LET_IN,
        path="/graphql",
    ),
    "POST /api/ws-ticket": Door(
        owner=200, other=200, admin=200, anonymous=401, unscoped=200, path="/api/ws-ticket",
        body=empty,
    ),
    "GET /api/backups/{filename}": Door(
        owner=403, other=403, admin=404, anonymous=401, unscoped=403,
        path="/api/backups/backup_20260206_023000.tar.gz",
    ),
    "GET /health": for_all(200, "/health"),
    "GET /metrics": Door(
        owner=403, other=403, admin=200, anonymous=401, unscoped=403, path="/metrics",
    ),
}  # fmt: skip


def doors(app: ASGIApp) -> Iterator[str]:
    """Yield each method of each route of the application, as the table has them."""
    while not hasattr(app, "routes"):
        app = app._app
    router: Router = app
    for route in router.routes:
        if isinstance(route, WebSocketRoute):
            yield f"{SOCKET} {route.path}"
            continue
        assert isinstance(route, Route), route  # what is mounted has routes of its own
        assert route.methods, route
        yield from (f"{m} {route.path}" for m in route.methods if m != "HEAD")
