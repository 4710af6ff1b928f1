"""The program, started as a user starts it."""

import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import aiohttp
import orjson

ROOT = Path(__file__).parents[2]
READY_SECONDS = 60.0
END_SECONDS = 15.0
KEY = "a-key-that-only-the-tests-know"


def wait_until(condition: Callable[[], bool]) -> None:
    """Return as soon as `condition` holds; it has to before long."""
    deadline = time.monotonic() + READY_SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


class Program:
    """`./run serve` with a data folder of its own, on a free port."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.downloads = self.data / "downloads"
        self.log = folder / "server.log"
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "ARGOSY_DATA_DIR": str(self.data),
            "ARGOSY_PORT": "0",
            "ARGOSY_ADMIN_TOKEN": KEY,
            "ARGOSY_ALLOW_NETWORKS": "127.0.0.1",
            # All comes from this machine, and what one test leaves must not keep the next waiting.
            "ARGOSY_MAX_CONCURRENT_DOWNLOADS_PER_HOST": "100",
            "ARGOSY_MAX_CONCURRENT_DOWNLOADS_PER_USER": "100",
            "ARGOSY_MAX_CONCURRENT_DOWNLOADS": "100",
            # Tests of one module share a key, and some ask until something has happened.
            "ARGOSY_RATE_LIMIT_GRAPHQL": "1000000",
            "ARGOSY_RATE_LIMIT_WS": "1000000",
            **settings,
        }
        self.process: subprocess.Popen[bytes] | None = None
        self.url = ""

    def launch(self) -> subprocess.Popen[bytes]:
        """Start the server and wait for nothing."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [ROOT / "run", "serve"], env=self.environment, stdout=log, stderr=log
            )
        return self.process

    def start(self) -> None:
        """Start the server and wait until it is ready."""
        process = self.launch()
        deadline = time.monotonic() + READY_SECONDS
        presence = self.data / "server.json"
        while time.monotonic() < deadline:
            if process.poll() is not None:
                break
            if presence.exists():
                found = orjson.loads(presence.read_bytes())
                # After kill -9 the file of the process before is still there.
                if found["pid"] == process.pid:
                    self.url = found["url"]
                    return
            time.sleep(0.02)
        raise AssertionError(self.log.read_text())

    def run(self, *arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
        """Run a command of `argosy` beside it."""
        options.setdefault("timeout", 60)
        return subprocess.run(
            [ROOT / "run", *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            **options,
        )

    def popen(self, *arguments: str) -> subprocess.Popen[str]:
        """Begin a command of `argosy` beside it."""
        return subprocess.Popen(
            [ROOT / "run", *arguments],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def kill(self) -> None:
        """End it as a crash does."""
        self._signal(signal.SIGKILL)

    def stop(self) -> int:
        """Ask it to end, and return its exit status."""
        return self._signal(signal.SIGTERM)

    def close(self) -> None:
        """Make sure that it does not outlive the test."""
        if self.process is not None and self.process.poll() is None:
            self.kill()

    def ask(self, query: str, **variables: object) -> dict[str, Any]:
        """Send a GraphQL request and return the whole answer."""
        return self.ask_with(KEY, query, **variables)

    def ask_with(self, key: str, query: str, **variables: object) -> dict[str, Any]:
        """Send a GraphQL request with another key."""
        request = urllib.request.Request(
            f"{self.url}/graphql",
            orjson.dumps({"query": query, "variables": variables}),
            {"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            content: dict[str, Any] = orjson.loads(answer.read())
            return content

    def add(self, *urls: str, **options: object) -> list[str]:
        """Add downloads and return the ids of their tasks."""
        answer = self.ask(
            "mutation($input: AddDownloadsInput!) { addDownloads(input: $input) "
            "{ tasks { id } errors { code message field } } }",
            input={"urls": urls, "options": options},
        )
        payload = answer["data"]["addDownloads"]
        assert payload["errors"] == []
        return [task["id"] for task in payload["tasks"]]

    def health(self) -> tuple[int, dict[str, Any]]:
        """Return the status and the content of `/health`."""
        try:
            with urllib.request.urlopen(f"{self.url}/health", timeout=30) as answer:
                return answer.status, orjson.loads(answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return error.code, orjson.loads(error.read())

    async def follow(self, task_id: str) -> list[dict[str, Any]]:
        """Follow a task to its end over a WebSocket, and return all that was said of it."""
        async with self.following(task_id) as events:
            return [event async for event in events]

    def following(self, task_id: str, document: str | None = None) -> "Following":
        """Follow a task: `async with` it, then `async for` its events."""
        return Following(self.url, task_id, document)

    def _signal(self, number: int) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(END_SECONDS)


PROGRESS = """
subscription($id: ID!) {
  taskProgress(taskId: $id) {
    taskId progress speed eta status state receivedBytes totalBytes error { code message }
  }
}
"""


class Following:
    """A subscription to the progress of a task."""

    def __init__(self, url: str, task_id: str, document: str | None) -> None:
        self._url = url
        self._task_id = task_id
        self._document = document or PROGRESS

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession()
        self._socket = await self._session.ws_connect(
            f"{self._url}/graphql", protocols=("graphql-transport-ws",)
        )
        payload: dict[str, object] = {"Authorization": f"Bearer {KEY}"}
        await self._socket.send_json({"type": "connection_init", "payload": payload})
        assert (await self._socket.receive_json())["type"] == "connection_ack"
        payload = {"query": self._document, "variables": {"id": self._task_id}}
        await self._socket.send_json({"type": "subscribe", "id": "1", "payload": payload})
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> dict[str, Any]:
        message = await self._socket.receive()
        if message.type is not aiohttp.WSMsgType.TEXT:
            raise StopAsyncIteration
        content = orjson.loads(message.data)
        if content["type"] == "complete":
            raise StopAsyncIteration
        assert content["type"] == "next", content
        assert "errors" not in content["payload"], content
        progress: dict[str, Any] = content["payload"]["data"]["taskProgress"]
        return progress
