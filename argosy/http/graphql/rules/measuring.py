"""How deep, wide and intricate an operation is: counted before it is validated.

Each fragment is measured once, however often it is spread, and the counters saturate: a document
in which each of 25 fragments spreads the next one twice costs as much as any other of its length.
"""

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
)

from argosy.http.graphql.rules.limits import (
    ALIASES,
    DEFINITIONS,
    DEPTH,
    DIRECTIVES,
    INTROSPECTION_DEPTH,
    MERGING,
    NESTING,
    ROOT_FIELDS,
    SATURATED,
    SPREADS,
    Limit,
    LimitExceeded,
)

INTROSPECTION = frozenset({"__schema", "__type"})


class Measure(NamedTuple):
    """What some selections come to, with all fragments in their places."""

    depth: int = 0
    introspection_depth: int = 0
    fields: int = 0  # on the uppermost level
    aliases: int = 0
    directives: int = 0
    spreads: int = 0

    def beside(self, other: "Measure") -> "Measure":
        """Return what the two come to."""
        return Measure(
            max(self.depth, other.depth),
            max(self.introspection_depth, other.introspection_depth),
            min(SATURATED, self.fields + other.fields),
            min(SATURATED, self.aliases + other.aliases),
            min(SATURATED, self.directives + other.directives),
            min(SATURATED, self.spreads + other.spreads),
        )


def check_size(document: DocumentNode) -> frozenset[str | None]:
    """Return the names of those operations that ask for the schema's description.

    Raises `LimitExceeded` or, where a fragment contains itself, `GraphQLError`.
    """
    operations = [
        node for node in document.definitions if isinstance(node, OperationDefinitionNode)
    ]
    if len(document.definitions) > DEFINITIONS.most:
        raise LimitExceeded(DEFINITIONS, len(document.definitions))
    ruler = _Ruler(fragments_of(document))
    introspecting: set[str | None] = set()
    for operation in operations:
        measure = ruler.of(operation.selection_set)
        limits: tuple[tuple[Limit, int], ...] = (
            (SPREADS, measure.spreads),
            (DEPTH, measure.depth),
            (INTROSPECTION_DEPTH, measure.introspection_depth),
            (ROOT_FIELDS, measure.fields),
            (ALIASES, measure.aliases),
            (DIRECTIVES, measure.directives + len(operation.directives or ())),
        )
        for limit, found in limits:
            if found > limit.most:
                raise LimitExceeded(limit, found)
        if measure.introspection_depth:
            introspecting.add(None if operation.name is None else operation.name.value)
    return frozenset(introspecting)


def fragments_of(document: DocumentNode) -> dict[str, FragmentDefinitionNode]:
    """Return the fragments of a document by their names."""
    return {
        node.name.value: node
        for node in document.definitions
        if isinstance(node, FragmentDefinitionNode)
    }


def _check_repetitions(selections: SelectionSetNode) -> None:
    """Raise `LimitExceeded` where so many fields have one name that comparing them takes long."""
    if len(selections.selections) ** 2 <= MERGING.most:
        return
    names = Counter(
        (node.alias or node.name).value
        for node in selections.selections
        if isinstance(node, FieldNode)
    )
    if sum(number * (number - 1) // 2 for number in names.values()) > MERGING.most:
        raise LimitExceeded(MERGING)


class _Ruler:
    """Measures selections; `known` are fragments that were measured, `open` those under way."""

    def __init__(self, fragments: Mapping[str, FragmentDefinitionNode]) -> None:
        self._fragments = fragments
        self._known: dict[str, Measure] = {}
        self._open: set[str] = set()
        self._nesting = 0

    def of(self, selections: SelectionSetNode) -> Measure:
        """Return what `selections` come to."""
        self._nesting += 1
        if self._nesting > NESTING.most:  # also of inline fragments, which are no depth
            raise LimitExceeded(NESTING)
        total = Measure()
        leaves = aliases = directives = 0  # most selections are fields with nothing in them
        _check_repetitions(selections)
        for selection in selections.selections:
            directives += len(selection.directives or ())
            if isinstance(selection, FieldNode) and selection.selection_set is None:
                leaves += 1
                aliases += selection.alias is not None
            else:
                total = total.beside(self._of_selection(selection))
        self._nesting -= 1
        own = Measure(depth=min(1, leaves), fields=leaves, aliases=aliases, directives=directives)
        return total.beside(own)

    def _of_selection(self, selection: SelectionNode) -> Measure:
        if isinstance(selection, FieldNode):
            return self._of_field(selection)
        if isinstance(selection, FragmentSpreadNode):
            return self._of_spread(selection)
        inner: SelectionSetNode = selection.selection_set  # type: ignore[attr-defined]
        return self.of(inner)

    def _of_field(self, field: FieldNode) -> Measure:
        inner = self.of(field.selection_set)  # type: ignore[arg-type]
        depth, introspection_depth = 1 + inner.depth, inner.introspection_depth
        if field.name.value in INTROSPECTION:
            depth, introspection_depth = 1, depth
        aliases = min(SATURATED, inner.aliases + (field.alias is not None))
        return inner._replace(
            depth=depth, introspection_depth=introspection_depth, fields=1, aliases=aliases
        )

    def _of_spread(self, spread: FragmentSpreadNode) -> Measure:
        name = spread.name.value
        fragment = self._fragments.get(name)
        if fragment is None:  # validation tells of it
            return Measure(spreads=1)
        if name in self._open:
            message = f"The fragment {name[:60]!r} contains itself."
            raise GraphQLError(message, [fragment, spread])
        if name not in self._known:
            self._open.add(name)
            measure = self.of(fragment.selection_set)
            self._open.remove(name)
            directives = min(SATURATED, measure.directives + len(fragment.directives or ()))
            spreads = min(SATURATED, 1 + measure.spreads)
            self._known[name] = measure._replace(directives=directives, spreads=spreads)
        return self._known[name]
