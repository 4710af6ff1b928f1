"""Trusted documents: from folders and manifests, and what is wrong with them is said."""

import asyncio
import json
from pathlib import Path

import pytest
import structlog
from structlog.testing import capture_logs

from argosy.http.graphql import trusted as module
from argosy.http.graphql.trusted import OURS, TrustedDocuments, manifest, sha256_of
from services.errors import Unavailable

TEXT = "query A { viewer { name } }\n"


async def opened(place: Path | None) -> TrustedDocuments:
    documents = TrustedDocuments(place)
    await documents.open()
    await documents.close()
    return documents


async def test_ours_are_trusted_with_and_without_the_end_of_the_last_line() -> None:
    documents = await opened(None)
    text = (OURS / "status.graphql").read_text()

    for whole in (text, text.strip()):
        assert documents.has(whole)
        assert documents.text(sha256_of(whole)) == whole
    assert not documents.has(text + " ")


async def test_folder_is_read_to_its_depths(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "a.graphql").write_text(TEXT)
    (tmp_path / "b.gql").write_text("{ b }")
    (tmp_path / "c.txt").write_text("{ c }")

    documents = await opened(tmp_path)

    assert [documents.has(text) for text in (TEXT, "{ b }", "{ c }")] == [True, True, False]


@pytest.mark.parametrize("shape", ["plain", "apollo"])
async def test_manifest_is_read(tmp_path: Path, shape: str) -> None:
    sha256 = sha256_of(TEXT)
    apollo = {
        "format": "apollo-persisted-query-manifest",
        "version": 1,
        "operations": [{"id": sha256, "name": "A", "type": "query", "body": TEXT}],
    }
    content = {sha256: TEXT} if shape == "plain" else apollo
    (tmp_path / "manifest.json").write_text(json.dumps(content))

    documents = await opened(tmp_path / "manifest.json")

    assert documents.text(sha256) == TEXT


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"{", "this is not JSON"),
        (b"[]", "an object is needed"),
        (b"\xff", "this is not UTF-8"),
        (json.dumps({"abc": TEXT}).encode(), "'abc' is not the SHA-256 of the text with it"),
        (json.dumps({sha256_of(TEXT): 5}).encode(), "is not the SHA-256 of the text with it"),
    ],
)
async def test_what_cannot_be_used_stops_the_start(
    tmp_path: Path, content: bytes, reason: str
) -> None:
    place = tmp_path / "manifest.json"
    place.write_bytes(content)

    with pytest.raises(Unavailable, match=reason):
        await opened(place)


def test_manifest_that_is_printed_can_be_read(tmp_path: Path) -> None:
    (tmp_path / "a.graphql").write_text(TEXT)

    assert manifest(tmp_path) == {sha256_of(TEXT): TEXT}
    assert len(manifest(OURS)) == len(list(OURS.iterdir()))


async def test_document_that_does_not_fit_is_told_of_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PAUSE_SECONDS", 0)
    structlog.reset_defaults()
    (tmp_path / "bad.graphql").write_text("{ nothing }")
    documents = TrustedDocuments(tmp_path)
    looked: list[str] = []

    def examine(text: str) -> str | None:
        looked.append(text)
        return "There is no such field." if text == "{ nothing }" else None

    with capture_logs() as lines:
        await documents.open()
        assert looked == []
        documents.look_with(examine)
        async with asyncio.timeout(30):
            while "{ nothing }" not in looked:
                await asyncio.sleep(0)
        await documents.close()

    assert lines == [
        {
            "event": "documents.not_valid",
            "log_level": "warning",
            "document": str(tmp_path / "bad.graphql"),
            "reason": "There is no such field.",
        }
    ]
