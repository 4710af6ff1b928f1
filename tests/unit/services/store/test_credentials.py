"""PostgreSQL's URLs."""

import pytest

from services.store.credentials import credentials


def test_everything_is_read() -> None:
    url = "postgresql://al%40ice:p%2Fw%3A@db.example:6543/argosy?sslmode=require&application_name=a"

    assert credentials(url) == {
        "host": "db.example",
        "port": 6543,
        "user": "al@ice",
        "password": "p/w:",
        "database": "argosy",
        "ssl": "require",
        "server_settings": {"application_name": "a"},
    }


def test_what_is_not_given_is_left_to_the_surroundings() -> None:
    assert credentials("postgres://") == {
        "host": None,
        "port": 5432,
        "user": None,
        "password": None,
        "database": None,
        "server_settings": {},
    }


def test_server_may_be_named_by_parameters() -> None:
    found = credentials("postgres:///argosy?host=/run/postgresql&port=6543&user=a&password=b")

    assert (found["host"], found["port"]) == ("/run/postgresql", 6543)
    assert (found["user"], found["password"]) == ("a", "b")


def test_what_steers_libpq_is_left_out() -> None:
    found = credentials("postgres://h/?dbname=argosy&connect_timeout=5&channel_binding=prefer")

    assert (found["database"], found["server_settings"]) == ("argosy", {})


@pytest.mark.parametrize(
    "url", ["postgres://h:0x1/a", "postgres://h:99999/a", "postgres:///a?port=x"]
)
def test_port_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"[Pp]ort|int"):
        credentials(url)
