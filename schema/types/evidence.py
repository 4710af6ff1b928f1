"""What the input and the payload of a mutation tell the audit log: ids, and never a secret.

Of the input, the names of what was given are told, and values only under names that are known
to hold no secret. Whatever is added to the schema tells nothing but its name.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import is_dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLList,
    get_named_type,
    get_nullable_type,
)

from schema.types.errors import UserError
from services.audit.entries import GIVEN, VALUES
from services.text import plain

Inputs = Mapping[str, GraphQLArgument] | Mapping[str, GraphQLInputField]

# Under these names the values are told too.
TOLD = frozenset(
    {
        *("role", "tier", "scopes", "isActive", "expiresAt", "name", "kind"),
        *("of", "to", "priority", "startAt", "states", "withFiles", "force", "bytesPerSecond"),
        "level",
    }
)
INPUT = "input"  # the one argument of most mutations, whose name tells nothing
MOST_NAMES = 100
MOST_VALUES = 20  # of a list
LONGEST_VALUE = 64

UUID = r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"
ID = re.compile(rf"(?:[a-z]{{1,16}}_)?{UUID}")
NUMBER = re.compile(r"[1-9][0-9]{0,9}")
IS_ID = re.compile(r"(?:id|.*_id)s?")  # of an attribute of a payload


class Evidence:
    """What is known of one call of a mutation."""

    def __init__(self) -> None:
        self._tried: dict[str, None] = {}  # in the order in which they were found, each once
        self._targets: dict[str, None] = {}
        self._names: dict[str, None] = {}
        self._values: dict[str, object] = {}
        self._texts: dict[str, object] = {}

    @property
    def targets(self) -> list[str]:
        """The ids of what something was done to."""
        return list(self._targets)

    @property
    def tried(self) -> list[str]:
        """The ids of what it was asked for."""
        return list(self._tried)

    def details(self, *, is_done: bool) -> dict[str, object]:
        """Return the names of what was given, and what else of it may be told.

        Text is told only of what was done: what was refused may be a password in a wrong place.
        """
        names = list(self._names)[:MOST_NAMES]
        values = self._values | (self._texts if is_done else {})
        return ({GIVEN: names} if names else {}) | ({VALUES: values} if values else {})

    def read_input(self, inputs: Inputs, given: Mapping[str, Any]) -> None:
        """Look at the arguments of a mutation."""
        for name, value in given.items():
            if name in inputs:
                self._read(inputs[name].type, "" if name == INPUT else name, value, is_one=True)

    def read_payload(self, payload: object) -> None:
        """Look at what a mutation gives back, as far as it is there already."""
        for name, value in _attributes(payload):
            if IS_ID.fullmatch(name):
                self._targets |= _ids(_each(value))
            else:
                for thing in _each(value):
                    self._read_thing(dict(_attributes(thing)))

    def _read_thing(self, attributes: Mapping[str, object]) -> None:
        """Take the id of a thing; where it has none, those of what it is about.

        To what has an error of the user's, nothing was done.
        """
        if isinstance(attributes.get("error"), UserError):
            return
        names = ["id"] if "id" in attributes else [n for n in attributes if IS_ID.fullmatch(n)]
        for name in names:
            self._targets |= _ids(_each(attributes[name]))

    def _read(self, kind: Any, path: str, value: Any, *, is_one: bool) -> None:
        named = get_named_type(kind)
        if path:
            self._names[path] = None
        if isinstance(named, GraphQLInputObjectType):
            is_one = is_one and not isinstance(get_nullable_type(kind), GraphQLList)
            for one in _each(value):
                for name, part in one.items():
                    field, below = named.fields[name], f"{path}.{name}" if path else name
                    if part != field.default_value:  # whoever says nothing gives that too
                        self._read(field.type, below, part, is_one=is_one)
            return
        name = path.rpartition(".")[2]
        if named.name == "ID" or name == "id" or name.endswith("Id"):
            self._tried |= _ids(_each(value))
        elif is_one and name in TOLD:
            told = self._texts if named.name == "String" else self._values
            told[path] = _told(value)


def _ids(values: Iterable[object]) -> dict[str, None]:
    """Return those of the values that are ids, as users see them, in their order."""
    found: dict[str, None] = {}
    for value in values:
        text = str(value)
        if ID.fullmatch(text):
            found[text] = None
        elif NUMBER.fullmatch(text) and not isinstance(value, float):
            found[f"user_{text}"] = None  # of all that have ids, users have numbers
    return found


def _attributes(thing: object) -> Iterator[tuple[str, object]]:
    """Return what a shape holds by itself, without what is looked up when it is asked for."""
    if is_dataclass(thing):
        yield from vars(thing).items()


def _each(value: object) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


def _told(value: object) -> object:
    """Return a value as the log takes it: short, and text where it is no number."""
    if isinstance(value, list | tuple):
        return [_told(item) for item in value[:MOST_VALUES]]
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Enum):
        return value.name
    if isinstance(value, datetime):
        return value.isoformat()
    return plain(str(value), most=LONGEST_VALUE)
