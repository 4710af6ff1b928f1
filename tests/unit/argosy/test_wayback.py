"""Where a browser is led back to after it has signed in."""

import pytest

from argosy.http.login.wayback import local


@pytest.mark.parametrize(
    ("wish", "target"),
    [
        ("", "/"),
        ("/graphql?a=b", "/graphql?a=b"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/login", "/"),
        ("/login?next=/login", "/"),
        ("/a\r\nSet-Cookie: b=c", "/"),
        ("/\tevil", "/"),
        ("/\u00e9", "/"),
        ("graphql", "/"),
    ],
)
def test_way_back_is_a_path_of_this_server(wish: str, target: str) -> None:
    assert local(wish) == target
