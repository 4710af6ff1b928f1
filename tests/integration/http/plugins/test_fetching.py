"""Plugins that say what is fetched, or fetch it themselves."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.fakes.origin import Origin, Resource, content
from tests.integration.http.plugins.plugging import (
    ADD,
    calls,
    enabled,
    eventually,
    failing,
    fetch,
    hook,
    plugin,
    switch,
    write,
)
from tests.integration.http.running import Running, serving, until

BODY = content(300_000)
OTHER = content(50_000, seed=2)
TASK = "query($id: ID!) { task(id: $id) { state error { code } } }"
NAMES = "{ tasks(first: 5) { nodes { name engine files { nodes { sizeBytes } } } } }"


@pytest.fixture
def origin() -> Iterator[Origin]:
    with Origin() as running:
        yield running


@pytest.fixture
async def argosy(tmp_path: Path, origin: Origin) -> AsyncIterator[Running]:
    """A server that may reach one port of this machine, and another address of it."""
    networks = f"127.0.0.1:{origin.port},127.0.0.2"
    async with serving(tmp_path, allow_networks=networks) as running:
        yield running


def rewriting(tmp_path: Path, body: str) -> None:
    """Write a plugin that rewrites URLs."""
    write(tmp_path, hook("before_fetch", body), hooks=["before_fetch"], permissions=["tasks"])


def fetching(tmp_path: Path, look: str, read: str, **engine: list[str]) -> None:
    """Write a plugin that fetches."""
    write(
        tmp_path,
        hook("look_at_file", look) + hook("read_file", read),
        hooks=["look_at_file", "read_file"],
        engine=engine or {"schemes": ["memo"]},
    )


async def test_url_that_a_plugin_returns_is_fetched(
    argosy: Running, origin: Origin, tmp_path: Path
) -> None:
    other = origin.put("/other.mkv", Resource(OTHER))
    rewriting(tmp_path, f"return {other!r} if url.endswith('?page=1') else None")
    await enabled(argosy)

    last = await fetch(argosy, f"{origin.put('/film.mkv', Resource(BODY))}?page=1")

    assert last["state"] == "COMPLETED"
    assert [asked.path for asked in origin.asked] == ["/other.mkv"]
    assert calls(argosy, "before_fetch", "ok") == 1


@pytest.mark.parametrize(
    "url",
    [
        "http://10.0.0.1/x",
        "http://127.0.0.1:1/x",
        "http://[::1]/x",
        "http://169.254.169.254/latest/meta-data",
        "http://localhost:1/x",
        "http://2130706433:1/",
        "file:///etc/passwd",
        "http://user:password@example.com/",
        "no url",
        "",
    ],
)
async def test_url_that_users_may_not_give_plugins_may_not_either(
    argosy: Running, origin: Origin, tmp_path: Path, url: str
) -> None:
    rewriting(tmp_path, f"return {url!r}")
    await enabled(argosy)

    last = await fetch(argosy, origin.put("/film.mkv", Resource(BODY)))

    assert last["state"] == "COMPLETED"
    assert [asked.path for asked in origin.asked] == ["/film.mkv"]
    told = str((await failing(argosy)).last_error)
    assert told.startswith("Refused: The URL that before_fetch returned is not fetched: ")


async def test_secrets_of_a_task_do_not_follow_it_to_another_server(
    argosy: Running, origin: Origin, tmp_path: Path
) -> None:
    with Origin("127.0.0.2") as other:
        rewriting(tmp_path, f"return {other.put('/film.mkv', Resource(BODY))!r}")
        await enabled(argosy)
        url = origin.put("/film.mkv", Resource(BODY))

        last = await fetch(argosy, url, headers=[{"name": "X-Key", "value": "hunter2"}])

        assert last["state"] == "COMPLETED"
        assert [asked.path for asked in other.asked] == ["/film.mkv"]
        assert "X-Key" not in other.asked[0].headers


async def test_second_plugin_is_given_what_the_first_returned(
    argosy: Running, origin: Origin, tmp_path: Path
) -> None:
    url = origin.put("/film.mkv", Resource(BODY))
    for name, word in (("alpha", "a"), ("beta", "b")):
        write(
            tmp_path,
            hook("before_fetch", f"return url + {word!r}"),
            hooks=["before_fetch"],
            permissions=["tasks"],
            name=name,
        )
        await enabled(argosy, name)
    origin.put("/film.mkvab", Resource(BODY))

    last = await fetch(argosy, url)

    assert last["state"] == "COMPLETED"
    assert [asked.path for asked in origin.asked] == ["/film.mkvab"]


async def test_engine_of_a_plugin_fetches_what_it_claims(argosy: Running, tmp_path: Path) -> None:
    fetching(
        tmp_path,
        "return Remote(size=3_000_000, name='a film?.mkv')",
        "for n in range(start // 1_000_000, 3): yield bytes([n]) * 1_000_000",
    )
    await enabled(argosy)

    last = await fetch(argosy, "memo://somewhere/film")

    assert last == {"state": "COMPLETED", "error": None}
    (task,) = (await argosy.ask(NAMES)).data["tasks"]["nodes"]
    assert (task["engine"], task["files"]["nodes"][0]["sizeBytes"]) == ("plugin", 3_000_000)
    (file,) = (tmp_path / "downloads").rglob("*.mkv")
    assert file.read_bytes() == b"".join(bytes([n]) * 1_000_000 for n in range(3))
    assert file.name == "a film_.mkv"


async def test_engine_of_a_plugin_fetches_from_hosts_that_it_claims(
    argosy: Running, tmp_path: Path
) -> None:
    fetching(
        tmp_path,
        "return Remote()",
        "yield url.encode()",
        hosts=["files.example", ".more.example"],
    )
    await enabled(argosy)

    for url in ("https://files.example/a", "http://deep.more.example/b"):
        assert (await fetch(argosy, url))["state"] == "COMPLETED"

    found = {f.read_text() for f in (tmp_path / "downloads" / "admin").iterdir() if f.is_file()}
    assert found == {"https://files.example/a", "http://deep.more.example/b"}


async def test_scheme_that_nobody_claims_is_refused(argosy: Running) -> None:
    answer = await argosy.ask(ADD, input={"urls": ["memo://somewhere/film"]})

    (error,) = answer.data["addDownloads"]["errors"]
    assert (error["code"], error["field"]) == ("UNSUPPORTED_SCHEME", "urls.0")


async def test_task_waits_for_a_plugin_that_was_switched_off(
    argosy: Running, tmp_path: Path
) -> None:
    fetching(tmp_path, "return Remote(size=4)", "yield b'done'")
    await enabled(argosy)
    await switch(argosy, on=False)
    task = await argosy.plant(
        engine="plugin", url="memo://somewhere/film", state="PENDING", is_due=True
    )
    argosy.container._runner.wake()

    async def look() -> object:
        return (await argosy.ask(TASK, id=task)).data["task"]

    waiting = await eventually(look, lambda seen: seen["state"] == "RETRYING")

    assert waiting == {"state": "RETRYING", "error": {"code": "UNAVAILABLE"}}


@pytest.mark.parametrize(
    ("does", "code", "crashes"),
    [
        ("raise NotFound('gone')", "HTTP_STATUS", 0),
        ("raise ValueError('no')", "BAD_RESPONSE", 1),
        ("os._exit(1)", "BAD_RESPONSE", 1),
        ("return {'size': 'much'}", "BAD_RESPONSE", 1),
        ("return Remote(size=-1)", "BAD_RESPONSE", 1),
        ("while True: pass", "TIMED_OUT", 1),
    ],
)
async def test_engine_that_cannot_fails_its_task(
    argosy: Running, tmp_path: Path, does: str, code: str, crashes: int
) -> None:
    fetching(tmp_path, does, "yield b''")
    await enabled(argosy)

    last = await fetch(argosy, "memo://somewhere/film", retries=0, readTimeout=1)

    assert (last["state"], last["error"]["code"]) == ("FAILED", code)
    assert (await plugin(argosy)).crashes == crashes


@pytest.mark.parametrize(
    ("does", "code"),
    [
        ("yield b'ab'; raise ValueError('no')", "BAD_RESPONSE"),
        ("yield b'ab'; os._exit(1)", "BAD_RESPONSE"),
        ("yield 5", "BAD_RESPONSE"),
        ("return 5", "BAD_RESPONSE"),
        ("yield b'ab'", "INCOMPLETE"),
        ("yield b'abcdef'", "BAD_RESPONSE"),
        ("yield b'ab'; time.sleep(300)", "TIMED_OUT"),
        ("yield b'ab'; raise TryLater('busy')", "CONNECTION_FAILED"),
    ],
)
async def test_engine_that_breaks_off_leaves_no_finished_file(
    argosy: Running, tmp_path: Path, does: str, code: str
) -> None:
    fetching(tmp_path, "return Remote(size=4)", does)
    await enabled(argosy)

    last = await fetch(argosy, "memo://somewhere/film", retries=0, readTimeout=1)

    assert (last["state"], last["error"]["code"]) == ("FAILED", code)
    assert [f for f in (tmp_path / "downloads" / "admin").rglob("*") if f.is_file()] == []


async def test_cancelled_fetch_of_a_plugin_ends_its_process(
    argosy: Running, tmp_path: Path
) -> None:
    fetching(
        tmp_path,
        "return Remote(size=4)",
        f"open({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid()))\n"
        "yield b'ab'\ntime.sleep(300)",
    )
    await enabled(argosy)
    answer = await argosy.ask(ADD, input={"urls": ["memo://somewhere/film"]})
    (task,) = answer.data["addDownloads"]["tasks"]
    await until(lambda: (tmp_path / "pid").exists() and bool((tmp_path / "pid").read_text()))
    pid = int((tmp_path / "pid").read_text())

    await argosy.ask(
        "mutation($i: ID!) { cancelTasks(input: { ids: [$i] }) { errors { code } } }",
        i=task["id"],
    )

    await until(lambda: not Path(f"/proc/{pid}").exists())
