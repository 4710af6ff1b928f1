"""What asking for the schema's description costs: its parts are counted, as they would be shown."""

from collections.abc import Iterable, Mapping
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLObjectType,
    GraphQLSchema,
    SelectionSetNode,
    get_named_type,
    get_nullable_type,
    introspection_types,
    is_list_type,
    is_type,
    value_from_ast_untyped,
)

from argosy.http.graphql.rules.limits import INTROSPECTION_COST, SATURATED, LimitExceeded

MOST_STEPS = INTROSPECTION_COST.most  # a field that shows nothing is a step too


class IntrospectionCounter:
    """Counts the parts of the description that are asked for.

    A type that stands in many places is counted in each, and walked through once.
    """

    def __init__(
        self,
        schema: GraphQLSchema,
        fragments: Mapping[str, FragmentDefinitionNode],
        variables: Mapping[str, Any],
    ) -> None:
        self._schema = schema
        self._fragments = fragments
        self._variables = dict(variables)
        self._known: dict[tuple[int, int], int] = {}
        self._asked: dict[int, list[FieldNode]] = {}
        self._steps = 0

    def of(self, field: FieldNode) -> int:
        """Return how many parts `__schema` or `__type` gives; raise `LimitExceeded`."""
        is_schema = field.name.value == "__schema"
        part = self._schema if is_schema else self._type(field)
        if part is None or field.selection_set is None:
            return 1
        return self._of_part(field.selection_set, "__Schema" if is_schema else "__Type", part)

    def _type(self, field: FieldNode) -> object:
        for argument in field.arguments or ():
            name = value_from_ast_untyped(argument.value, self._variables)
            return self._schema.get_type(name) if isinstance(name, str) else None
        return None

    def _of_part(self, selections: SelectionSetNode, kind: str, part: object) -> int:
        key = (id(selections), id(part))
        if key in self._known:
            return self._known[key]
        total = 1
        for field in self._with_parts(selections):
            self._steps += 1
            if self._steps > MOST_STEPS:
                raise LimitExceeded(INTROSPECTION_COST)
            inner: SelectionSetNode = field.selection_set  # type: ignore[assignment]
            for child_kind, child in _children(self._schema, kind, part, field):
                total = min(SATURATED, total + self._of_part(inner, child_kind, child))
        if is_type(part):  # all else is made anew each time it is shown
            self._known[key] = total
        return total

    def _with_parts(self, selections: SelectionSetNode) -> list[FieldNode]:
        """Return the fields of some selections that have selections themselves."""
        if id(selections) not in self._asked:
            fields = _fields(selections, self._fragments)
            self._asked[id(selections)] = [f for f in fields if f.selection_set is not None]
        return self._asked[id(selections)]


def _fields(
    selections: SelectionSetNode, fragments: Mapping[str, FragmentDefinitionNode]
) -> Iterable[FieldNode]:
    for selection in selections.selections:
        if isinstance(selection, FieldNode):
            yield selection
        elif isinstance(selection, FragmentSpreadNode):
            yield from _fields(fragments[selection.name.value].selection_set, fragments)
        else:
            inner: SelectionSetNode = selection.selection_set  # type: ignore[attr-defined]
            yield from _fields(inner, fragments)


def _children(
    schema: GraphQLSchema, kind: str, part: object, field: FieldNode
) -> list[tuple[str, object]]:
    """Return what graphql-core itself shows in this field, deprecated or not."""
    of = introspection_types[kind]
    found = of.fields.get(field.name.value) if isinstance(of, GraphQLObjectType) else None
    if found is None or found.resolve is None:
        return []
    everything = {"includeDeprecated": True} if "includeDeprecated" in found.args else {}
    shown = found.resolve(part, _Info(schema), **everything)
    inner = get_named_type(found.type).name
    if shown is None:
        return []
    children = shown if is_list_type(get_nullable_type(found.type)) else [shown]
    return [(inner, child) for child in children]


class _Info:
    """What the resolvers of the description look at."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self.schema = schema
