"""No alert is missed by who wants to be told of it, whenever the server is killed."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from tests.end_to_end.program import Program, wait_until

ROUNDS = 5
ALERTS = 3  # in each round
NOTIFY = """
    mutation($url: String!) {
      createNotifier(input: { name: "phone", url: $url, level: INFO, digestSeconds: 2 }) {
        errors { message }
      }
    }
"""
TRIGGER = """
    mutation($message: String!) { triggerAlert(level: "warning", message: $message) { success } }
"""


@contextmanager
def receiving() -> Iterator[tuple[int, list[str]]]:
    """Give the port of a service, and the bodies of what it was told."""
    told: list[str] = []

    class Service(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            told.append(json.loads(body)["message"])
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port, told
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_alerts_are_told_after_the_server_was_killed(tmp_path: Path) -> None:
    with receiving() as (port, told):
        program = Program(tmp_path, ARGOSY_ALLOW_NETWORKS=f"127.0.0.1:{port}")
        program.start()
        try:
            made = program.ask(NOTIFY, url=f"json://127.0.0.1:{port}/")
            assert made["data"]["createNotifier"]["errors"] == []
            names = [f"{number}-of-round-{n}" for n in range(ROUNDS) for number in range(ALERTS)]
            for number, name in enumerate(names, start=1):
                assert program.ask(TRIGGER, message=name)["data"]["triggerAlert"]["success"]
                if number % ALERTS == 0:
                    program.kill()
                    program.start()

            wait_until(lambda: all(any(name in text for text in told) for name in names))
        finally:
            program.close()
