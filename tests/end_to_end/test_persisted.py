"""Apollo Client asks by hashes: it sends a document once, and never again."""

import json
import subprocess
from pathlib import Path

from tests.end_to_end.program import KEY, Program

CLIENTS = Path(__file__).parent / "clients"
DOCUMENT = "query Who { viewer { name role } }"


def test_apollo_sends_a_document_once(node: str, shared_program: Program) -> None:
    done = subprocess.run(
        [node, CLIENTS / "persisted.mjs", f"{shared_program.url}/graphql", KEY, DOCUMENT],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )

    asked = json.loads(done.stdout)
    viewer = {"__typename": "Viewer", "name": "admin", "role": "ADMIN"}
    assert [each["data"] for each in asked] == [{"viewer": viewer}] * 3
    sent = [[(one["method"], one["hasDocument"]) for one in each["sent"]] for each in asked]
    assert sent == [[("GET", False), ("POST", True)], [("GET", False)], [("POST", False)]]
    assert asked[1]["sent"][0]["cache"] == "private, no-store"
