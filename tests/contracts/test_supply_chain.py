"""What Argosy is made of: locked by hashes, and listed in a bill of materials."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from argosy.version import VERSION
from tests.needs import needs_auditors

ROOT = Path(__file__).parents[2]
LOCKS = ["requirements.lock", "requirements-dev.lock", "requirements-audit.lock", "web/node.lock"]
PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)(?:\[[a-z,-]+\])?==([^ ;\\]+)", re.MULTILINE)


def pins(lock: str) -> list[tuple[str, str]]:
    """Return each package of a lock file with its version; systems may differ in that."""
    return sorted(PIN.findall((ROOT / lock).read_text()))


def names(lock: str) -> set[str]:
    return {name for name, _ in pins(lock)}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_is_locked_by_hashes(lock: str) -> None:
    text = (ROOT / lock).read_text()

    entries = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
    assert len(entries) == len(pins(lock)) > 0
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_names_no_registry(lock: str) -> None:
    text = (ROOT / lock).read_text()

    assert re.findall(r"https?://\S+|--(?:extra-)?index-url.*", text) == []


def test_what_audits_is_no_part_of_what_is_tested() -> None:
    auditors = {"pip-audit", "cyclonedx-bom"}

    assert auditors <= names("requirements-audit.lock")
    assert not auditors & (names("requirements.lock") | names("requirements-dev.lock"))


@pytest.fixture(scope="module")
def bill(tmp_path_factory: pytest.TempPathFactory) -> Any:
    needs_auditors(ROOT)
    out = tmp_path_factory.mktemp("bill") / "argosy.cdx.json"
    subprocess.run([ROOT / "tools" / "sbom", str(out)], check=True, capture_output=True)
    return json.loads(out.read_bytes())


def test_bill_of_materials_is_of_this_version(bill: Any) -> None:
    about = bill["metadata"]["component"]

    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    assert (about["type"], about["name"], about["version"]) == ("application", "argosy", VERSION)


def test_bill_of_materials_has_every_package_that_a_server_runs(bill: Any) -> None:
    listed = [(part["name"], part["version"]) for part in bill["components"]]

    assert sorted(listed) == pins("requirements.lock")


def test_part_of_the_bill_is_told_by_its_address_and_its_hashes(bill: Any) -> None:
    for part in bill["components"]:
        assert part["purl"].startswith(f"pkg:pypi/{part['name']}@{part['version']}")
        hashes = [h for reference in part["externalReferences"] for h in reference["hashes"]]
        assert {found["alg"] for found in hashes} == {"SHA-256"}
