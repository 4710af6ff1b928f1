"""The server that everybody downloads from: files of chance, and nginx on the loopback."""

import hashlib
import random
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

MIB = 1 << 20
BLOCK = 8 * MIB
PATIENCE_SECONDS = 10.0

# One connection in ten is ten times slower: whoever splits a file beforehand waits for it.
CONFIGURATION = """
user root; worker_processes 2; daemon off; pid {state}/nginx.pid; error_log {state}/errors warn;
events {{ worker_connections 4096; }}
http {{
  access_log off; sendfile on; tcp_nopush on; output_buffers 2 512k; etag on;
  keepalive_requests 1000000; keepalive_timeout 300s; default_type application/octet-stream;
  client_body_temp_path {state}/t1; proxy_temp_path {state}/t2; fastcgi_temp_path {state}/t3;
  uwsgi_temp_path {state}/t4; scgi_temp_path {state}/t5;
  map $connection $uneven {{ default 20m; ~0$ 2m; }}
  ssl_certificate {state}/certificate.pem; ssl_certificate_key {state}/key.pem;
  ssl_protocols TLSv1.3; ssl_session_cache shared:s:4m; ssl_buffer_size 16k;
  server {{ listen 127.0.0.1:{plain} backlog=4096; root {data}; }}
  server {{ listen 127.0.0.1:{limited}; root {data}; limit_rate 20m; }}
  server {{ listen 127.0.0.1:{uneven}; root {data}; limit_rate $uneven; }}
  server {{ listen 127.0.0.1:{tls} ssl; root {data}; }}
}}
"""
CERTIFICATE = [
    *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
    *("-nodes", "-days", "30", "-subj", "/CN=localhost"),
    *("-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"),
]


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much there is to download; lengths in bytes."""

    big: int = 2048 * MIB
    middle: int = 512 * MIB
    medium: tuple[int, int] = (200, 5 * MIB)  # how many, and how long each
    small: tuple[int, int] = (2000, 100 << 10)

    @classmethod
    def scaled(cls, scale: float) -> "Sizes":
        """Return a part of it all: shorter big files, and fewer small ones."""
        whole = cls()
        return cls(
            big=max(MIB, int(whole.big * scale)),
            middle=max(MIB, int(whole.middle * scale)),
            medium=(max(2, int(whole.medium[0] * scale)), whole.medium[1]),
            small=(max(2, int(whole.small[0] * scale)), whole.small[1]),
        )


@dataclass(frozen=True, slots=True)
class Origin:
    """The running server. The digests are SHA-256, by the path below `data`."""

    data: Path
    certificate: Path
    ports: dict[str, int]  # plain, limited, uneven, tls
    digests: dict[str, str]

    def files(self, what: str) -> list[str]:
        """Return the paths of a file, or of all files of a folder."""
        return sorted(p for p in self.digests if p == what or p.startswith(f"{what}/"))

    def urls(self, server: str, what: str) -> list[str]:
        """Return where `what` can be had from one of the servers."""
        scheme = "https" if server == "tls" else "http"
        base = f"{scheme}://127.0.0.1:{self.ports[server]}"
        return [f"{base}/{path}" for path in self.files(what)]

    def size(self, what: str) -> int:
        """Return how many bytes `what` has."""
        return sum((self.data / path).stat().st_size for path in self.files(what))


@contextmanager
def running(state: Path, data: Path, sizes: Sizes) -> Iterator[Origin]:
    """Make the files in `data`, serve them until the end, and then remove them."""
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(parents=True)
    server = None
    try:
        digests = make(data, sizes)
        pair = ["-keyout", str(state / "key.pem"), "-out", str(state / "certificate.pem")]
        subprocess.run([*CERTIFICATE, *pair], check=True, stderr=subprocess.DEVNULL)
        ports = dict(zip(("plain", "limited", "uneven", "tls"), free_ports(4), strict=True))
        configuration = state / "nginx.conf"
        configuration.write_text(CONFIGURATION.format(state=state, data=data, **ports))
        server = subprocess.Popen(["nginx", "-c", str(configuration), "-e", str(state / "errors")])
        wait_for(ports["tls"])
        yield Origin(data, state / "certificate.pem", ports, digests)
    finally:
        if server is not None:
            server.send_signal(signal.SIGTERM)
            server.wait()
        shutil.rmtree(data)


def make(data: Path, sizes: Sizes) -> dict[str, str]:
    """Write all files and return their digests."""
    digests = {"big.bin": fill(data / "big.bin", sizes.big)}
    digests["middle.bin"] = fill(data / "middle.bin", sizes.middle)
    for name, (count, length) in (("medium", sizes.medium), ("small", sizes.small)):
        (data / name).mkdir()
        for number in range(count):
            path = f"{name}/{number:04d}.bin"
            digests[path] = fill(data / path, length)
    return digests


def fill(path: Path, length: int) -> str:
    """Write a file of chance and return its digest; the same path gives the same bytes."""
    digest, chance = hashlib.sha256(), random.Random(path.name)
    with path.open("wb") as file:
        for position in range(0, length, BLOCK):
            block = chance.randbytes(min(BLOCK, length - position))
            file.write(block)
            digest.update(block)
    return digest.hexdigest()


def free_ports(count: int) -> list[int]:
    """Return ports of the loopback that nobody listens on."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def wait_for(port: int) -> None:
    """Return when somebody listens on `port`."""
    deadline = time.perf_counter() + PATIENCE_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            if time.perf_counter() > deadline:
                raise
            time.sleep(0.01)
        else:
            return
