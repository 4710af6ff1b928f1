"""What the tests of the HTTP engine share."""

from pathlib import Path

import pytest

from tests.integration.services.engines.http.fetching import Download


@pytest.fixture
def download(tmp_path: Path) -> Download:
    """A download of which nothing has come yet."""
    return Download(tmp_path)
