"""`argosy get`, in a script."""

import hashlib
import re
from pathlib import Path
from threading import Event

import pytest
from aiohttp import web

from tests.end_to_end.program import KEY, Program, wait_until
from tests.fakes.origin import Origin, Resource, content

NEWEST = "{ tasks(first: 1) { nodes { priority dueAt state } } }"
TOTAL = "{ tasks { totalCount } }"


def table(output: str) -> list[list[str]]:
    """Return the cells of the table at the end of what was printed, without its times."""
    lines = output[output.index("Name ") :].splitlines()
    rows = [re.split(r"\s{2,}", line.strip()) for line in lines if line.strip()]
    assert rows[0] == ["Name", "State", "Size", "Time", "Where, or why not"]
    return [[cell for cell in row if not re.fullmatch(r"\d+\.\d s", cell)] for row in rows[1:]]


def test_ends_with_0_and_a_table_when_all_came(
    shared_program: Program, shared_origin: Origin
) -> None:
    film, song = Resource(content(3_000_000, seed=1)), Resource(content(40_000, seed=2))
    urls = [shared_origin.put("/film.mkv", film), shared_origin.put("/song.ogg", song)]

    done = shared_program.run("get", *urls, "--folder", "media/new")

    assert (done.returncode, done.stderr) == (0, "")
    assert table(done.stdout) == [
        ["film.mkv", "completed", "3.0 MB", "admin/media/new/film.mkv"],
        ["song.ogg", "completed", "40.0 kB", "admin/media/new/song.ogg"],
    ]
    folder = shared_program.downloads / "admin" / "media" / "new"
    assert {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()
    } == {"film.mkv": film.sha256, "song.ogg": song.sha256}


def test_asks_for_what_its_options_say(
    shared_program: Program, shared_origin: Origin, tmp_path: Path
) -> None:
    film = Resource(content(300_000, seed=3))
    url = shared_origin.put("/options/film.mkv", film)
    (tmp_path / "password").write_text("hunter2\n")
    (tmp_path / "headers").write_text("X-Token: abc\n")
    (tmp_path / "proxy").write_text("none\n")

    done = shared_program.run(
        *("get", url, "--folder", "options", "--name", "renamed.mkv"),
        *("--checksum", f"sha256:{film.sha256}", "--limit", "50M", "--connections", "2"),
        *("--header", f"@{tmp_path}/headers", "--proxy", f"@{tmp_path}/proxy"),
        *("--header", "X-Other: def", "--conflict", "skip"),
        *("--username", "alice", "--password-file", str(tmp_path / "password")),
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert table(done.stdout) == [
        ["renamed.mkv", "completed", "300.0 kB", "admin/options/renamed.mkv"],
    ]
    (asked, *_) = shared_origin.asked_for("/options/film.mkv")
    assert (asked.headers["X-Token"], asked.headers["X-Other"]) == ("abc", "def")


def test_what_was_fetched_already_is_skipped_unless_forced(
    shared_program: Program, shared_origin: Origin
) -> None:
    url = shared_origin.put("/twice.ogg", Resource(content(40_000, seed=4)))
    shared_program.run("get", url, "--folder", "twice")

    again = shared_program.run("get", url, "--folder", "twice")
    forced = shared_program.run("get", url, "--folder", "twice", "--force")

    assert again.returncode == 1
    assert "has fetched this already" in " ".join(again.stdout.split())
    assert forced.returncode == 0
    assert "admin/twice/twice (1).ogg" in forced.stdout


def test_options_that_make_no_sense_are_told_and_nothing_is_added(
    shared_program: Program, shared_origin: Origin, tmp_path: Path
) -> None:
    url = shared_origin.put("/nothing.bin", Resource(content(10)))
    before = shared_program.ask(TOTAL)

    mistyped = shared_program.run("get", url, "--limit", "fast")
    (tmp_path / "headers").write_text("X-Token: hunter2\nHost: a\n")
    asked = shared_program.run(
        *("get", url, "--connections", "9999999999", "--name", "..", "--limit", "999999999999G"),
        *("--header", f"@{tmp_path}/headers"),
    )

    assert (mistyped.returncode, asked.returncode) == (2, 2)
    assert mistyped.stderr.startswith("argosy: 'fast' is no speed; give bytes a second")
    assert asked.stderr.splitlines() == [
        "argosy: --connections: It goes from 1 to 64.",
        "argosy: --limit: It goes from 1 to 4611686018427387904.",
        "argosy: --name: It cannot be a file's name on every system.",
        "argosy: --header Host: Host is set by the engine; leave it out.",
    ]
    assert shared_program.ask(TOTAL) == before


def test_ends_with_1_when_some_did_not_come(shared_program: Program, shared_origin: Origin) -> None:
    there = shared_origin.put("/there.bin", Resource(content(1000)))

    done = shared_program.run("get", there, f"{shared_origin.url}/gone.bin")

    assert done.returncode == 1
    came, failed = table(done.stdout)[:2]
    assert came == ["there.bin", "completed", "1.0 kB", "admin/there.bin"]
    assert failed[:2] == ["gone.bin", "failed"]
    assert failed[2].startswith("The server answered 404 Not Found.")


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("nonsense", "'nonsense' is not a URL."),
        (
            "gopher://127.0.0.1/a",
            "gopher: is not fetched here, only ftp, ftpes, ftps, http, https, sftp.",
        ),
        ("http://10.1.2.3/a", "10.1.2.3 is not a public address."),
        ("http://169.254.169.254/a", "169.254.169.254 is not a public address."),
    ],
)
def test_ends_with_2_and_adds_nothing_when_a_url_is_refused(
    shared_program: Program, shared_origin: Origin, url: str, reason: str
) -> None:
    good = shared_origin.put("/good.bin", Resource(content(1000)))
    before = shared_program.ask(TOTAL)

    done = shared_program.run("get", good, url)

    assert done.returncode == 2
    assert done.stderr.startswith(f"argosy: {url}: {reason}")
    assert done.stderr.count("\n") == 1
    assert done.stdout.strip() == ""
    assert shared_program.ask(TOTAL) == before
    assert shared_origin.asked_for("/good.bin") == []


def test_ends_with_3_where_no_server_runs(tmp_path: Path) -> None:
    nobody = Program(tmp_path)

    done = nobody.run("get", "http://127.0.0.1/a")

    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr == (
        f"argosy: no server runs on this machine with the data folder {nobody.data}. "
        "Start one with ./run, or say where it is with --server and --key "
        "(ARGOSY_URL, ARGOSY_KEY)\n"
    )


def test_ends_with_3_where_the_server_has_crashed(program: Program) -> None:
    program.kill()

    done = program.run("get", "http://127.0.0.1/a")

    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr == f"argosy: no answer from {program.url}. Is the server running?\n"


def test_server_and_key_can_be_given(
    shared_program: Program, shared_origin: Origin, tmp_path: Path
) -> None:
    url = shared_origin.put("/remote.bin", Resource(content(1000)))
    elsewhere = Program(tmp_path)

    done = elsewhere.run("get", url, "--server", shared_program.url, "--key", KEY)

    assert done.returncode == 0
    assert table(done.stdout) == [["remote.bin", "completed", "1.0 kB", "admin/remote.bin"]]


def test_wrong_key_is_refused(shared_program: Program, tmp_path: Path) -> None:
    elsewhere = Program(tmp_path)
    elsewhere.environment |= {"ARGOSY_URL": shared_program.url, "ARGOSY_KEY": "a-wrong-key"}

    done = elsewhere.run("get", "http://127.0.0.1/a")

    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr.startswith(f"argosy: {shared_program.url}: This key is not known here.")


@pytest.mark.parametrize("key", ["abc\ndefgh", "abc defgh"])
def test_what_can_be_no_key_is_refused(shared_program: Program, tmp_path: Path, key: str) -> None:
    elsewhere = Program(tmp_path)
    elsewhere.environment |= {"ARGOSY_URL": shared_program.url, "ARGOSY_KEY": key}

    done = elsewhere.run("get", "http://127.0.0.1/a")

    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr == (
        "argosy: no key looks like this one: it has blanks or signs that keys never have\n"
    )


def test_key_may_have_blanks_around_it(
    shared_program: Program, shared_origin: Origin, tmp_path: Path
) -> None:
    url = shared_origin.put("/copied.bin", Resource(content(1000)))
    elsewhere = Program(tmp_path)
    elsewhere.environment |= {"ARGOSY_URL": shared_program.url, "ARGOSY_KEY": f" {KEY}\r\n"}

    done = elsewhere.run("get", url)

    assert done.returncode == 0


def test_address_without_its_beginning_is_explained(tmp_path: Path) -> None:
    elsewhere = Program(tmp_path)
    elsewhere.environment |= {"ARGOSY_URL": "127.0.0.1:8060", "ARGOSY_KEY": KEY}

    done = elsewhere.run("get", "http://127.0.0.1/a")

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "argosy: 127.0.0.1:8060 lacks the beginning of an address: give http://127.0.0.1:8060\n"
    )


def test_stranger_is_not_taken_for_argosy(shared_origin: Origin, tmp_path: Path) -> None:
    elsewhere = Program(tmp_path)

    done = elsewhere.run("get", "http://a", "--server", shared_origin.url, "--key", KEY)

    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr == (
        f"argosy: something answers at {shared_origin.url}, but not Argosy. Is the address right?\n"
    )


def test_argument_that_is_no_text_is_refused(shared_program: Program) -> None:
    done = shared_program.run("get", "http://127.0.0.1/\udcff")

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "argosy: 'http://127.0.0.1/\\udcff' is not UTF-8\n"


def test_server_that_allows_few_subscriptions_is_asked_over_more_connections(
    tmp_path: Path, shared_origin: Origin
) -> None:
    few = Program(tmp_path, ARGOSY_MAX_SUBSCRIPTIONS_PER_CONNECTION="2")
    hold = Event()
    urls = [
        shared_origin.put(f"/few/{number}", Resource(content(50_000, number), hold=hold))
        for number in range(5)
    ]
    try:
        few.start()
        with few.popen("get", *urls) as getting:
            wait_until(lambda: all(shared_origin.asked_for(f"/few/{n}") for n in range(5)))
            hold.set()
            output, errors = getting.communicate(timeout=60)
    finally:
        few.close()

    assert (getting.returncode, errors) == (0, "")
    assert [row[:2] for row in table(output)] == [[f"{n}", "completed"] for n in range(5)]


def test_reason_why_a_download_is_tried_again_is_told(
    shared_program: Program, shared_origin: Origin
) -> None:
    good = Resource(content(1000))

    async def answer(_: web.Request) -> web.StreamResponse:
        good.handler = None  # the next time it comes
        return web.Response(status=503)

    good.handler = answer
    url = shared_origin.put("/flaky.bin", good)

    done = shared_program.run("get", url)

    assert done.returncode == 0
    told = done.stderr.splitlines()
    assert told[0].startswith("flaky.bin: tries again soon: The server answered 503")
    assert told[1:] in ([], ["flaky.bin: goes on"])


def test_group_is_one_download_with_the_folder_of_its_files(
    shared_program: Program, shared_origin: Origin
) -> None:
    urls = [shared_origin.put(f"/group/{n}.jpg", Resource(content(1000, n))) for n in range(3)]

    done = shared_program.run("get", "--group", "holiday", "--folder", "pics", *urls)

    assert (done.returncode, done.stderr) == (0, "")
    assert table(done.stdout) == [["holiday", "completed", "3.0 kB", "admin/pics/"]]
    assert sorted(path.name for path in (shared_program.downloads / "admin/pics").iterdir()) == [
        "0.jpg",
        "1.jpg",
        "2.jpg",
    ]


def test_group_that_did_not_come_whole_says_why(
    shared_program: Program, shared_origin: Origin
) -> None:
    there = shared_origin.put("/there.jpg", Resource(content(1000)))

    done = shared_program.run("get", "--group", "partly", there, f"{shared_origin.url}/gone.jpg")

    row, *_ = table(done.stdout)
    assert done.returncode == 1
    assert row[:2] == ["partly", "failed"]
    assert row[2].startswith("1 of 2 files")


def test_priority_and_start_are_asked_for(program: Program, origin: Origin) -> None:
    url = origin.put("/later.bin", Resource(content(1000)))
    asked = ("--priority", "high", "--start-at", "2099-12-24T20:15:00Z")

    with program.popen("get", url, *asked) as getting:
        wait_until(lambda: bool(program.ask(NEWEST)["data"]["tasks"]["nodes"]))
        getting.kill()

    (task,) = program.ask(NEWEST)["data"]["tasks"]["nodes"]
    assert task == {
        "priority": "HIGH",
        "dueAt": "2099-12-24T20:15:00.000Z",
        "state": "PENDING",
    }


@pytest.mark.parametrize(
    ("option", "value", "reason"),
    [
        ("--group", "a/b", "--group: A group has a name of 1 to 255 letters, as a file may have."),
        ("--priority", "top", "'top' is no priority; take low, normal, high"),
        ("--start-at", "soon", "'soon' is no time; give 22:30, +2h, 2026-12-24 20:15 or now"),
    ],
)
def test_wish_that_makes_no_sense_is_refused(
    shared_program: Program, option: str, value: str, reason: str
) -> None:
    done = shared_program.run("get", "http://127.0.0.1/a", option, value)

    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"argosy: {reason}\n")
