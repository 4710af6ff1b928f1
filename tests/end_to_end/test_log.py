"""The log through a crash and a restart: what was told is found, and numbers go on."""

import stat

from tests.end_to_end.program import Program, wait_until
from tests.fakes.origin import Origin, Resource

LOGS = """query($filter: LogFilter) {
  logs(first: 100, filter: $filter) { nodes { seq level event taskId } }
}"""
STATS = "{ loggerStats { successCount totalLogs lostCount } }"


def lines(program: Program, **wanted: object) -> list[dict[str, object]]:
    found: list[dict[str, object]] = program.ask(LOGS, filter=wanted)["data"]["logs"]["nodes"]
    return found


def completed(program: Program, task: str) -> bool:
    return [line["event"] for line in lines(program, taskId=task)] == ["task.completed"]


def test_log_goes_on_after_a_crash(program: Program, origin: Origin) -> None:
    (task,) = program.add(origin.put("/a.bin", Resource(b"abc")))
    wait_until(lambda: completed(program, task))
    program.kill()
    program.start()

    found = lines(program)
    assert completed(program, task)
    assert [line["event"] for line in found if line["event"] == "server.ready"] == [
        "server.ready"
    ] * 2
    seqs = [line["seq"] for line in found]
    assert seqs == sorted(seqs, reverse=True)
    assert {stat.S_IMODE(path.stat().st_mode) for path in (program.data / "logs").iterdir()} == {
        0o600
    }


def test_sums_are_whole_after_an_orderly_end(program: Program, origin: Origin) -> None:
    (task,) = program.add(origin.put("/a.bin", Resource(b"abc")))
    wait_until(lambda: completed(program, task))
    before = program.ask(STATS)["data"]["loggerStats"]
    program.stop()
    program.start()

    after = program.ask(STATS)["data"]["loggerStats"]
    assert (before["successCount"], after["successCount"]) == (1, 1)
    assert after["totalLogs"] > before["totalLogs"]
    assert after["lostCount"] == 0
