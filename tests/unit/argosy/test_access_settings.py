"""The settings about who may ask, and as what."""

import os
from pathlib import Path

import pytest

from argosy.loading import BadSettings, load_settings


@pytest.fixture(autouse=True)
def _nothing_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.upper().startswith("ARGOSY_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def _problems() -> list[str]:
    with pytest.raises(BadSettings) as caught:
        load_settings()
    return caught.value.problems


def test_who_may_ask_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARGOSY_PUBLIC_URL", "https://Argosy.example.com:443/")
    monkeypatch.setenv("ARGOSY_ALLOWED_HOSTS", "nas, .home.example.com,")
    monkeypatch.setenv("ARGOSY_ALLOWED_ORIGINS", "http://localhost:3000,https://app.example.com")
    monkeypatch.setenv("ARGOSY_TRUSTED_PROXIES", "127.0.0.1,10.1.0.0/8,::1")

    settings = load_settings()

    assert str(settings.public_url) == "https://argosy.example.com"
    assert settings.allowed_hosts == ("nas", ".home.example.com")
    assert [str(origin) for origin in settings.allowed_origins] == [
        "http://localhost:3000",
        "https://app.example.com",
    ]
    assert [str(network) for network in settings.trusted_proxies] == [
        "127.0.0.1/32",
        "10.0.0.0/8",
        "::1/128",
    ]


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        (
            "ARGOSY_PUBLIC_URL",
            "https://example.com/argosy",
            "an address such as https://argosy.example.com is needed, without a path",
        ),
        (
            "ARGOSY_ALLOWED_HOSTS",
            "nas,nas:8060,*",
            "not the name of a host, without a port, such as argosy.example.com: 'nas:8060', '*'",
        ),
        (
            "ARGOSY_ALLOWED_ORIGINS",
            "*,null,example.com",
            "not an origin such as https://app.example.com: '*', 'null', 'example.com'",
        ),
        (
            "ARGOSY_TRUSTED_PROXIES",
            "*,nginx",
            "not an address or a network such as 127.0.0.1 or 10.0.0.0/8: '*', 'nginx'",
        ),
    ],
)
def test_who_may_ask_cannot_be_everybody(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, problem: str
) -> None:
    monkeypatch.setenv(name, value)

    assert _problems() == [f"{name}: {problem} (it is {value!r})"]


def test_bad_redis_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARGOSY_REDIS_URL", "http://user:secret@host")

    (problem,) = _problems()

    assert problem.startswith("ARGOSY_REDIS_URL: it should begin with redis://")
    assert "secret" not in problem
