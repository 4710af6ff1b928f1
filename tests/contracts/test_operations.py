"""The registered operations."""

from pathlib import Path

import pytest
from graphql import OperationDefinitionNode, parse, validate

from argosy.cli.client import operation
from schema.build import build_schema, executable

DOCUMENTS = sorted((Path(__file__).parents[2] / "graphql" / "operations").glob("*.graphql"))


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_document_is_valid(path: Path) -> None:
    document = parse(path.read_text(encoding="utf-8"))

    assert validate(executable(build_schema()), document) == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_document_has_one_operation_with_the_name_of_its_file(path: Path) -> None:
    document = parse(path.read_text(encoding="utf-8"))

    (found,) = document.definitions
    assert isinstance(found, OperationDefinitionNode)
    assert found.name is not None
    assert found.name.value == "".join(word.capitalize() for word in path.stem.split("_"))


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_document_can_be_had_by_name(path: Path) -> None:
    assert operation(path.stem) == path.read_text(encoding="utf-8")


def test_there_are_no_files_of_another_kind() -> None:
    folder = Path(__file__).parents[2] / "graphql"

    assert sorted(path.name for path in folder.iterdir()) == ["operations", "schema.graphql"]
    assert {path.suffix for path in (folder / "operations").iterdir()} == {".graphql"}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_document_is_named_in_the_documentation(path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "graphql.md").read_text(encoding="utf-8")

    assert f"`{path.name}`" in page
