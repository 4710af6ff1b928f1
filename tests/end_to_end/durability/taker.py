"""A receiver of webhooks that outlives the servers: what it has taken, by `webhook-id`."""

import http.server
import json
import threading
from collections import Counter
from types import TracebackType
from typing import Self


class Taker:
    """Takes everything. Use it in a `with` block."""

    def __init__(self) -> None:
        self.taken: Counter[str] = Counter()  # how often each message came
        self.events: dict[str, list[str]] = {}  # of each task, in the order in which they came
        self._lock = threading.Lock()
        taker = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                taker._take(self.headers["webhook-id"], json.loads(body))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/hook"

    def has(self, task: str, event: str) -> bool:
        """Whether it was told that of a task."""
        with self._lock:
            return event in self.events.get(task, [])

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _take(self, message: str, content: dict[str, object]) -> None:
        data = content.get("data")
        with self._lock:
            self.taken[message] += 1
            if self.taken[message] == 1 and isinstance(data, dict):
                task = str(data.get("job_id") or data.get("task_id"))
                task = task.removeprefix("task_")
                self.events.setdefault(task, []).append(str(content["event"]))
