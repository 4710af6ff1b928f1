"""Clients of other makers, each doing what a test asks of it."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import orjson

from tests.end_to_end.program import KEY

CLIENTS = Path(__file__).parent / "clients"
PATIENCE_SECONDS = 60.0
LINE_BYTES = 2**20
ENVIRONMENT = {"PATH": os.environ["PATH"]}


class Client:
    """What every client can do. Use it in an `async with` block."""

    def __init__(self, url: str) -> None:
        self.url = f"{url}/graphql"
        self._processes: list[Process] = []
        self._pumps: list[asyncio.Task[None]] = []
        self._answers: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._updates: dict[str, asyncio.Queue[dict[str, Any]]] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for process in self._processes:
            assert process.stdin is not None
            process.stdin.close()
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # with what it has started
            await process.wait()
        await asyncio.gather(*self._pumps)

    async def query(self, document: str, **variables: object) -> dict[str, Any]:
        """Return the data of the answer."""
        raise NotImplementedError

    async def mutate(self, document: str, **variables: object) -> dict[str, Any]:
        """Return the data of the answer."""
        raise NotImplementedError

    async def follow(self, document: str, **variables: object) -> None:
        """Begin a subscription; `told` gives what comes."""
        raise NotImplementedError

    async def told(self, field: str) -> dict[str, Any]:
        """Return what a subscription gives next."""
        return await self._soon(self._updates.setdefault(field, asyncio.Queue()))

    async def _soon(self, queue: asyncio.Queue[dict[str, Any]]) -> dict[str, Any]:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await queue.get()

    async def _begin(self, *command: str | Path, **environment: str) -> Process:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=PIPE,
            stdout=PIPE,
            limit=LINE_BYTES,
            env=ENVIRONMENT | environment,
            start_new_session=True,
        )
        self._processes.append(process)
        self._pumps.append(asyncio.create_task(self._pump(process)))
        return process

    async def _pump(self, process: Process) -> None:
        assert process.stdout is not None
        async for line in process.stdout:
            said = orjson.loads(line)
            if "answer" in said:
                self._answers.put_nowait(said["answer"])
                continue
            assert "errors" not in said, said
            for field, update in said["data"].items():
                self._updates.setdefault(field, asyncio.Queue()).put_nowait(update)


class Driven(Client):
    """A library, in a program that reads what to do from its standard input."""

    def __init__(self, url: str, *command: str | Path) -> None:
        super().__init__(url)
        self._command = command

    async def __aenter__(self) -> Self:
        self._process = await self._begin(*self._command, self.url, KEY)
        return self

    async def query(self, document: str, **variables: object) -> dict[str, Any]:
        await self._tell("query", document, variables)
        return await self._soon(self._answers)

    async def mutate(self, document: str, **variables: object) -> dict[str, Any]:
        await self._tell("mutate", document, variables)
        return await self._soon(self._answers)

    async def follow(self, document: str, **variables: object) -> None:
        await self._tell("follow", document, variables)

    async def _tell(self, verb: str, document: str, variables: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        what = {"verb": verb, "document": document, "variables": variables}
        self._process.stdin.write(orjson.dumps(what) + b"\n")
        await self._process.stdin.drain()


class Curl(Client):
    """`curl` alone, with what a shell has."""

    async def query(self, document: str, **variables: object) -> dict[str, Any]:
        process = await asyncio.create_subprocess_exec(
            *("curl", "-sS", self.url, "-H", f"Authorization: Bearer {KEY}"),
            *("-H", "Content-Type: application/json", "-d", _body(document, variables)),
            stdout=PIPE,
            env=ENVIRONMENT,
        )
        printed, _ = await process.communicate()
        answer = orjson.loads(printed)
        assert "errors" not in answer, answer
        data: dict[str, Any] = answer["data"]
        return data

    mutate = query

    async def follow(self, document: str, **variables: object) -> None:
        after = str(variables.pop("after", ""))
        body = _body(document, variables)
        script = CLIENTS / "examples" / "follow.sh"
        await self._begin(script, self.url, KEY, body, after, PAUSE="0.1")


def _body(document: str, variables: dict[str, Any]) -> str:
    return orjson.dumps({"query": document, "variables": variables}).decode()


def client_named(name: str, url: str, node: str) -> Client:
    """Return the client called `name`, which will connect to `url`."""
    if name == "curl":
        return Curl(url)
    if name == "gql":
        return Driven(url, sys.executable, CLIENTS / "drive.py")
    return Driven(url, node, CLIENTS / "drive.mjs", name)
