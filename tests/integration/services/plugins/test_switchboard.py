"""What is kept of plugins, on both databases."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from services.alerts.alerts import Alerts
from services.metrics import Metrics
from services.outgoing.addresses import AddressPolicy
from services.plugins.hooks import Hook
from services.plugins.host import PluginHost
from services.plugins.output import Output
from services.plugins.outside import Outside
from services.plugins.plugins import Plugins
from services.plugins.process import Launch, PluginFailed, PluginHung, PluginProcess, start
from services.plugins.sealed import is_setting_sealed
from services.plugins.switchboard import Bounds, Places, Switchboard
from services.sealing import Sealer
from services.store.store import Store
from services.tasks.sealed import reseal
from tests.fakes.clock import FakeClock
from tests.integration.http.plugins.plugging import hook, is_running, write
from tests.integration.http.running import until

ROOT = Path(__file__).parents[4]
ALERTS = "SELECT subject FROM alerts WHERE rule = 'plugin.crashed' AND restored_at IS NULL"


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def sealer(tmp_path: Path) -> Sealer:
    return Sealer(tmp_path / "secret.key")


@pytest.fixture
async def switchboard(
    store: Store, clock: FakeClock, sealer: Sealer, tmp_path: Path
) -> AsyncIterator[Switchboard]:
    metrics = Metrics(version="0")
    made = Switchboard(
        store=store,
        clock=clock,
        sealer=sealer,
        metrics=metrics,
        issues=Alerts(store=store, clock=clock, metrics=metrics),
        places=Places(tmp_path / "nothing", tmp_path / "plugins"),
        outside=Outside(policy=AddressPolicy(), user_agent="test"),
        bounds=Bounds(seconds=10, memory=512 << 20, crashes=3),
    )
    await made.open()
    yield made
    await made.close()


@pytest.fixture
def plugins(switchboard: Switchboard, store: Store, clock: FakeClock, sealer: Sealer) -> Plugins:
    return Plugins(
        store=store,
        clock=clock,
        sealer=sealer,
        places=switchboard._places,
        switchboard=switchboard,
    )


def host_of(switchboard: Switchboard) -> PluginHost:
    """Return what runs the plugin of the test."""
    host = switchboard.host("stranger")
    assert host is not None
    return host


async def fail(switchboard: Switchboard) -> None:
    """Have a hook of the plugin raise."""
    with pytest.raises(PluginFailed):
        await host_of(switchboard).ask(Hook.COMPLETED, {"task": {}, "files": []})


async def test_failures_within_an_hour_switch_a_plugin_off(
    switchboard: Switchboard, plugins: Plugins, store: Store, tmp_path: Path
) -> None:
    write(tmp_path, hook("completed", "raise ValueError('no')"), hooks=["completed"])
    await plugins.enable("stranger")
    host = host_of(switchboard)

    for _ in range(3):
        await fail(switchboard)
    await until(lambda: host.is_over)
    await switchboard.refresh()

    (plugin,) = await plugins.all()
    assert (plugin.is_enabled, plugin.crashes) == (False, 3)
    assert plugin.last_error == "ValueError: no"
    assert switchboard.host("stranger") is None
    assert [row["subject"] for row in await store.fetch(ALERTS)] == ["stranger"]


async def test_failures_long_ago_are_forgiven(
    switchboard: Switchboard, plugins: Plugins, clock: FakeClock, tmp_path: Path
) -> None:
    write(tmp_path, hook("completed", "raise ValueError('no')"), hooks=["completed"])
    await plugins.enable("stranger")

    for _ in range(2):
        await fail(switchboard)
    clock.advance(timedelta(hours=1).total_seconds())
    for _ in range(2):
        await fail(switchboard)

    async def crashes() -> int:
        return (await plugins.all())[0].crashes

    while await crashes() < 4:
        await asyncio.sleep(0)
    assert (await plugins.all())[0].is_enabled


async def test_what_a_plugin_remembers_is_there_for_its_next_process(
    switchboard: Switchboard, plugins: Plugins, clock: FakeClock, tmp_path: Path
) -> None:
    body = """
        context.remember("count", context.recall("count", 0) + 1)
        return str(context.recall("count"))
    """
    write(tmp_path, hook("before_fetch", body), hooks=["before_fetch"], permissions=["tasks"])
    arguments = {"task": {}, "url": ""}
    await plugins.enable("stranger")
    first = await host_of(switchboard).ask(Hook.BEFORE_FETCH, arguments)
    await plugins.disable("stranger")
    clock.advance(1)
    await plugins.enable("stranger")

    second = await host_of(switchboard).ask(Hook.BEFORE_FETCH, arguments)

    assert (first, second) == ("1", "2")


@pytest.mark.parametrize(
    "body",
    ["context.remember('much', 'x' * 70_000)", "context.remember('object', object())"],
)
async def test_what_cannot_be_remembered_is_refused(
    switchboard: Switchboard, plugins: Plugins, tmp_path: Path, body: str
) -> None:
    write(tmp_path, hook("completed", body), hooks=["completed"])
    await plugins.enable("stranger")

    await fail(switchboard)

    host = host_of(switchboard)
    assert not host.is_over


async def test_secrets_open_with_a_new_key(
    switchboard: Switchboard, plugins: Plugins, store: Store, sealer: Sealer, tmp_path: Path
) -> None:
    schema = {"type": "object", "properties": {"token": {"type": "string", "secret": True}}}
    body = hook("before_fetch", "return context.settings['token']")
    write(tmp_path, body, hooks=["before_fetch"], permissions=["tasks"], settings=schema)
    assert not await is_setting_sealed(store)
    await plugins.update_settings("stranger", {"token": "hunter2"})
    assert await is_setting_sealed(store)

    done = await reseal(store, sealer)
    sealer.drop(kept=0)

    assert (done.plugins, done.lost) == (1, 0)
    await plugins.enable("stranger")
    answer = await host_of(switchboard).ask(Hook.BEFORE_FETCH, {"task": {}, "url": ""})
    assert answer == "hunter2"


async def begun(tmp_path: Path, body: str) -> PluginProcess:
    """Start the process of a plugin, without a switchboard."""
    file = write(tmp_path, hook("completed", body), hooks=["completed"])

    async def serve(*_: object) -> None:
        await asyncio.sleep(0)

    launch = Launch("stranger", str(file), None, ("completed",), 512 << 20, {}, {})
    return await start(launch, serve, Output("stranger"), 30)


SERVER = """
import asyncio, os, signal, sys
from services.plugins.output import Output
from services.plugins.process import Launch, start

async def serve(*_):
    os.kill(os.getpid(), signal.SIGKILL)

async def main():
    launch = Launch("stranger", sys.argv[1], None, ("completed",), 512 << 20, {}, {})
    process = await start(launch, serve, Output("stranger"), 30)
    print(process.pid, flush=True)
    await process.call("completed", {"task": {}, "files": []}, 300)

asyncio.run(main())
"""


async def test_process_ends_by_itself_when_the_server_is_killed(tmp_path: Path) -> None:
    body = """
        import threading
        threading.Thread(target=context.remember, args=("a", 1), daemon=True).start()
        while True: pass
    """
    file = write(tmp_path, hook("completed", body), hooks=["completed"])

    server = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", SERVER, str(file)),
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
    )
    said, _ = await server.communicate()

    assert server.returncode == -signal.SIGKILL
    await until(lambda: not is_running(int(said)))


async def test_process_that_starts_while_the_plugin_is_switched_off_is_ended(
    tmp_path: Path,
) -> None:
    file = write(tmp_path, "time.sleep(300)", hooks=[])
    launch = Launch("stranger", str(file), None, (), 512 << 20, {}, {})

    async def serve(*_: object) -> None:
        await asyncio.sleep(0)

    def ours() -> list[str]:
        return [
            path.parent.name
            for path in Path("/proc").glob("[0-9]*/cmdline")
            if b"services.plugins.child.main" in _read(path) and _parent(path.parent) == here
        ]

    here = Path("/proc/self").resolve().name
    for steps in range(6):
        starting = asyncio.create_task(start(launch, serve, Output("stranger"), 30))
        for _ in range(steps):
            await asyncio.sleep(0)
        starting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await starting

    assert ours() == []


async def test_plugin_that_prints_without_end_leaves_others_their_turns(tmp_path: Path) -> None:
    counts = tmp_path / "counts"
    body = f"""
        import threading
        def go():
            for count in range(10_000):
                os.write(1, b"x\\n" * 32_000)
                with open({str(counts)!r}, "ab") as file:
                    file.write(b".")
        threading.Thread(target=go, daemon=True).start()
    """
    process = await begun(tmp_path, body)
    await process.call("completed", {"task": {}, "files": []}, 30)

    await until(counts.exists)
    turns, wanted = 0, counts.stat().st_size + 10
    while counts.stat().st_size < wanted:
        await asyncio.sleep(0)
        turns += 1
    await process.close()

    assert turns > 1000  # that others had, while 640 KB were printed


async def test_hook_that_is_too_slow_says_so(tmp_path: Path) -> None:
    process = await begun(tmp_path, "time.sleep(300)")

    with pytest.raises(PluginHung, match=r"completed took longer than 0\.1 seconds"):
        await process.call("completed", {"task": {}, "files": []}, 0.1)

    assert not is_running(process.pid)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _parent(folder: Path) -> str:
    return _read(folder / "stat").decode().rpartition(")")[2].split()[1]
