"""What one hostile connection costs the server in memory.

For each kind of attack there is an `argosy serve` of its own, which has answered well-behaved
clients before. Then one connection at a time is hostile for some seconds; where the server ends
it, it comes back at once. What counts is the largest resident memory meanwhile, as the kernel
has noted it, beyond that before. Prints a table; with `--write` also keeps the raw results.

    .venv/bin/python -m benchmarks.connections.run --write
"""

import argparse
import json
import os
import platform
import select
import socket
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.connections.attacks import (
    ATTACKS,
    HANDSHAKE,
    INIT,
    PAGE,
    Attack,
    message,
    subscribe,
)
from benchmarks.connections.report import Result, page
from benchmarks.queueing.server import ROOT, Server

RESULTS = ROOT / "benchmarks" / "results" / "connections.json"
SECONDS = 5.0
SETTLE_SECONDS = 1.0
ROOM = 4096  # bytes that the hostile client takes unread
TASKS = 200
ADD = """mutation ($urls: [String!]!) {
  addDownloads(input: {urls: $urls}) { tasks { id } errors { message } }
}"""
SETTINGS = {"ARGOSY_RATE_LIMIT_WS": "1000000"}  # raised, never off


def plant(folder: Path) -> None:
    """Put tasks with long addresses there."""
    server = Server(folder)
    server.start(**SETTINGS)
    try:
        server.ask("mutation { pauseQueue(input: {}) { errors { message } } }")
        for part in range(TASKS // 100):
            add(server, part)
    finally:
        server.end()


def warm(server: Server) -> None:
    """Have everything done once, on a small scale."""
    with socket.create_connection(("127.0.0.1", server.port)) as client:
        client.sendall(HANDSHAKE)
        client.recv(1024)
        client.sendall(INIT + subscribe(1, PAGE, n=1) + message("ping"))
        wait_for(client, b'"complete"')
    server.ask(PAGE, n=1)
    add(server, 999, 1)


def add(server: Server, part: int, number: int = 100) -> None:
    urls = [f"https://127.0.0.1:9/{part}/{n}/{'x' * 1800}" for n in range(number)]
    server.ask(ADD, urls=urls)


def wait_for(client: socket.socket, words: bytes) -> None:
    heard = b""
    while words not in heard:
        heard = heard[-len(words) :] + client.recv(65_536)


def measure(attack: Attack, folder: Path) -> Result:
    """Attack a server of its own, and return what that cost it."""
    server = Server(folder)
    server.start(**SETTINGS)
    try:
        warm(server)
        time.sleep(SETTLE_SECONDS)
        assert server.process is not None
        process = Path("/proc") / str(server.process.pid)
        before = memory(process, "VmRSS")
        (process / "clear_refs").write_text("5")  # the peak begins anew
        connections, sent = fight(attack, server)
        peak = memory(process, "VmHWM")
        is_well = server.is_healthy() or server.is_healthy()  # its client's connection was idle
    finally:
        server.end()
    added = round(max(0, peak - before) / 1024, 2)
    return {"added": added, "connections": connections, "sent": sent, "healthy": is_well}


def memory(process: Path, name: str) -> int:
    """Return a value of the process, in KiB."""
    lines = (process / "status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))


def fight(attack: Attack, server: Server) -> tuple[int, int]:
    """Be hostile for a while; return how many connections it took, and the bytes sent."""
    deadline = time.monotonic() + SECONDS
    connections = sent = part = 0
    while time.monotonic() < deadline:
        connections += 1
        client = socket.socket()
        if not attack.reads:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, ROOM)
        client.connect(("127.0.0.1", server.port))
        with client:
            says = attack.says()
            client.sendall(next(says))
            client.recv(1024)
            client.setblocking(False)
            for number in talk(client, says, attack.reads, deadline):
                sent += number
                if attack.busy:
                    part += 1
                    add(server, 1000 + part, 20)
    return connections, sent


def talk(
    client: socket.socket, says: Iterator[bytes], reads: bool, deadline: float
) -> Iterator[int]:
    """Say all of it, and yield how many bytes went; end where the server does."""
    waiting = memoryview(b"")
    while time.monotonic() < deadline:
        waiting = waiting or memoryview(next(says, b""))
        wants = [client] if waiting else []
        readable, writable, _ = select.select([client] if reads else [], wants, [], 0.05)
        try:
            if readable and not client.recv(1 << 20):
                return
            number = client.send(waiting) if writable else 0
        except (BrokenPipeError, ConnectionResetError):
            return
        waiting = waiting[number:]
        yield number


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="")
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    results: dict[str, Result] = {}
    with tempfile.TemporaryDirectory(prefix="argosy-hostile-") as folder:
        plant(Path(folder))
        for attack in ATTACKS:
            if arguments.only in attack.name:
                results[attack.name] = measure(attack, Path(folder))
    print(page(results))
    if arguments.write:
        machine = f"Python {platform.python_version()}, {os.cpu_count()} cores"
        content = {"machine": machine, "seconds": SECONDS, "attacks": results}
        RESULTS.write_text(json.dumps(content, indent=1) + "\n")


if __name__ == "__main__":
    main()
