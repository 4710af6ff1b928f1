"""How much an operation may ask for: so many entries of lists, all levels taken together.

Lists within lists multiply, and one document can nest them without end: without a bound, a short
one would keep the server busy for hours.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLField,
    GraphQLNamedType,
    GraphQLSchema,
    OperationDefinitionNode,
    SelectionSetNode,
    Undefined,
    get_named_type,
    get_nullable_type,
    is_interface_type,
    is_list_type,
    is_object_type,
    value_from_ast_untyped,
)

MOST_ENTRIES = 12_000  # a page of 100 with 100 each, and some more
LARGEST_PAGE = 100  # more is refused where the field is resolved


def check_cost(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Mapping[str, Any] | None,
) -> None:
    """Raise `GraphQLError` if an operation may give more than `MOST_ENTRIES`."""
    root = schema.get_root_type(operation.operation)
    if root is None:
        return
    given = dict(variables or {})
    for variable in operation.variable_definitions or ():
        if variable.default_value is not None:
            given.setdefault(
                variable.variable.name.value, value_from_ast_untyped(variable.default_value)
            )
    entries = _Counter(schema, _fragments(document), given).of(operation.selection_set, root, 1)
    if entries > MOST_ENTRIES:
        message = (
            f"This asks for up to {entries:,} entries of lists, counted over all levels; "
            f"{MOST_ENTRIES:,} is the most. Ask for smaller pages (`first`), or several times."
        )
        raise GraphQLError(message, operation)


def _fragments(document: DocumentNode) -> dict[str, FragmentDefinitionNode]:
    return {
        node.name.value: node
        for node in document.definitions
        if isinstance(node, FragmentDefinitionNode)
    }


@dataclass(frozen=True, slots=True)
class _Counter:
    """Counts entries. Each fragment is counted once: spread twice each, ten of them are 1,024."""

    schema: GraphQLSchema
    fragments: dict[str, FragmentDefinitionNode]
    variables: dict[str, Any]
    known: dict[tuple[str, int], int] = field(default_factory=dict)

    def of(self, selections: SelectionSetNode, parent: GraphQLNamedType, asked: int) -> int:
        """Return how many entries these selections give, of one object of the type `parent`.

        `asked` is how many things were asked for, by their ids or URLs: of those, a list has no
        more.
        """
        total = 0
        for selection in selections.selections:
            if isinstance(selection, FieldNode):
                total += self._of_field(selection, parent, asked)
            elif isinstance(selection, FragmentSpreadNode):
                total += self._of_fragment(selection.name.value, parent, asked)
            else:
                total += self._of_part(selection, parent, asked)
        return total

    def _of_part(self, part: Any, parent: GraphQLNamedType, asked: int) -> int:
        """Return the entries of a fragment, which may name a narrower type."""
        named = part.type_condition and self.schema.get_type(part.type_condition.name.value)
        return self.of(part.selection_set, named or parent, asked)

    def _of_fragment(self, name: str, parent: GraphQLNamedType, asked: int) -> int:
        if (name, asked) not in self.known:
            self.known[name, asked] = self._of_part(self.fragments[name], parent, asked)
        return self.known[name, asked]

    def _of_field(self, node: FieldNode, parent: GraphQLNamedType, asked: int) -> int:
        found = _field(parent, node.name.value)
        if found is None or node.selection_set is None:
            return 0
        values = {
            argument.name.value: value_from_ast_untyped(argument.value, self.variables)
            for argument in node.arguments or ()
        }
        asked = max([asked, *map(_longest, values.values())])
        count, of_each = _count(found, parent, values, asked), get_named_type(found.type)
        if count is None:
            return self.of(node.selection_set, of_each, asked)
        return count * (1 + self.of(node.selection_set, of_each, 1))


def _field(parent: GraphQLNamedType, name: str) -> GraphQLField | None:
    """Return a field of our own; those that describe the schema have a bound of theirs."""
    if not (is_object_type(parent) or is_interface_type(parent)) or parent.name.startswith("__"):
        return None
    fields: dict[str, GraphQLField] = parent.fields
    return fields.get(name)


def _count(
    found: GraphQLField, parent: GraphQLNamedType, values: Mapping[str, Any], asked: int
) -> int | None:
    """Return how many entries a field has at most; None where it is no list of its own."""
    if "first" in found.args:
        first = values.get("first", Undefined)
        first = found.args["first"].default_value if first is Undefined else first
        return min(first, LARGEST_PAGE) if isinstance(first, int) and first > 0 else LARGEST_PAGE
    if not is_list_type(get_nullable_type(found.type)):
        return None
    return None if _field(parent, "pageInfo") else asked


def _longest(value: object) -> int:
    """Return the length of the longest list in the value of an argument."""
    if isinstance(value, Mapping):
        # All the URLs of a group are one task.
        of = [
            inner
            for name, inner in value.items()
            if not (name == "urls" and value.get("groupName"))
        ]
        return max(map(_longest, of), default=1)
    return max(1, len(value)) if isinstance(value, list) else 1
