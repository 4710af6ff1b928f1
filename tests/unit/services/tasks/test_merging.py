"""Options laid over others: what is given counts, what is not stays."""

from dataclasses import replace

import pytest

from services.engines.options import Conflict, Filters, Options, Patience, ProxyKind, Secrets
from services.tasks.adding.asking import Asked, read_asked
from services.tasks.changing.merging import merged_options, merged_secrets

OLD = Options(
    name="a",
    conflict=Conflict.SKIP,
    connections=3,
    filters=Filters(min_size=5, max_size=9),
    patience=Patience(connect=1.0, lowest_speed=7),
    proxy=ProxyKind.SYSTEM,
)
SECRETS = Secrets(headers=(("X-A", "b"),), username="alice", password="old")


def options(asked: Asked) -> Options:
    new, _ = read_asked(asked, [])
    return merged_options(OLD, new, asked)


def secrets(old: Secrets, asked: Asked) -> Secrets:
    _, new = read_asked(asked, [])
    return merged_secrets(old, new, asked)


def test_nothing_given_changes_nothing() -> None:
    assert options(Asked()) == OLD
    assert secrets(SECRETS, Asked()) == SECRETS


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (Asked(connections=8), replace(OLD, connections=8)),
        (Asked(conflict=Conflict.RENAME), replace(OLD, conflict=Conflict.RENAME)),
        (Asked(proxy_kind=ProxyKind.NONE), replace(OLD, proxy=ProxyKind.NONE)),
        (Asked(min_size=0), replace(OLD, filters=Filters(min_size=0, max_size=9))),
        (Asked(max_size=20), replace(OLD, filters=Filters(min_size=5, max_size=20))),
        (Asked(lowest_speed=0), replace(OLD, patience=Patience(connect=1.0))),
        (
            Asked(retries=0),
            replace(OLD, patience=Patience(connect=1.0, lowest_speed=7, retries=0)),
        ),
    ],
)
def test_what_is_given_counts_even_if_it_is_as_usual(asked: Asked, expected: Options) -> None:
    assert options(asked) == expected


def test_token_and_name_take_each_others_place() -> None:
    with_token = secrets(SECRETS, Asked(token="t"))
    with_name = secrets(with_token, Asked(username="bob", password="new"))

    assert with_token == Secrets(headers=SECRETS.headers, token="t")
    assert with_name == Secrets(headers=SECRETS.headers, username="bob", password="new")


def test_new_name_does_not_keep_the_password_of_another() -> None:
    assert secrets(SECRETS, Asked(username="bob")).password is None


def test_another_kind_of_proxy_forgets_the_url() -> None:
    own = secrets(SECRETS, Asked(proxy_url="http://proxy.example:8080"))

    assert own.proxy_url is not None
    assert secrets(own, Asked(proxy_kind=ProxyKind.NONE)).proxy_url is None
