"""A link goes in, and the file lies where it belongs, whatever happens meanwhile."""

import asyncio
import hashlib

from tests.end_to_end.program import Program, wait_until
from tests.fakes.origin import Origin, Resource, content

MOST_ASKED = 1.10  # of the file's bytes, over all attempts


async def test_link_becomes_file_in_the_owners_folder(program: Program, origin: Origin) -> None:
    resource = Resource(content(3_000_000))
    url = origin.put("/films/trailer.mkv", resource)

    (task_id,) = program.add(url)
    said = await program.follow(task_id)

    assert said[-1]["status"] == "completed"
    assert said[-1]["progress"] == 100
    file = program.downloads / "admin" / "trailer.mkv"
    assert hashlib.sha256(file.read_bytes()).hexdigest() == resource.sha256
    wait_until(lambda: [p for p in program.downloads.rglob("*") if p.is_file()] == [file])


async def test_download_goes_on_after_kill_9(program: Program, origin: Origin) -> None:
    resource = Resource(content(6_000_000), speed=300_000)
    url = origin.put("/big.bin", resource)
    (task_id,) = program.add(url)

    async with program.following(task_id) as events:
        async for event in events:
            if event["progress"] >= 40:
                break
    program.kill()
    assert 0.05 < origin.sent / len(resource.body) < 0.95
    program.start()
    said = await program.follow(task_id)

    assert said[-1]["status"] == "completed"
    file = program.downloads / "admin" / "big.bin"
    assert hashlib.sha256(file.read_bytes()).hexdigest() == resource.sha256
    assert origin.sent <= MOST_ASKED * len(resource.body)
    conditions = [asked.headers.get("If-Range") for asked in origin.asked_for("/big.bin")]
    assert (conditions[0], set(conditions[1:])) == (None, {'"one"'})


async def test_sigterm_drains_and_the_download_goes_on(program: Program, origin: Origin) -> None:
    resource = Resource(content(4_000_000), speed=300_000)
    url = origin.put("/big.bin", resource)
    (task_id,) = program.add(url)
    async with program.following(task_id) as events:
        async for event in events:
            if event["progress"] >= 30:
                break

    status = program.stop()
    program.start()
    said = await asyncio.wait_for(program.follow(task_id), 60)

    assert status == 0
    assert said[-1]["status"] == "completed"
    file = program.downloads / "admin" / "big.bin"
    assert hashlib.sha256(file.read_bytes()).hexdigest() == resource.sha256
    assert origin.sent <= MOST_ASKED * len(resource.body)
