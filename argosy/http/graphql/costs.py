"""How much an operation may ask for: so many entries of lists, and so many fields of them.

Lists within lists multiply, and one document can nest them without end: without a bound, a short
one would keep the server busy for hours.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

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

MOST_ENTRIES = 5_000  # while they are shown, nobody else is answered: a second, or two
MOST_FIELDS = 100_000  # one entry may show each of its fields many times, by other names
LARGEST_PAGE = 100  # more is refused where the field is resolved


def check_cost(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Mapping[str, Any] | None,
) -> None:
    """Raise `GraphQLError` if an operation may give more than `MOST_ENTRIES` or `MOST_FIELDS`."""
    root = schema.get_root_type(operation.operation)
    if root is None:
        return
    given = dict(variables or {})
    for variable in operation.variable_definitions or ():
        if variable.default_value is not None:
            given.setdefault(
                variable.variable.name.value, value_from_ast_untyped(variable.default_value)
            )
    cost = _Counter(schema, _fragments(document), given).of(operation.selection_set, root, 1)
    limits = (cost.entries, MOST_ENTRIES, "entries of lists"), (cost.fields, MOST_FIELDS, "fields")
    for count, most, what in limits:
        if count > most:
            message = (
                f"This asks for up to {count:,} {what}, counted over all levels; {most:,} is the "
                "most. Ask for smaller pages (`first`), or several times."
            )
            raise GraphQLError(message, operation)


def _fragments(document: DocumentNode) -> dict[str, FragmentDefinitionNode]:
    return {
        node.name.value: node
        for node in document.definitions
        if isinstance(node, FragmentDefinitionNode)
    }


class _Cost(NamedTuple):
    """How many entries of lists, and how many fields."""

    entries: int
    fields: int

    def plus(self, other: "_Cost") -> "_Cost":
        return _Cost(self.entries + other.entries, self.fields + other.fields)


@dataclass(frozen=True, slots=True)
class _Counter:
    """Counts. Each fragment is counted once: spread twice each, ten of them are 1,024."""

    schema: GraphQLSchema
    fragments: dict[str, FragmentDefinitionNode]
    variables: dict[str, Any]
    known: dict[tuple[str, int], _Cost] = field(default_factory=dict)

    def of(self, selections: SelectionSetNode, parent: GraphQLNamedType, asked: int) -> _Cost:
        """Return what these selections give, of one object of the type `parent`.

        `asked` is how many things were asked for, by their ids or URLs: of those, a list has no
        more.
        """
        total = _Cost(0, 0)
        for selection in selections.selections:
            if isinstance(selection, FieldNode):
                total = total.plus(self._of_field(selection, parent, asked))
            elif isinstance(selection, FragmentSpreadNode):
                total = total.plus(self._of_fragment(selection.name.value, parent, asked))
            else:
                total = total.plus(self._of_part(selection, parent, asked))
        return total

    def _of_part(self, part: Any, parent: GraphQLNamedType, asked: int) -> _Cost:
        """Return the cost of a fragment, which may name a narrower type."""
        named = part.type_condition and self.schema.get_type(part.type_condition.name.value)
        return self.of(part.selection_set, named or parent, asked)

    def _of_fragment(self, name: str, parent: GraphQLNamedType, asked: int) -> _Cost:
        if (name, asked) not in self.known:
            self.known[name, asked] = self._of_part(self.fragments[name], parent, asked)
        return self.known[name, asked]

    def _of_field(self, node: FieldNode, parent: GraphQLNamedType, asked: int) -> _Cost:
        found = _field(parent, node.name.value)
        if found is None or node.selection_set is None:
            return _Cost(0, 1)
        values = {
            argument.name.value: value_from_ast_untyped(argument.value, self.variables)
            for argument in node.arguments or ()
        }
        asked = max([asked, *map(_longest, values.values())])
        count, of_each = _count(found, parent, values, asked), get_named_type(found.type)
        if count is None:
            return _Cost(0, 1).plus(self.of(node.selection_set, of_each, asked))
        each = self.of(node.selection_set, of_each, 1)
        return _Cost(count * (1 + each.entries), 1 + count * each.fields)


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
