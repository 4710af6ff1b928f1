"""What 200 running tasks with progress cost beyond the transfer: in `argosy serve`, as it is.

Three servers download the same throttled files at once: one tells nobody and looks at its
progress once a minute, one tells nobody but looks four times a second, and one is followed by a
dashboard besides. The threads of a server show how much of its time is not the engine's: the API,
the runner and the database.

    .venv/bin/python -m benchmarks.queueing.watching
"""

import argparse
import asyncio
import http.client
import json
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.queueing.server import KEY, Server, wait

SIZE = 8 << 20  # bytes of each file: none of them is finished while it is looked at
PIECE = 4 * 1024  # bytes
PIECES_SECONDS = 0.1  # between two of them: 40 kB/s, each
SETTLE_SECONDS = 5.0
MOST_PERCENT = 15.0

ADD = """mutation ($urls: [String!]!) {
  addDownloads(input: {urls: $urls, options: {connections: 1}}) {
    tasks { id } errors { message }
  }
}"""
QUEUE = "{ queue { running } }"
FOLLOW = """subscription { queueProgress {
  cursor isSnapshot running waiting speedBytes
  tasks { taskId name state progress speedBytes etaSeconds receivedBytes totalBytes }
} }"""


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of CPU: of the whole process, and of the thread of the engine loop."""

    whole: float
    engine: float


@contextmanager
def throttled_origin() -> Iterator[str]:
    """Give the beginning of URLs of files that come slowly."""
    ready: list[str] = []
    loop = asyncio.new_event_loop()
    over = asyncio.Event()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            head = f"HTTP/1.1 200 OK\r\nContent-Length: {SIZE}\r\nContent-Type: video/mp4\r\n\r\n"
            writer.write(head.encode())
            while not over.is_set():
                writer.write(bytes(PIECE))
                await writer.drain()
                await asyncio.sleep(PIECES_SECONDS)
        except (OSError, asyncio.IncompleteReadError):
            pass  # whoever fetched is gone, as is meant
        finally:
            writer.close()

    async def serve() -> None:
        async with await asyncio.start_server(answer, "127.0.0.1", 0, backlog=1024) as server:
            ready.append(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
            await over.wait()
            await asyncio.sleep(2 * PIECES_SECONDS)

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    wait(lambda: bool(ready))
    try:
        yield ready[0]
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join()
        loop.close()


class Follower:
    """A dashboard: it reads what it is told, and counts that."""

    def __init__(self, server: Server) -> None:
        self.told = 0
        self._connection = http.client.HTTPConnection("127.0.0.1", server.port)
        body = json.dumps({"query": FOLLOW})
        headers = {
            "Content-Type": "application/json",
            "Accept": "text/event-stream",
            "Authorization": f"Bearer {KEY}",
        }
        self._connection.request("POST", "/graphql", body, headers)
        self._answer = self._connection.getresponse()
        assert self._answer.status == 200, self._answer.read()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        try:
            while line := self._answer.readline():
                self.told += line.count(b'"taskId"')
        except (OSError, ValueError, AttributeError):
            pass  # the server has ended


def start(folder: Path, origin: str, tasks: int, interval: float) -> Server:
    """Return a server that runs so many tasks."""
    server = Server(folder)
    server.start(
        ARGOSY_PROGRESS_INTERVAL=str(interval),
        ARGOSY_MAX_CONCURRENT_DOWNLOADS=str(tasks),
        ARGOSY_MAX_CONCURRENT_DOWNLOADS_PER_USER=str(tasks),
        ARGOSY_MAX_CONCURRENT_DOWNLOADS_PER_HOST=str(tasks),
        ARGOSY_MAX_CONNECTIONS_PER_HOST=str(2 * tasks),
        ARGOSY_START_RATE_PER_HOST="0",
    )
    answer = server.ask(ADD, urls=[f"{origin}/film-{n}.mkv" for n in range(tasks)])
    assert len(answer["addDownloads"]["tasks"]) == tasks, answer
    wait(lambda: server.ask(QUEUE)["queue"]["running"] == tasks)
    return server


def spent(server: Server) -> Cost:
    """Return what a server has spent so far."""
    assert server.process is not None
    process = psutil.Process(server.process.pid)
    threads = [t for t in process.threads() if t.id != process.pid]
    times = process.cpu_times()
    engine = max(t.user_time + t.system_time for t in threads)
    return Cost(times.user + times.system, engine)


def measure(tasks: int, seconds: float, folder: Path) -> None:
    """Run the servers beside each other and print what each takes of a core."""
    ways = {"nobody told, once a minute": 60.0, "nobody told": 0.25, "one dashboard": 0.25}
    with ExitStack() as stack:
        origin = stack.enter_context(throttled_origin())
        servers = {}
        for name, interval in ways.items():
            servers[name] = start(folder / name.replace(" ", "-"), origin, tasks, interval)
            stack.callback(servers[name].end)
        follower = Follower(servers["one dashboard"])
        time.sleep(SETTLE_SECONDS)
        before = {name: spent(server) for name, server in servers.items()}
        told = follower.told
        began = time.perf_counter()
        time.sleep(seconds)
        took = time.perf_counter() - began
        after = {name: spent(server) for name, server in servers.items()}
        told = follower.told - told
        for server in servers.values():
            assert server.another_client().ask(QUEUE)["queue"]["running"] == tasks
    wholes = {n: 100 * (after[n].whole - before[n].whole) / took for n in ways}
    engines = {n: 100 * (after[n].engine - before[n].engine) / took for n in ways}
    first = next(iter(wholes.values()))
    print("| % of a core | whole | engine | beyond the engine | more than the first | at most |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for name, whole in wholes.items():
        beyond = whole - engines[name]
        missed = " (missed)" if beyond > MOST_PERCENT else ""
        print(
            f"| {name} | {whole:.1f} | {engines[name]:.1f} | {beyond:.1f}{missed} | "
            f"{whole - first:+.1f} | {MOST_PERCENT:.0f} |"
        )
    print(f"\n{tasks} tasks; the dashboard was told {told / took:,.0f} times a second of one.")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tasks", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=20.0)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="argosy-watching-") as folder:
        measure(arguments.tasks, arguments.seconds, Path(folder))


if __name__ == "__main__":
    main()
