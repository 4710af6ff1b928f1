"""The program that serves: lock, database, application, and an orderly end."""

import asyncio
import contextlib
import gc
import os
import socket
import tempfile
from collections.abc import Callable, Iterator

import structlog
import uvicorn
import uvloop
from starlette.types import ASGIApp

from argosy import presence
from argosy.app import create_app
from argosy.container import Container
from argosy.ending import Ending, leave
from argosy.http.connection import Connection
from argosy.http.graphql.messages import LARGEST_MESSAGE
from argosy.http.socket_connection import SocketConnection
from argosy.keeping import with_kept
from argosy.loading import unknown_names
from argosy.settings import Settings
from argosy.version import VERSION
from services.access.setup import link
from services.errors import Conflict, Unavailable
from services.logs.levels import set_threshold
from services.store.choose import migrate
from services.store.folder import FolderLock

DRAIN_SECONDS = 5  # that requests under way have to end; the tasks' own end takes less
BACKLOG = 2048

log = structlog.get_logger(__name__)


class Server(uvicorn.Server):
    """Uvicorn, ended by a signal with status 0, and telling when it is ready."""

    def __init__(
        self, config: uvicorn.Config, ending: Ending, on_ready: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self._ending = ending
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        # What is there by now stays: looking through it again and again would hold everybody up.
        gc.freeze()
        gc.enable()
        if not self.should_exit:
            self._on_ready()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        # Uvicorn's own raises the signal again at the end, and so ends the process with it.
        self._ending.tell(self._end)
        yield

    def _end(self) -> None:
        self.force_exit = self.should_exit  # the second time, without waiting
        self.should_exit = True


def serve(settings: Settings, announce: Callable[[str], None]) -> int:
    """Serve until a signal ends it, and return the status to end the process with.

    `announce` is given what people should read. Raises `Conflict` where another server has the
    data folder or the port, and `Unavailable` where the database cannot be used.
    """
    with (
        Ending() as ending,
        FolderLock(settings.data_dir),
        _listening(settings) as listener,
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        is_stuck = runner.run(_serve(settings, listener, announce, ending))
    if is_stuck:
        leave(0)
    return 0


async def _serve(
    settings: Settings, listener: socket.socket, announce: Callable[[str], None], ending: Ending
) -> bool:
    """Serve, and return whether a thread is left that Python would wait for."""
    _try_download_folder(settings)
    for name in unknown_names():
        log.warning("settings.unknown", name=name)
    await migrate(settings.data_dir, settings.database)
    if ending.is_wanted:
        return False
    settings = await with_kept(settings)
    set_threshold(settings.log_level)
    container = Container(settings)
    async with container.running():
        url = _url(listener)

        def on_ready() -> None:
            lent = container.access.keys.lend(container.admin)
            presence.Presence(url, lent).write(settings.data_dir)
            announce(_greeting(url, settings, container.setup_token))
            log.info("server.ready", url=url, version=VERSION)

        try:
            server = Server(configured(create_app(container)), ending, on_ready)
            await server.serve(sockets=[listener])
        finally:
            presence.forget(settings.data_dir)
    log.info("server.stopped")
    return container.is_stuck


def configured(app: ASGIApp) -> uvicorn.Config:
    """Return how uvicorn is to serve `app`."""
    return uvicorn.Config(
        app,
        lifespan="off",  # the services run before the first connection and after the last
        loop="none",
        http=Connection,
        ws=SocketConnection,
        ws_max_size=LARGEST_MESSAGE,
        ws_per_message_deflate=False,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=DRAIN_SECONDS,
    )


def _try_download_folder(settings: Settings) -> None:
    """Raise `Unavailable` unless files can be written to the download folder."""
    try:
        settings.downloads.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=settings.downloads):
            pass
    except OSError as error:
        reason = "it is a file" if isinstance(error, FileExistsError) else error.strerror
        message = (
            f"The download folder {settings.downloads} cannot be used: {reason}. Let this user "
            "write there, or choose another with ARGOSY_DOWNLOAD_DIR."
        )
        raise Unavailable(message) from error


@contextlib.contextmanager
def _listening(settings: Settings) -> Iterator[socket.socket]:
    try:
        family, address = _resolve(settings.host, settings.port)
        listener = socket.create_server(
            address,
            family=family,
            backlog=BACKLOG,
            # Who asks for every address of IPv6 means every address.
            dualstack_ipv6=address[0] == "::" and socket.has_dualstack_ipv6(),
        )
    except OSError as error:
        message = (
            f"Cannot listen on {settings.host} port {settings.port}: {_reason(error)}. "
            "Choose others with ARGOSY_HOST and ARGOSY_PORT."
        )
        raise Conflict(message) from error
    with listener:
        yield listener


def _resolve(host: str, port: int) -> tuple[socket.AddressFamily, tuple[str, int]]:
    """Return the address behind `host`; of several, one of IPv4."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except UnicodeError as error:
        raise socket.gaierror(socket.EAI_NONAME, "it is not a name of a host") from error
    family, *_, address = min(found, key=lambda entry: entry[0] is not socket.AF_INET)
    return family, (str(address[0]), port)


def _reason(error: OSError) -> str:
    if isinstance(error, socket.gaierror):
        return f"the host cannot be looked up ({error.strerror})"
    # What Python adds to it repeats the address.
    return os.strerror(error.errno) if error.errno else str(error)


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    if host == "0.0.0.0" or (host == "::" and _takes_ipv4(listener)):  # noqa: S104
        host = "127.0.0.1"  # of every address, this one reaches it from here
    elif host == "::":
        host = "::1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _takes_ipv4(listener: socket.socket) -> bool:
    return not listener.getsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY)


def _greeting(url: str, settings: Settings, token: str | None) -> str:
    public = str(settings.public_url or url)
    lines = [
        f"Argosy {VERSION} is ready.",
        "",
        f"  Open       {public}",
        f"  Downloads  {settings.downloads}",
    ]
    if token is not None:
        lines += [
            f"  Set up     {link(public, token)}",
            "             Choose your password there. The link works once, within 24 hours.",
        ]
    return "\n".join([*lines, ""])
