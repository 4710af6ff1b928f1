"""Plugins that raise, hang, leak and die, and the server that goes on."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.fakes.origin import Origin, Resource, content
from tests.integration.http.plugins.plugging import (
    calls,
    enabled,
    eventually,
    failing,
    fetch,
    hook,
    is_running,
    open_alerts,
    plugin,
    switch,
    write,
    written,
)
from tests.integration.http.running import Running, serving, until

BODY = content(50_000)
SOON = 0.5  # seconds that a hook may take where it is to be ended
FOREVER = 300  # where it is to hang


@pytest.fixture
def origin() -> Iterator[Origin]:
    with Origin() as running:
        yield running


@pytest.fixture
async def argosy(tmp_path: Path) -> AsyncIterator[Running]:
    """A server that lets hooks hang."""
    async with serving(
        tmp_path, allow_networks="127.0.0.1", plugin_hook_seconds=FOREVER, plugin_crashes=3
    ) as running:
        yield running


@pytest.fixture
async def hasty(tmp_path: Path) -> AsyncIterator[Running]:
    """A server that ends hooks soon."""
    async with serving(tmp_path, allow_networks="127.0.0.1", plugin_hook_seconds=SOON) as running:
        yield running


ENDS = {
    "raises": ("raise ValueError('password=hunter2 is not it')", "ValueError: password=[hidden]"),
    "exits": ("os._exit(7)", "it ended with status 7"),
    "raises SystemExit": ("sys.exit('out')", "SystemExit: out"),
    "kills itself": ("os.kill(os.getpid(), signal.SIGKILL)", "it was ended by SIGKILL"),
    "leaks": (
        "kept = []\nwhile True: kept.append(bytearray(10_000_000))",
        "MemoryError: It has used up its memory.",
    ),
    "returns an object": ("return object()", "it is nothing that JSON knows"),
    "returns a number": ("return 5", "The URL that before_fetch returned is not fetched"),
    "returns what is long": ("return 'x' * 5_000_000", "it has 5000013 bytes, more than 1048576"),
    "recurses": (
        "def again(): again()\nagain()",
        "RecursionError: maximum recursion depth exceeded",
    ),
    "breaks the line": (
        "for n in range(3, 500):\n    try: os.write(n, b'garbage')\n    except OSError: pass",
        "what comes is no frame",
    ),
}


@pytest.mark.parametrize("how", ENDS)
async def test_task_goes_on_without_a_plugin_that(
    argosy: Running, origin: Origin, tmp_path: Path, how: str
) -> None:
    does, told = ENDS[how]
    write(
        tmp_path,
        hook("before_fetch", does),
        hooks=["before_fetch"],
        permissions=["tasks"],
    )
    await enabled(argosy)
    url = origin.put("/film.mkv", Resource(BODY))

    last = await fetch(argosy, url)

    assert last == {"state": "COMPLETED", "error": None}
    seen = await failing(argosy)
    assert told in str(seen.last_error)
    assert (seen.crashes, seen.is_enabled) == (1, True)
    assert "hunter2" not in str(seen.last_error)


@pytest.mark.parametrize(
    "does", ["while True: pass", "time.sleep(300)", "os.closerange(3, 500)\ntime.sleep(300)"]
)
async def test_task_goes_on_without_a_plugin_that_hangs(
    hasty: Running, origin: Origin, tmp_path: Path, does: str
) -> None:
    write(tmp_path, hook("before_fetch", does), hooks=["before_fetch"], permissions=["tasks"])
    await enabled(hasty)

    last = await fetch(hasty, origin.put("/film.mkv", Resource(BODY)))

    assert last == {"state": "COMPLETED", "error": None}
    seen = await failing(hasty)
    assert seen.last_error == "before_fetch took longer than 0.5 seconds."


async def test_health_is_answered_while_a_hook_hangs(
    argosy: Running, origin: Origin, tmp_path: Path
) -> None:
    mark = tmp_path / "mark"
    spin = f"open({str(mark)!r}, 'w').write(f'{{os.getpid()}}\\n')\nwhile True: pass"
    write(tmp_path, hook("completed", spin), hooks=["completed"])
    await enabled(argosy)
    await fetch(argosy, origin.put("/film.mkv", Resource(BODY)))
    pid = int(await written(mark))

    health = await argosy.get("/health")
    again = await fetch(argosy, origin.put("/other.mkv", Resource(BODY)))

    assert (health.status, health.json["status"]) == (200, "healthy")
    assert again["state"] == "COMPLETED"
    assert is_running(pid)
    assert calls(argosy, "completed", "ok") == 0


async def test_hook_that_hangs_is_ended_with_what_it_has_started(
    hasty: Running, origin: Origin, tmp_path: Path
) -> None:
    mark = tmp_path / "mark"
    body = f"""
        import subprocess
        child = subprocess.Popen(["sleep", "300"])
        open({str(mark)!r}, "w").write(f"{{os.getpid()}} {{child.pid}}\\n")
        while True: pass
    """
    write(tmp_path, hook("completed", body), hooks=["completed"])
    await enabled(hasty)

    await fetch(hasty, origin.put("/film.mkv", Resource(BODY)))

    parent, child = map(int, (await written(mark)).split())
    await failing(hasty)
    await until(lambda: not is_running(parent) and not is_running(child))
    assert calls(hasty, "completed", "timeout") == 1


async def test_plugin_that_fails_again_and_again_is_switched_off(
    argosy: Running, origin: Origin, tmp_path: Path
) -> None:
    write(tmp_path, hook("completed", "raise ValueError('no')"), hooks=["completed"])
    await enabled(argosy)

    for number in range(3):
        await fetch(argosy, origin.put(f"/{number}.mkv", Resource(BODY)))

    seen = await eventually(lambda: plugin(argosy), lambda p: not p.is_enabled)
    reason = "It failed 3 times within an hour; the last time: ValueError: no"
    assert (seen.disabled_because, seen.crashes) == (reason, 3)
    assert calls(argosy, "completed", "error") == 3
    alerts = await eventually(lambda: open_alerts(argosy), bool)
    assert alerts == [("plugin.crashed", "stranger")]


async def test_alert_goes_when_somebody_switches_the_plugin_on(
    argosy: Running, origin: Origin, tmp_path: Path
) -> None:
    file = write(tmp_path, hook("completed", "raise ValueError('no')"), hooks=["completed"])
    await enabled(argosy)
    for number in range(3):
        await fetch(argosy, origin.put(f"/{number}.mkv", Resource(BODY)))
    await eventually(lambda: open_alerts(argosy), bool)

    file.write_text(file.read_text().replace("raise ValueError('no')", "pass"))
    await enabled(argosy)

    seen = await plugin(argosy)
    assert (seen.crashes, seen.last_error, seen.disabled_because) == (0, None, None)
    assert await open_alerts(argosy) == []


async def test_next_call_has_a_new_process(argosy: Running, origin: Origin, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    body = f"""
        if task["name"] == "bad.mkv": os._exit(1)
        open({str(mark)!r}, "w").write(task["name"] + "\\n")
    """
    write(tmp_path, hook("completed", body), hooks=["completed"])
    await enabled(argosy)

    await fetch(argosy, origin.put("/bad.mkv", Resource(BODY)))
    await fetch(argosy, origin.put("/good.mkv", Resource(BODY)))

    assert await written(mark) == "good.mkv\n"


async def test_what_a_plugin_prints_is_in_the_log_and_not_too_much(
    argosy: Running, origin: Origin, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    body = """
        print("token=hunter2 \\x1b[31mred")
        sys.stdout.buffer.write(b"\\xff\\xfe\\n" + b"x" * 500_000 + b"\\n")
        for number in range(1_000): print("line", number)
        sys.stderr.write("unfinished")
        context.log.warning("said %s", "well")
    """
    write(tmp_path, hook("completed", body), hooks=["completed"])
    await enabled(argosy)

    await fetch(argosy, origin.put("/film.mkv", Resource(BODY)))

    host = argosy.container.plugins.switchboard.host("stranger")
    assert host is not None
    await until(lambda: calls(argosy, "completed", "ok") == 1)
    await until(lambda: host.output.left_out > 0)
    said = capfd.readouterr().out
    assert "token=[hidden]" in said
    assert "hunter2" not in said
    assert "\\x1b[31mred" in said
    assert said.count("plugin.said") <= 101


async def test_secrets_of_the_servers_environment_are_not_passed_on(
    argosy: Running, origin: Origin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARGOSY_ADMIN_TOKEN", "hunter2")
    mark = tmp_path / "mark"
    body = f"open({str(mark)!r}, 'w').write(repr(sorted(os.environ)) + '\\n')"
    write(tmp_path, hook("completed", body), hooks=["completed"])
    await enabled(argosy)

    await fetch(argosy, origin.put("/film.mkv", Resource(BODY)))

    names = set(eval(await written(mark)))  # noqa: S307 - what this test wrote
    known = {"PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "PYTHONPATH", "MALLOC_ARENA_MAX"}
    assert names <= known


async def test_process_ends_with_the_server(tmp_path: Path) -> None:
    write(tmp_path, hook("completed", "pass"), hooks=["completed"])
    async with serving(tmp_path) as argosy:
        await enabled(argosy)
        host = argosy.container.plugins.switchboard.host("stranger")
        assert host is not None
        await host.try_out()
        assert host.pid is not None
        pid = host.pid
        assert is_running(pid)

    assert not is_running(pid)


async def test_plugin_that_cannot_be_loaded_any_more_does_not_stop_the_start(
    tmp_path: Path,
) -> None:
    file = write(tmp_path, hook("completed", "pass"), hooks=["completed"])
    async with serving(tmp_path) as argosy:
        await enabled(argosy)
    file.write_text("this is no Python")

    async with serving(tmp_path) as argosy:
        health = await argosy.get("/health")
        seen = await plugin(argosy)

    assert health.status == 200
    assert "cannot be read" in str(seen.problem)


async def test_switching_off_ends_a_hook_that_hangs(
    argosy: Running, origin: Origin, tmp_path: Path
) -> None:
    mark = tmp_path / "mark"
    body = f"open({str(mark)!r}, 'w').write(f'{{os.getpid()}}\\n')\nwhile True: pass"
    write(tmp_path, hook("completed", body), hooks=["completed"])
    await enabled(argosy)
    await fetch(argosy, origin.put("/film.mkv", Resource(BODY)))
    pid = int(await written(mark))

    switched = await switch(argosy, on=False)

    assert switched["success"]
    assert not is_running(pid)
