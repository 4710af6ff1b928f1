"""What all tests share."""

import hypothesis
import pytest

from tests.fakes.clock import FakeClock

# The same examples in every run, and no time limit: a slow machine is no failure.
hypothesis.settings.register_profile("argosy", derandomize=True, database=None, deadline=None)
hypothesis.settings.load_profile("argosy")


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()
