"""The same program on PostgreSQL."""

import asyncio
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.program import Program
from tests.fakes.origin import Origin, Resource, content
from tests.integration.databases import Databases


@pytest.fixture
def on_postgres(tmp_path: Path) -> Iterator[Program]:
    databases = Databases(tmp_path)
    url = asyncio.run(databases.empty_postgres())
    program = Program(tmp_path, ARGOSY_DATABASE_URL=url)
    program.start()
    yield program
    program.close()
    asyncio.run(databases.drop(url))


async def test_download_goes_on_after_kill_9(on_postgres: Program, origin: Origin) -> None:
    resource = Resource(content(6_000_000), speed=2_000_000)
    (task_id,) = on_postgres.add(origin.put("/big.bin", resource))

    async with on_postgres.following(task_id) as events:
        async for event in events:
            if event["progress"] >= 40:
                break
    on_postgres.kill()
    on_postgres.start()
    said = await on_postgres.follow(task_id)

    assert said[-1]["status"] == "completed"
    file = on_postgres.downloads / "admin" / "big.bin"
    assert hashlib.sha256(file.read_bytes()).hexdigest() == resource.sha256
    assert origin.sent <= 1.10 * len(resource.body)
    assert not (on_postgres.data / "argosy.db").exists()


def test_command_line_works_beside_the_server(on_postgres: Program) -> None:
    made = on_postgres.run("user", "create", "bob")
    again = on_postgres.run("user", "create", "bob")
    key = on_postgres.run("key", "create", "--user", "bob").stdout.strip()

    assert (made.returncode, made.stdout) == (0, "Made the user bob.\n")
    assert (again.returncode, again.stderr) == (1, "argosy: There is a user bob already.\n")
    viewer = on_postgres.ask_with(key, "{ viewer { name } }")["data"]["viewer"]
    assert viewer == {"name": "bob"}
    found = on_postgres.run("doctor").stdout
    assert found.count("PostgreSQL, up to date") == 1
    assert re.search(r"^ok +Tiers +unlimited *$", found, re.MULTILINE)
