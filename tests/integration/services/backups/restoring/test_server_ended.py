"""A server that is killed while it restores starts again, with all of the old or all of the new."""

import asyncio
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import aiohttp
import orjson
import pytest

from services.sealing import Sealer

ROOT = Path(__file__).parents[5]
KEY = "a-key-that-only-the-tests-know"
PATIENCE_SECONDS = 60
CREATE = "mutation { createBackup { filename } }"
ADD_USER = 'mutation { createUser(input: { name: "since" }) { user { name } errors { code } } }'
USERS = "{ users { nodes { name } } }"
PREVIEW = "query($f: String!) { restorePreview(filename: $f) { confirmation } }"
RESTORE = """
    mutation($f: String!, $c: String!) {
        restoreBackup(input: { filename: $f, confirmation: $c }) { errors { code } }
    }
"""
PHASES = "subscription { backupProgress { operation phase } }"


class Server:
    """`argosy serve` with a data folder of its own."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.url = ""
        self.process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start it and wait until it is ready."""
        environment = {
            "PATH": os.environ["PATH"],
            "ARGOSY_DATA_DIR": str(self.data),
            "ARGOSY_PORT": "0",
            "ARGOSY_ADMIN_TOKEN": KEY,
            "ARGOSY_BACKUP_TIME": "off",
        }
        with (self.data / "log").open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "argosy", "serve"),
                cwd=ROOT, env=environment, stdout=log, stderr=log,
            )  # fmt: skip
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not self._is_ready():
                assert self.process.returncode is None, (self.data / "log").read_text()
                await asyncio.sleep(0.05)

    def _is_ready(self) -> bool:
        with suppress(OSError, ValueError):
            found = orjson.loads((self.data / "server.json").read_bytes())
            self.url = found["url"]
            return self.process is not None and found["pid"] == self.process.pid
        return False

    async def end(self, number: signal.Signals) -> None:
        """Send it a signal and wait until it is gone."""
        if self.process is not None and self.process.returncode is None:
            self.process.send_signal(number)
            await self.process.wait()

    async def ask(self, query: str, **variables: object) -> Any:
        """Ask GraphQL."""
        async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {KEY}"}) as session:
            content = {"query": query, "variables": variables}
            async with session.post(f"{self.url}/graphql", json=content) as answer:
                return (await answer.json(content_type=None))["data"]

    async def end_in(self, phase: str) -> None:
        """Kill it as soon as it tells that a restore has come so far."""
        async with aiohttp.ClientSession() as session:
            protocols = ("graphql-transport-ws",)
            async with session.ws_connect(f"{self.url}/graphql", protocols=protocols) as socket:
                payload = {"Authorization": f"Bearer {KEY}"}
                await socket.send_json({"type": "connection_init", "payload": payload})
                about = {"type": "subscribe", "id": "p", "payload": {"query": PHASES}}
                await socket.send_json(about)
                async for message in socket:
                    if phase in message.data and "RESTORE" in message.data:
                        break
        await self.end(signal.SIGKILL)


@pytest.mark.parametrize("phase", ["EXTRACTING", "LOADING", "COPYING", "SWAPPING", "COMPLETED"])
async def test_it_starts_again(tmp_path: Path, phase: str) -> None:
    Sealer(tmp_path / "secret.key").seal(b"", "nothing")
    server = Server(tmp_path)
    await server.start()
    try:
        filename = (await server.ask(CREATE))["createBackup"]["filename"]
        assert (await server.ask(ADD_USER))["createUser"]["errors"] == []
        confirmation = (await server.ask(PREVIEW, f=filename))["restorePreview"]["confirmation"]
        ending = asyncio.create_task(server.end_in(phase))
        with suppress(aiohttp.ClientError):
            await server.ask(RESTORE, f=filename, c=confirmation)
        await ending

        await server.start()
        names = {node["name"] for node in (await server.ask(USERS))["users"]["nodes"]}
        made = (await server.ask(CREATE))["createBackup"]["filename"]
    finally:
        await server.end(signal.SIGTERM)

    old, new = {"admin", "since"}, {"admin"}
    assert names in ([new] if phase == "COMPLETED" else [old, new])
    assert made is not None
    assert list(tmp_path.glob(".restoring-*")) == []
