"""Documents made from the schema: every field that can be asked, so that new ones are asked too."""

from collections.abc import Iterator, Mapping
from typing import Any

from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    get_named_type,
    is_leaf_type,
    is_required_argument,
    parse,
    visit,
)

Composite = GraphQLObjectType | GraphQLInterfaceType
FEW = 2  # entries of each list in a list


def roots(schema: GraphQLSchema) -> Iterator[tuple[str, GraphQLField]]:
    """Yield each root field by its place: `Query.task`."""
    for kind in (schema.query_type, schema.mutation_type, schema.subscription_type):
        assert kind is not None
        for name, field in kind.fields.items():
            yield f"{kind.name}.{name}", field


def links(schema: GraphQLSchema) -> Iterator[str]:
    """Yield the place of each field below the roots that leads from one thing to another."""
    tops = {schema.query_type, schema.mutation_type, schema.subscription_type}
    for name, kind in schema.type_map.items():
        if not isinstance(kind, Composite) or name.startswith("__") or kind in tops:
            continue
        for field_name, field in kind.fields.items():
            if isinstance(get_named_type(field.type), Composite):
                yield f"{name}.{field_name}"


def document(
    schema: GraphQLSchema, place: str, values: Mapping[str, Any], on: str | None = None
) -> str:
    """Return a document that asks a root field for all there is, with a variable for each value.

    Of an interface, it is what `on` has.
    """
    kind_name, _, name = place.partition(".")
    kind = schema.type_map[kind_name]
    assert isinstance(kind, GraphQLObjectType)
    field = kind.fields[name]
    declared = ", ".join(f"${n}: {field.args[n].type}" for n in values)
    passed = ", ".join(f"{n}: ${n}" for n in values)
    head = f"{kind_name.lower()}{f'({declared})' if declared else ''}"
    call = f"{name}{f'({passed})' if passed else ''}"
    return f"{head} {{ {call} {selection(schema, field, (), on)} }}"


def selection(
    schema: GraphQLSchema, field: GraphQLField, path: tuple[str, ...], on: str | None = None
) -> str:
    """Return what is asked of a field: everything, but what lies on the way there already."""
    kind = get_named_type(field.type)
    if not isinstance(kind, Composite):
        return ""
    if isinstance(kind, GraphQLInterfaceType):
        assert on is not None, kind
        kind = schema.type_map[on]
        assert isinstance(kind, GraphQLObjectType)
        return f"{{ __typename ... on {on} {_fields(schema, kind, path)} }}"
    return _fields(schema, kind, path)


def _fields(schema: GraphQLSchema, kind: GraphQLObjectType, path: tuple[str, ...]) -> str:
    asked = []
    is_edge = kind.name.endswith("Edge")
    for name, field in kind.fields.items():
        below = get_named_type(field.type)
        if below.name in path:
            continue
        wants = [n for n, a in field.args.items() if is_required_argument(a)]
        assert not wants, f"{kind.name}.{name} wants {wants}: give them in the table"
        few = f"(first: {FEW})" if "first" in field.args else ""
        if is_edge and isinstance(below, GraphQLObjectType):
            asked.append(f"{name} {_leaves(below)}")  # `nodes` beside it gives the rest
        else:
            asked.append(f"{name}{few} {selection(schema, field, (*path, kind.name))}".strip())
    return f"{{ {' '.join(asked)} }}"


def _leaves(kind: GraphQLObjectType) -> str:
    leaves = (n for n, f in kind.fields.items() if is_leaf_type(get_named_type(f.type)))
    return f"{{ {' '.join(leaves)} }}"


def asked(schema: GraphQLSchema, text: str) -> set[str]:
    """Return the places of all fields in a document."""
    found: set[str] = set()
    types = TypeInfo(schema)

    class Looking(Visitor):
        def enter_field(self, node: FieldNode, *_: object) -> None:
            parent = types.get_parent_type()
            if parent is not None:
                found.add(f"{parent.name}.{node.name.value}")

    visit(parse(text), TypeInfoVisitor(types, Looking()))
    return found
