"""An nginx of the test's own, in front of the server."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.integration.http.running import PATIENCE_SECONDS
from tests.needs import needs

CONFIG = """
daemon off;
pid {folder}/nginx.pid;
error_log stderr;
events {{ }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {servers}
}}
"""


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


@asynccontextmanager
async def nginx_with(folder: Path, port: int, servers: str) -> AsyncIterator[None]:
    """Run one with these `servers`, of which one listens on `port`."""
    (program,) = needs("nginx")
    folder.mkdir()
    config = folder / "nginx.conf"
    config.write_text(CONFIG.format(folder=folder, servers=servers))
    running = await asyncio.create_subprocess_exec(
        *(program, "-p", str(folder), "-e", "stderr", "-c", str(config)),
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not await _answers(port):
                assert running.returncode is None
        yield
    finally:
        running.terminate()
        await running.wait()


async def _answers(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True
