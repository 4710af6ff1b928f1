"""Files that belong to the program: names, compression, caches."""

import gzip
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

import argosy.app
from argosy.http.pages import PAGES
from argosy.http.playground import ASSETS
from tests.integration.http.running import Running, serving
from tests.needs import needs_built

SCRIPT = b"console.log('hello');\n" * 100
FOREVER = "public, max-age=31536000, immutable"


@pytest.fixture
async def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Running]:
    """A server with a few assets, as the web build leaves them, and a secret beside them."""
    folder = tmp_path / "assets"
    folder.mkdir()
    (folder / "app-1a2b.js").write_bytes(SCRIPT)
    (folder / "app-1a2b.js.gz").write_bytes(gzip.compress(SCRIPT))
    (folder / "icon-3c4d.svg").write_bytes(b"<svg/>")
    (folder / "strange-5e6f.xyzzy").write_bytes(b"?")
    (folder / ".hidden.js").write_bytes(b"hidden")
    (tmp_path / "secret.txt").write_text("secret")
    monkeypatch.setattr(argosy.app, "ASSETS", folder)
    async with serving(tmp_path / "data") as running:
        yield running


async def test_asset_comes_compressed_to_who_takes_it_so(built: Running) -> None:
    answer = await built.get("/assets/app-1a2b.js", Accept_Encoding="br, gzip")

    assert answer.status == 200
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert gzip.decompress(answer.body) == SCRIPT


@pytest.mark.parametrize("accepted", ["", "identity", "br"])
async def test_asset_comes_as_it_is_to_others(built: Running, accepted: str) -> None:
    answer = await built.get("/assets/app-1a2b.js", Accept_Encoding=accepted)

    assert (answer.status, answer.body) == (200, SCRIPT)
    assert "Content-Encoding" not in answer.headers
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"


async def test_asset_that_is_not_compressed_comes_as_it_is(built: Running) -> None:
    answer = await built.get("/assets/icon-3c4d.svg", Accept_Encoding="gzip")

    assert (answer.status, answer.body) == (200, b"<svg/>")
    assert "Content-Encoding" not in answer.headers
    assert answer.headers["Content-Type"] == "image/svg+xml"


@pytest.mark.parametrize("accepted", ["gzip", "identity"])
async def test_caches_keep_an_asset_for_ever_by_encoding(built: Running, accepted: str) -> None:
    answer = await built.get("/assets/app-1a2b.js", Accept_Encoding=accepted)

    assert answer.headers["Cache-Control"] == FOREVER
    assert answer.headers["Vary"] == "Accept-Encoding"


async def test_tag_of_an_asset_tells_its_encodings_apart(built: Running) -> None:
    plain = await built.get("/assets/app-1a2b.js")
    compressed = await built.get("/assets/app-1a2b.js", Accept_Encoding="gzip")

    assert plain.headers["ETag"] != compressed.headers["ETag"]


async def test_head_of_an_asset_has_no_body(built: Running) -> None:
    answer = await built.send("HEAD", "/assets/app-1a2b.js")

    assert (answer.status, answer.body) == (200, b"")
    assert answer.headers["Content-Length"] == str(len(SCRIPT))


async def test_asset_of_an_unknown_kind_is_just_bytes(built: Running) -> None:
    answer = await built.get("/assets/strange-5e6f.xyzzy")

    assert answer.headers["Content-Type"] == "application/octet-stream"


@pytest.mark.parametrize(
    "name",
    [
        "nothing.js",
        "app-1a2b.js.gz",
        "APP-1A2B.JS",
        "",
        ".",
        "..",
        "../secret.txt",
        "..%2Fsecret.txt",
        "..%2fsecret.txt",
        "%2e%2e/secret.txt",
        "%2e%2e%2fsecret.txt",
        "..%5Csecret.txt",
        "....//secret.txt",
        "%252e%252e%252fsecret.txt",
        "x/../../secret.txt",
        "app-1a2b.js%00",
        "app-1a2b.js%00.css",
        "%2Fetc%2Fpasswd",
        "/etc/passwd",
        "..%2Fdata%2Fargosy.db",
    ],
)
async def test_nothing_else_is_served(built: Running, name: str) -> None:
    answer = await built.get(f"/assets/{name}")

    assert (answer.status, answer.json["error"]["code"]) == (404, "NOT_FOUND")


@pytest.mark.parametrize(
    "name",
    ["home.html", "document.html", "home.html%00", "..%2Fapp.py", "..%2F..%2Fpyproject.toml", "x"],
)
async def test_nothing_but_the_pages_own_is_served(argosy: Running, name: str) -> None:
    answer = await argosy.get(f"/pages/{name}")

    assert (answer.status, answer.json["error"]["code"]) == (404, "NOT_FOUND")


async def test_style_of_the_pages_is_kept_for_an_hour(argosy: Running) -> None:
    answer = await argosy.get("/pages/argosy.css")

    assert (answer.status, answer.body) == (200, (PAGES / "argosy.css").read_bytes())
    assert answer.headers["Content-Type"] == "text/css; charset=utf-8"
    assert answer.headers["Cache-Control"] == "public, max-age=3600"


async def test_picture_of_the_pages_is_served(argosy: Running) -> None:
    answer = await argosy.get("/pages/argosy.svg")

    assert (answer.status, answer.headers["Content-Type"]) == (200, "image/svg+xml")


async def test_built_scripts_are_served_compressed(argosy: Running) -> None:
    path = next(needs_built(ASSETS).glob("index-*.js"))

    answer = await argosy.get(f"/assets/{path.name}", Accept_Encoding="gzip")

    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.body) == path.read_bytes()


async def test_client_that_refuses_gzip_gets_none(argosy: Running) -> None:
    name = next(path.name for path in needs_built(ASSETS).glob("index-*.js"))

    answer = await argosy.get(f"/assets/{name}", Accept_Encoding="gzip;q=0")

    assert (answer.status, "Content-Encoding" in answer.headers) == (200, False)
