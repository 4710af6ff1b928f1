"""Options of downloads, through the API and as real servers see them."""

import hashlib
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.program import Program
from tests.fakes.authority import Authority
from tests.fakes.origin import Origin, Resource, content
from tests.fakes.strict_tls import StrictTls
from tests.fakes.wire import Wire, answer

BODY = content(50_000)
OK = answer("200 OK", body=BODY)


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture(scope="module")
def trusting(tmp_path_factory: pytest.TempPathFactory, authority: Authority) -> Iterator[Program]:
    """A server that trusts the authority of the tests."""
    folder = tmp_path_factory.mktemp("trusting")
    program = Program(folder, SSL_CERT_FILE=str(authority.save(folder / "ca.pem")))
    program.start()
    yield program
    program.close()


def asking(folder: Path, authority: Authority, *, demands: bool) -> ssl.SSLContext:
    """Return a server's side of TLS that asks for a certificate of `authority`."""
    (folder / "server.pem").write_text("".join(authority.issue("localhost")))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem")
    context.load_verify_locations(authority.save(folder / "authority.pem"))
    context.verify_mode = ssl.CERT_REQUIRED if demands else ssl.CERT_OPTIONAL
    return context


async def test_certificate_opens_a_server_that_demands_one(
    trusting: Program, authority: Authority, tmp_path: Path
) -> None:
    certificate, key = authority.issue("client")
    async with Wire(OK, tls=asking(tmp_path, authority, demands=True)) as wire:
        (task_id,) = trusting.add(f"{wire.url}/closed.bin", certificate=certificate, privateKey=key)
        said = await trusting.follow(task_id)

    assert said[-1]["state"] == "COMPLETED", said[-1]
    assert [heard.shown for heard in wire.heard] == ["client"]
    assert (trusting.downloads / "admin" / "closed.bin").read_bytes() == BODY


async def test_certificate_is_shown_to_no_other_origin(
    trusting: Program, authority: Authority, tmp_path: Path
) -> None:
    certificate, key = authority.issue("client")
    async with Wire(OK, tls=asking(tmp_path, authority, demands=False)) as other:
        moved = answer("302 Found", f"Location: {other.url}/moved.bin")
        async with Wire(moved, tls=asking(tmp_path, authority, demands=True)) as home:
            (task_id,) = trusting.add(f"{home.url}/a.bin", certificate=certificate, privateKey=key)
            said = await trusting.follow(task_id)

    assert said[-1]["state"] == "COMPLETED", said[-1]
    assert [heard.shown for heard in home.heard] == ["client"]
    assert [heard.shown for heard in other.heard] == [None]
    assert (trusting.downloads / "admin" / "moved.bin").read_bytes() == BODY


@pytest.mark.parametrize(
    ("shows", "reason"),
    [
        ("nothing", "PEER_DID_NOT_RETURN_A_CERTIFICATE"),
        ("a stranger's", "CERTIFICATE_VERIFY_FAILED"),
    ],
)
async def test_server_that_wants_another_certificate_is_not_asked_again(
    trusting: Program, authority: Authority, tmp_path: Path, shows: str, reason: str
) -> None:
    certificate, key = Authority("Somebody").issue("client")
    shown = {} if shows == "nothing" else {"certificate": certificate, "privateKey": key}
    with StrictTls(asking(tmp_path, authority, demands=True)) as server:
        (task_id,) = trusting.add(f"{server.url}/none.bin", **shown)
        said = await trusting.follow(task_id)

    assert said[-1]["state"] == "FAILED"
    assert said[-1]["error"] == {
        "code": "LOGIN_REFUSED",
        "message": (
            "127.0.0.1 wants to see a certificate, or not the one that it was shown. "
            "Give the right one with the download."
        ),
    }
    assert "RETRYING" not in [progress["state"] for progress in said]
    assert set(server.refused) == {reason}


async def test_mirror_gives_the_file_that_the_link_has_no_more(
    shared_program: Program, shared_origin: Origin
) -> None:
    there = shared_origin.put("/mirrors/there.bin", Resource(content(40_000, seed=5)))
    body = shared_origin.resources["/mirrors/there.bin"].body

    (task_id,) = shared_program.add(
        f"{shared_origin.url}/mirrors/gone.bin",
        name="wanted.bin",
        mirrors=[f"{shared_origin.url}/mirrors/gone-too.bin", there],
    )
    said = await shared_program.follow(task_id)

    assert said[-1]["state"] == "COMPLETED"
    asked = ["/mirrors/gone.bin", "/mirrors/gone-too.bin", "/mirrors/there.bin"]
    assert [a.path for a in shared_origin.asked if a.path.startswith("/mirrors/")] == asked
    assert (shared_program.downloads / "admin" / "wanted.bin").read_bytes() == body


async def test_mirror_replaces_what_is_not_what_the_checksum_says(
    shared_program: Program, shared_origin: Origin
) -> None:
    right, wrong = content(40_000, seed=6), content(40_000, seed=7)
    url = shared_origin.put("/sums/wrong.bin", Resource(wrong))
    mirror = shared_origin.put("/sums/right.bin", Resource(right))
    digest = hashlib.sha256(right).hexdigest()

    (task_id,) = shared_program.add(
        url,
        name="right.bin",
        mirrors=[mirror],
        checksums=[{"algorithm": "SHA256", "digest": digest}],
    )
    said = await shared_program.follow(task_id)

    assert said[-1]["state"] == "COMPLETED"
    assert (shared_program.downloads / "admin" / "right.bin").read_bytes() == right
