"""How much an operation may give: an object costs 1, a scalar nothing, a list all of its entries.

Lists within lists multiply, and one document can nest them without end: without a bound, a short
one would keep the server busy for hours.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentSpreadNode,
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

from argosy.http.graphql.rules.introspection import IntrospectionCounter
from argosy.http.graphql.rules.limits import COST, INTROSPECTION_COST, SATURATED, LimitExceeded
from argosy.http.graphql.rules.measuring import INTROSPECTION, fragments_of

LARGEST_PAGE = 100  # more is refused where the field is resolved
SHORT_LIST = 10  # entries of a list that has no page size, which is one that does not grow


def cost_of(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Mapping[str, Any] | None,
) -> int:
    """Return what a valid operation costs at most; raise `LimitExceeded` if that is too much."""
    root = schema.get_root_type(operation.operation)
    if root is None:
        return 0
    given = dict(variables or {})
    for variable in operation.variable_definitions or ():
        if variable.default_value is not None:
            given.setdefault(
                variable.variable.name.value, value_from_ast_untyped(variable.default_value)
            )
    counter = _Counter(schema, document, given)
    cost = counter.of(operation.selection_set, root, _Around())
    if cost > COST.most:
        raise LimitExceeded(COST, cost)
    if counter.described > INTROSPECTION_COST.most:
        raise LimitExceeded(INTROSPECTION_COST, counter.described)
    return cost


@dataclass(frozen=True, slots=True)
class _Around:
    """What is known of the selections from the fields around them.

    `asked` is how many things were asked for, by their ids or URLs, if they were: of those, a list
    has no more. `page` is the size of the connection that they are in.
    """

    asked: int | None = None
    page: int | None = None


class _Counter:
    """Counts. Each fragment is counted once: spread twice each, ten of them are 1,024."""

    def __init__(
        self, schema: GraphQLSchema, document: DocumentNode, variables: dict[str, Any]
    ) -> None:
        self.described = 0  # parts of the schema's description
        self._schema = schema
        self._variables = variables
        self._fragments = fragments_of(document)
        self._introspection = IntrospectionCounter(schema, self._fragments, variables)
        self._known: dict[tuple[str, _Around], int] = {}

    def of(self, selections: SelectionSetNode, parent: GraphQLNamedType, around: _Around) -> int:
        """Return what these selections cost, of one object of the type `parent`."""
        total = 0
        for selection in selections.selections:
            if isinstance(selection, FieldNode):
                total += self._of_field(selection, parent, around)
            elif isinstance(selection, FragmentSpreadNode):
                total += self._of_fragment(selection.name.value, parent, around)
            else:
                total += self._of_part(selection, parent, around)
        return min(SATURATED, total)

    def _of_part(self, part: Any, parent: GraphQLNamedType, around: _Around) -> int:
        """Return the cost of a fragment, which may name a narrower type."""
        named = part.type_condition and self._schema.get_type(part.type_condition.name.value)
        return self.of(part.selection_set, named or parent, around)

    def _of_fragment(self, name: str, parent: GraphQLNamedType, around: _Around) -> int:
        if (name, around) not in self._known:
            self._known[name, around] = self._of_part(self._fragments[name], parent, around)
        return self._known[name, around]

    def _of_field(self, node: FieldNode, parent: GraphQLNamedType, around: _Around) -> int:
        if node.name.value in INTROSPECTION:
            self.described = min(SATURATED, self.described + self._introspection.of(node))
            return 0
        found = _field(parent, node.name.value)
        if found is None or node.selection_set is None:
            return 0
        values = {
            argument.name.value: value_from_ast_untyped(argument.value, self._variables)
            for argument in node.arguments or ()
        }
        lengths = [around.asked, *map(_longest, values.values())]
        asked = max((length for length in lengths if length is not None), default=None)
        of_each = get_named_type(found.type)
        if "first" in found.args:
            inside = _Around(asked, _page(found, values))
            return 1 + self.of(node.selection_set, of_each, inside)
        if not is_list_type(get_nullable_type(found.type)):
            return 1 + self.of(node.selection_set, of_each, _Around(asked))
        count = around.page or (SHORT_LIST if asked is None else asked)
        return count * (1 + self.of(node.selection_set, of_each, _Around()))


def _field(parent: GraphQLNamedType, name: str) -> GraphQLField | None:
    if not (is_object_type(parent) or is_interface_type(parent)):
        return None
    fields: dict[str, GraphQLField] = parent.fields
    return fields.get(name)


def _page(found: GraphQLField, values: Mapping[str, Any]) -> int:
    """Return how many entries a connection has at most."""
    first = values.get("first", Undefined)
    first = found.args["first"].default_value if first is Undefined else first
    return min(first, LARGEST_PAGE) if isinstance(first, int) and first > 0 else LARGEST_PAGE


def _longest(value: object) -> int | None:
    """Return the length of the longest list in the value of an argument, if there is one."""
    if isinstance(value, list):
        return max(1, len(value))
    if not isinstance(value, Mapping):
        return None
    # All the URLs of a group are one task.
    lengths = [
        1 if name == "urls" and value.get("groupName") else _longest(inner)
        for name, inner in value.items()
    ]
    return max((length for length in lengths if length is not None), default=None)
