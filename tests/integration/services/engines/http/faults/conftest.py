"""The assertions about cases stand in a module that is no test: they are to say what differs."""

import pytest

pytest.register_assert_rewrite("tests.integration.services.engines.http.faults.cases")
