"""What is secret is taken out of text, by its name or by how it looks."""

import pytest

import services.redaction
from services.redaction import HIDDEN, LONGEST, escape, is_secret, redact, redact_content

SECRET = "hunter2-and-more"
KEY = "argosy_" + "aB3-_" * 8 + "xyz"
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl-_x"
SEED = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
OPAQUE = "9fKx_Qw2-ZrT7uYpLmN0bVcXsAqWe4RtGhJkOiUy5Pz"


@pytest.mark.parametrize(
    "text",
    [
        f"Authorization: Bearer {SECRET}",
        f"authorization: Basic {SECRET}=",
        f"Proxy-Authorization: Digest username=x, response={SECRET}",
        f"{{'Authorization': 'Bearer {SECRET}'}}",
        f"[(b'authorization', b'Bearer {SECRET}'), (b'x', b'y')]",
        f"Cookie: a=1; argosy={SECRET}; b={SECRET}",
        f"Set-Cookie: argosy={SECRET}; Path=/",
        f'"cookie": "argosy={SECRET}"',
        f"Bearer {SECRET} is not known",
        f"password={SECRET}",
        f"password = '{SECRET}', name='x'",
        f'{{"password": "{SECRET}", "a": 1}}',
        f'{{"newPassword":"x\\"{SECRET}"}}',
        f"refresh_token={SECRET}&x=1",
        f"client_secret:{SECRET}",
        f"apiKey: {SECRET}",
        f"privateKey='{SECRET}'",
        f"recovery_codes=['{SECRET}']",
        f"totp={SECRET}",
        f"ticket={SECRET}",
        f"https://alice:{SECRET}@example.com/a",
        f"https://{SECRET}@example.com/a",
        f"https://alice:p@{SECRET}@example.com/a",
        f"https://alice:pa/{SECRET}@example.com/a",
        f"https://alice:pa?{SECRET}@example.com/a",
        f"https://alice:pa#{SECRET}@example.com/a",
        f"https://alice:pa\\{SECRET}@example.com/a",
        f"https://alice:pa'{SECRET}@example.com/a",
        f"https://alice:{SECRET} @example.com/a",
        f"socks5://alice:{SECRET}@[::1]:1080",
        f"postgres://argosy:{SECRET}@db:5432/argosy",
        f"https://example.com/a?sig={SECRET}",
        f"http://127.0.0.1:8060/login#setup={SECRET}",
        f"otpauth://totp/argosy:admin?secret={SECRET}&issuer=argosy",
        f'"GET /api/ws?ticket={SECRET} HTTP/1.1" 400',
        f"/graphql?query={SECRET}",
        f"alice:{SECRET}@proxy.example.com:3128",
        f"example.com\tFALSE\t/\tTRUE\t0\tsession\t{SECRET}",
        f"'.example.com\\tTRUE\\t/a\\tFALSE\\t1767225600\\tsession\\t{SECRET}\\n'",
        f"-----BEGIN RSA PRIVATE KEY-----\n{SECRET}\n-----END RSA PRIVATE KEY-----",
        f"-----BEGIN OPENSSH PRIVATE KEY-----\n{SECRET}",
    ],
)
def test_secret_is_hidden(text: str) -> None:
    shown = redact(text)

    assert SECRET not in shown
    assert HIDDEN in shown


@pytest.mark.parametrize("secret", [KEY, JWT, SEED, OPAQUE], ids=["key", "jwt", "seed", "opaque"])
@pytest.mark.parametrize("around", ["{}", "a {} b", "'{}'", "x={}", "/a/{}/b", "({}),"])
def test_secret_is_known_by_its_looks(secret: str, around: str) -> None:
    shown = redact(around.format(secret))

    assert secret not in shown
    assert secret[14:] not in shown
    assert HIDDEN in shown


def test_first_letters_of_a_key_are_shown() -> None:
    assert redact(f"the key {KEY}!") == f"the key {KEY[:13]}{HIDDEN}!"


@pytest.mark.parametrize(
    "text",
    [
        "task.completed",
        "task_0199c2f0-0000-7000-8000-000000000000",
        "argosy_graphql_operations_total",
        "argosy_http_request_seconds_created",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "the disk is full: 5 MB are free",
        "http://127.0.0.1:8060",
        "https://example.com:8443/a/b.mkv",
        "http://[::1]:8060/graphql",
        "This key is not known here. Make one with: ./run key create --user NAME",
        "/var/lib/argosy/secret.key",
        "4_20261125180000_access.py",
        "Connection lost; 3 of 20 tasks are tried again at 2026-11-25T18:00:00+00:00",
        "THE_LONGEST_NAME_OF_A_CONSTANT_THAT_ANYBODY_HAS_SEEN",
    ],
)
def test_what_is_no_secret_is_left_alone(text: str) -> None:
    assert redact(text) == text


def test_of_a_url_host_and_path_are_shown() -> None:
    url = "https://alice:x@example.com:8443/a/b?c=d#e"

    assert redact(f"get {url} failed") == (
        f"get https://{HIDDEN}@example.com:8443/a/b?{HIDDEN} failed"
    )


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("password", True),
        ("newPassword", True),
        ("X-Api-Key", True),
        ("options.cookiesTxt", True),
        ("accessToken", True),
        ("totp_secret", True),
        ("name", False),
        ("key_file", False),
        ("path", False),
        ("tokenise", False),
    ],
)
def test_name_tells_what_is_secret(name: str, *, expected: bool) -> None:
    assert is_secret(name) is expected


def test_secrets_are_found_however_deep() -> None:
    content = {
        "a": [{"password": SECRET, "n": 1}, (f"Bearer {SECRET}",)],
        f"token={SECRET}": None,
        "b": f"x={KEY}".encode(),
        "c": ValueError(f"https://a:{SECRET}@b/"),
        "cookies": {"a": SECRET},
        "otp": 123456,
        "d": True,
    }

    shown = redact_content(content)

    assert SECRET not in str(shown)
    assert KEY not in str(shown)
    assert (shown["a"][0]["n"], shown["d"], shown["otp"]) == (1, True, HIDDEN)


def test_what_holds_itself_comes_to_an_end() -> None:
    content: list[object] = []
    content.append(content)

    assert "[...]" in str(redact_content(content))


def test_long_text_is_cut() -> None:
    assert len(redact("x y " * LONGEST)) == LONGEST


@pytest.mark.parametrize(
    "part",
    ["a", "a:", "a@", "password", "://", "http://a:", "/?", "'", "Cookie: '", "\t", "eyJa", "A",
     "=", "/", " ", "password ", "-----BEGIN A-----", "a.", "basic ", "\\", "argosy_", "x\tTRUE\t"],
)  # fmt: skip
def test_time_does_not_grow_faster_than_the_text(
    monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    longest = 500_000  # where it grew with the square, this would take hours
    monkeypatch.setattr(services.redaction, "LONGEST", longest)

    assert redact(part * (longest // len(part)))


def test_signs_that_terminals_obey_are_written_out() -> None:
    assert escape("a\x1b[31mb\r\nc\u202ed\x9be\ud800") == (
        "a\\x1b[31mb\\r\\nc\\u202ed\\x9be\\ud800"
    )
    assert escape("a\n\tb\r", lines=True) == "a\n\tb\\r"
    assert escape("größer 文字") == "größer 文字"
