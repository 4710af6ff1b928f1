"""The settings file as it goes into an archive."""

import tomllib

import pytest

from services.backups.settings_copy import without_secrets

TEXT = """
# The password is hunter2.
port = 8061
admin_token = "hunter2-hunter2"
"database_url" = 'postgres://argosy:hunter2@host/argosy'
allow_networks = ["10.0.0.0/8", "::1"]
speed = 1.5
introspection = false
since = 2026-02-06T02:30:00Z
text = '''quotes " and \\ and
lines \t and \u2028 and \U0001f6a2'''
[tiers.free]
downloads_per_day = 100
"odd key" = 1
"""
SECRET = ("admin_token", "database_url", "redis_url")


def test_all_but_secrets_is_kept() -> None:
    kept, gone = without_secrets(TEXT, SECRET)

    expected = tomllib.loads(TEXT)
    del expected["admin_token"], expected["database_url"]
    assert tomllib.loads(kept) == expected
    assert gone == ["admin_token", "database_url"]


def test_nothing_of_a_secret_is_left_not_even_in_comments() -> None:
    kept, _ = without_secrets(TEXT, SECRET)

    assert "hunter2" not in kept


@pytest.mark.parametrize("text", ["a = 'del \\u007f'", 'a = "del \\u007f nul \\u0000"', ""])
def test_what_was_written_can_be_read(text: str) -> None:
    kept, _ = without_secrets(text, SECRET)

    assert tomllib.loads(kept) == tomllib.loads(text)


def test_file_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="line 1"):
        without_secrets("admin_token = hunter2", SECRET)
