"""Settings that are changed while the program runs, and its parts restarted under load."""

import hashlib
from typing import Any

from tests.end_to_end.program import Program, wait_until
from tests.fakes.origin import Origin, Resource, content

UPDATE = """
    mutation($input: UpdateConfigurationInput!) { updateConfiguration(input: $input) {
        updated { name value source } errors { code message field }
    } }
"""
SETTING = "{ configuration { settings { name value source problem } } }"
RESTART = 'mutation { restartService(service: "runner") { success message } }'
TASKS = "{ tasks(first: 25) { nodes { state files(first: 1) { nodes { path } } } } }"
USER = ("user", "create", "carol", "--tier", "small")
SIZE, FILES = 3_000_000, 8


def setting(program: Program, name: str) -> dict[str, Any]:
    found = program.ask(SETTING)["data"]["configuration"]["settings"]
    return next(each for each in found if each["name"] == name)


def test_what_was_set_is_there_after_a_crash_and_for_commands(program: Program) -> None:
    tiers = '{"small": {"downloads_per_day": 3}}'
    asked = [{"name": "tiers", "value": tiers}, {"name": "audit_days", "value": "3"}]
    answer = program.ask(UPDATE, input={"settings": asked})
    program.kill()
    program.start()

    made = program.run(*USER)

    assert answer["data"]["updateConfiguration"]["errors"] == []
    assert setting(program, "audit_days") == {
        "name": "audit_days",
        "value": "3",
        "source": "DATABASE",
        "problem": None,
    }
    assert (made.returncode, made.stdout) == (0, "Made the user carol.\n")


def test_what_the_environment_sets_is_refused_by_its_name(program: Program) -> None:
    answer = program.ask(UPDATE, input={"maxConcurrentDownloads": 3})

    (error,) = answer["data"]["updateConfiguration"]["errors"]
    assert error["code"] == "CONFLICT"
    assert "ARGOSY_MAX_CONCURRENT_DOWNLOADS is set by the environment" in error["message"]


def test_downloads_end_whole_while_the_runner_is_restarted_again_and_again(
    program: Program, origin: Origin
) -> None:
    files = {f"f{n}.bin": content(SIZE, n + 1) for n in range(FILES)}
    urls = [origin.put(f"/{name}", Resource(b, speed=2_000_000)) for name, b in files.items()]
    program.add(*urls)

    answers = []
    for _ in range(3):
        sent = origin.sent
        wait_until(lambda before=sent: origin.sent > before + 500_000)  # type: ignore[misc]
        answers.append(program.ask(RESTART)["data"]["restartService"]["success"])

    def nodes() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = program.ask(TASKS)["data"]["tasks"]["nodes"]
        assert {node["state"] for node in found} <= {"PENDING", "RUNNING", "COMPLETED"}
        return found

    wait_until(lambda: all(node["state"] == "COMPLETED" for node in nodes()))
    paths = [program.downloads / node["files"]["nodes"][0]["path"] for node in nodes()]
    assert answers == [True] * 3
    assert {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths} == {
        name: hashlib.sha256(body).hexdigest() for name, body in files.items()
    }
