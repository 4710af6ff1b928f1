"""GraphQL over HTTP, as the audits of its specification see it (npm `graphql-http`)."""

import subprocess

import orjson

from tests.end_to_end.conftest import CLIENTS
from tests.end_to_end.program import KEY, Program


def test_every_audit_is_passed(node: str, shared_program: Program) -> None:
    command = [node, CLIENTS / "audit.mjs", f"{shared_program.url}/graphql", KEY]

    done = subprocess.run(command, capture_output=True, check=True, timeout=120)

    results = [orjson.loads(line) for line in done.stdout.splitlines()]
    assert [result for result in results if result["status"] != "ok"] == []
    assert len(results) == 61
