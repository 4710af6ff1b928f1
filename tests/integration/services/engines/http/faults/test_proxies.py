"""Proxies that refuse, lie or break: the task fails, and nothing goes around them."""

from dataclasses import replace
from pathlib import Path

import pytest

from services.engines.options import ProxyKind, Secrets
from services.errors import ErrorCode
from services.tasks.running.retries import TRIES
from tests.fakes.fault_behaviours import File, cut, goes, in_turn
from tests.fakes.proxy import ConnectProxy, FakeProxy, SocksProxy
from tests.integration.services.engines.http.faults.cases import BODY, HALF, ONE, Case, check

FILE = File(BODY)
THROUGH = replace(ONE, proxy=ProxyKind.CUSTOM)
BAD = Case("", FILE, options=THROUGH, requests=0, sent=0, code=ErrorCode.PROXY_FAILED)


def connect(*answer: str) -> ConnectProxy:
    """Return an HTTP proxy that answers with these lines."""
    return ConnectProxy(says="\r\n".join([*answer, "", ""]).encode())


@pytest.mark.parametrize(
    ("proxy", "met"),
    [
        (ConnectProxy(login="Basic x"), 1),
        (connect("HTTP/1.1 407 Login"), 1),
        (connect("HTTP/1.1 403 Forbidden"), TRIES),
        (connect("HTTP/1.1 500 Broken"), TRIES),
        (connect("HTTP/1.1 502 Bad Gateway"), TRIES),
        (connect("HTTP/1.1 302 Found", "Location: http://127.0.0.1/"), TRIES),
        (connect("garbage"), TRIES),
        (connect("HTTP/1.1 abc"), TRIES),
        (connect("HTTP/1.1 200 OK", f"X-Big: {'x' * 100_000}"), TRIES),
        (ConnectProxy(says=b""), TRIES),
        (SocksProxy(login="a:b"), 1),
        (SocksProxy(says=b""), TRIES),
        (SocksProxy(says=b"\x05\x01\x00\x01" + bytes(6)), TRIES),
        (SocksProxy(says=b"\x05\x05\x00\x01" + bytes(6)), TRIES),
        (SocksProxy(says=b"\x04\x00\x00\x01" + bytes(6)), TRIES),
        (SocksProxy(says=b"HTTP/1.1 400 Bad Request\r\n\r\n"), TRIES),
    ],
)
async def test_task_fails_with_its_proxy(proxy: FakeProxy, met: int, tmp_path: Path) -> None:
    async with proxy:
        await check(replace(BAD, secrets=Secrets(proxy_url=proxy.url)), tmp_path)

        assert proxy.met == met


@pytest.mark.parametrize("scheme", ["http", "socks5", "socks5h"])
async def test_proxy_that_nobody_runs_is_not_gone_around(scheme: str, tmp_path: Path) -> None:
    secrets = Secrets(proxy_url=f"{scheme}://127.0.0.1:9")

    await check(replace(BAD, secrets=secrets), tmp_path)


@pytest.mark.parametrize("kind", [ConnectProxy, SocksProxy])
@pytest.mark.parametrize(
    "case",
    [
        Case("whole file", FILE, options=THROUGH),
        Case("file that breaks off", in_turn(cut(FILE, HALF), FILE), options=THROUGH, requests=2),
        Case(
            "redirect",
            goes("/b.zip"),
            others={"/b.zip": FILE},
            called="b.zip",
            options=THROUGH,
            requests=2,
        ),
        Case(
            "redirect to a forbidden address",
            goes("http://127.0.0.2:{port}/b.zip"),
            options=THROUGH,
            code=ErrorCode.FORBIDDEN_ADDRESS,
        ),
    ],
    ids=str,
)
async def test_file_comes_through_a_proxy(
    kind: type[FakeProxy], case: Case, tmp_path: Path
) -> None:
    async with kind() as proxy:
        server = await check(replace(case, secrets=Secrets(proxy_url=proxy.url)), tmp_path)

        assert proxy.met > 0
        assert {(asked.host, asked.port) for asked in proxy.asked} == {("127.0.0.1", server.port)}
