"""`argosy serve` as it is, one client that keeps its connection, and an origin that takes long."""

import http.client
import http.server
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
KEY = "a-key-for-this-benchmark"
PATIENCE_SECONDS = 60.0
SLOW_SIZE = 1 << 30  # bytes of the file that takes long


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


class Server:
    """A server on a data folder, and somebody to ask it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self._client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)

    def start(self, **settings: str) -> float:
        """Start it with `settings`; return the seconds until it says that it is healthy."""
        began = time.perf_counter()
        command = ["-P", "-m", "argosy", "serve", "--port", str(self.port)]
        self.process = subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            env=os.environ
            | {
                "PYTHONPATH": str(ROOT),
                "ARGOSY_DATA_DIR": str(self.folder),
                "ARGOSY_ADMIN_TOKEN": KEY,
                "ARGOSY_RATE_LIMIT_GRAPHQL": "1000000",  # raised, never off
                "ARGOSY_ALLOW_NETWORKS": "127.0.0.1/32",
            }
            | settings,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait(self.is_healthy)
        return time.perf_counter() - began

    def is_healthy(self) -> bool:
        """Return whether `/health` answers that all is well."""
        try:
            self._client.request("GET", "/health")
            answer = self._client.getresponse()
            answer.read()
        except OSError:
            self._client.close()
            return False
        return answer.status == 200

    def ask(self, query: str, **variables: object) -> dict[str, Any]:
        """Send one GraphQL request and return its data."""
        body = json.dumps({"query": query, "variables": variables})
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {KEY}"}
        self._client.request("POST", "/graphql", body, headers)
        content = json.load(self._client.getresponse())
        assert "errors" not in content, content
        data: dict[str, Any] = content["data"]
        return data

    def another_client(self) -> "Server":
        """Return somebody else who asks the same server."""
        other = Server(self.folder)
        other.port, other._client.port = self.port, self.port
        return other

    def end(self, by: signal.Signals = signal.SIGTERM) -> None:
        """End it and wait until it is gone."""
        self._client.close()
        if self.process is not None:
            self.process.send_signal(by)
            self.process.wait()
            self.process = None


def wait(condition: Callable[[], bool]) -> None:
    """Ask again and again until `condition` holds."""
    deadline = time.perf_counter() + PATIENCE_SECONDS
    while not condition():
        assert time.perf_counter() < deadline, "it took too long"
        time.sleep(0.005)


class _Slow(http.server.BaseHTTPRequestHandler):
    """Gives a large file at about 2 MB/s, from where it is asked to."""

    def do_GET(self) -> None:
        asked = self.headers.get("Range", "bytes=0-").removeprefix("bytes=")
        first, _, last = asked.partition("-")
        begin, end = int(first), int(last or SLOW_SIZE - 1)
        self.send_response(206 if "Range" in self.headers else 200)
        self.send_header("Content-Length", str(end + 1 - begin))
        self.send_header("Content-Range", f"bytes {begin}-{end}/{SLOW_SIZE}")
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("ETag", '"the-same"')
        self.end_headers()
        try:
            while not self.server.is_over:  # type: ignore[attr-defined]
                self.wfile.write(bytes(100_000))
                time.sleep(0.05)
        except OSError:
            pass  # whoever fetched is gone, as is meant

    def log_message(self, format: str, *values: object) -> None:  # noqa: A002 - its name there
        """Say nothing."""


@contextmanager
def slow_origin() -> Iterator[str]:
    """Give the URL of a file that takes minutes to fetch."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Slow)
    server.daemon_threads = True
    server.is_over = False  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/film.mkv"
    finally:
        server.is_over = True  # type: ignore[attr-defined]
        server.shutdown()
        thread.join()
        server.server_close()
