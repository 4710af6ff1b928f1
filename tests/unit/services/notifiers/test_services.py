"""Which services are refused, and what is secret in their URLs."""

import pytest

from services.notifiers.child.services import Refused, check_schema, secrets_in


@pytest.mark.parametrize("schema", ["dbus", "gnome", "macosx", "windows", "syslog", "rsyslog"])
def test_service_of_the_machine_is_refused(schema: str) -> None:
    with pytest.raises(Refused):
        check_schema(schema)


def test_every_part_of_a_url_that_may_be_secret_is_known() -> None:
    parts = list(secrets_in("json://me%40x:pass%20word@hook.example/path-one?key=value-two"))

    for secret in ("pass word", "pass%20word", "path-one", "value-two"):
        assert secret in parts
    assert "hook.example" not in parts
    assert parts == sorted(parts, key=len, reverse=True)
