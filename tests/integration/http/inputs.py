"""Inputs for every mutation, made from the schema, so that new ones are met by themselves."""

from collections.abc import Callable, Iterator
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
)

ABSENT = "task_0199c2f0-0000-7000-8000-000000000000"
NOBODY = 2147483647  # no user has that number
SCALARS = {
    "ID": ABSENT,
    "String": "text",
    "Int": 1,
    "BigInt": 1,
    "Float": 1.5,
    "Boolean": False,
    "DateTime": "2030-01-01T00:00:00Z",
    "Time": "10:00:00",
    "JSON": {},
    "Date": "2030-01-01",
}

Text = Callable[[str], str]


def mutations(schema: GraphQLSchema) -> Iterator[tuple[str, GraphQLField]]:
    """Yield each mutation with its name."""
    assert schema.mutation_type is not None
    yield from schema.mutation_type.fields.items()


def document(name: str, field: GraphQLField, selection: str = "errors { code }") -> str:
    """Return a document that calls one mutation with a variable for each argument."""
    declared = ", ".join(f"${name}: {argument.type}" for name, argument in field.args.items())
    passed = ", ".join(f"{name}: ${name}" for name in field.args)
    return f"mutation({declared}) {{ {name}({passed}) {{ {selection} }} }}"


def arguments(field: GraphQLField, *, text: Text | None = None) -> dict[str, Any]:
    """Return values that the schema takes: what must be given, and with `text` all there is."""
    return {name: value(a.type, name, text) for name, a in field.args.items()}


def value(kind: Any, name: str, text: Text | None) -> Any:
    """Return a value of a type; `text` makes that of each piece of text from its name."""
    if isinstance(kind, GraphQLNonNull):
        return value(kind.of_type, name, text)
    if isinstance(kind, GraphQLList):
        return [value(kind.of_type, name, text)]
    if isinstance(kind, GraphQLEnumType):
        return next(iter(kind.values))
    if isinstance(kind, GraphQLInputObjectType):
        return {
            name: value(field.type, name, text)
            for name, field in kind.fields.items()
            if text is not None or isinstance(field.type, GraphQLNonNull)
        }
    if kind.name == "Int" and name == "id":
        return NOBODY
    return text(name) if text is not None and kind.name == "String" else SCALARS[kind.name]
