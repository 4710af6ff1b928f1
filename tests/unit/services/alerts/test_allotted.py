"""What a container uses of the memory that it may have."""

from pathlib import Path

import pytest

from services.alerts.rules.allotted import allotted_percent

STAT = "anon 5\ninactive_file 100\nactive_file 7\n"


@pytest.fixture
def group(tmp_path: Path) -> Path:
    """The group of this process: a service with 300 bytes, of which 100 can be given back."""
    own = tmp_path / "system.slice" / "argosy.service"
    own.mkdir(parents=True)
    (own / "memory.current").write_text("300\n")
    (own / "memory.max").write_text("1000\n")
    (own / "memory.stat").write_text(STAT)
    (tmp_path / "cgroup").write_text("1:name=systemd:/x\n0::/system.slice/argosy.service\n")
    return own


def percent(folder: Path) -> float | None:
    return allotted_percent(folder / "cgroup", folder)


def test_what_can_be_given_back_is_not_in_use(group: Path, tmp_path: Path) -> None:
    assert percent(tmp_path) == 20


@pytest.mark.parametrize("limit", ["max", "0", "nonsense"])
def test_without_a_limit_there_is_nothing_to_tell(group: Path, tmp_path: Path, limit: str) -> None:
    (group / "memory.max").write_text(limit)

    assert percent(tmp_path) is None


def test_machine_without_such_groups_has_nothing_to_tell(tmp_path: Path) -> None:
    assert percent(tmp_path) is None


def test_this_machine_is_looked_at() -> None:
    found = allotted_percent()

    assert found is None or 0 <= found <= 100
