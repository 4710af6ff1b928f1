"""Options and secrets as they are stored: what differs from the usual, as plain JSON."""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import datetime
from enum import Enum
from functools import cache
from types import NoneType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

import orjson

from services.engines.options import Options, Secrets

T = TypeVar("T")

USUAL = Options()
NO_SECRETS = Secrets()


def write_options(options: Options) -> dict[str, object]:
    """Return the document for a column; empty where everything is as usual."""
    return _write(options)


def read_options(document: Mapping[str, object]) -> Options:
    """Return the options in a document. Names that this version does not know are left out."""
    return _read(Options, document) if document else USUAL


def write_secrets(secrets: Secrets) -> bytes:
    """Return secrets as bytes, to be sealed."""
    return orjson.dumps(_write(secrets))


def read_secrets(content: bytes) -> Secrets:
    """Return the secrets in bytes that `write_secrets` gave."""
    return _read(Secrets, orjson.loads(content))


def _write(record: Any) -> dict[str, object]:
    return {
        field.name: _plain(value)
        for field in fields(record)
        if (value := getattr(record, field.name)) != _usual(field)
    }


def _usual(field: "Field[Any]") -> object:
    return field.default if field.default_factory is MISSING else field.default_factory()


def _plain(value: object) -> object:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, frozenset):
        return sorted(_plain(item) for item in value)  # type: ignore[type-var]
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return _write(value) if is_dataclass(value) else value


def _read(kind: type[T], document: Mapping[str, Any]) -> T:
    readers = _readers(kind)  # type: ignore[arg-type]
    return kind(
        **{name: readers[name](value) for name, value in document.items() if name in readers}
    )


@cache
def _readers(kind: type[Any]) -> dict[str, Callable[[Any], Any]]:
    """Return what makes a value of each field from its plain form."""
    return {name: _reader(hint) for name, hint in get_type_hints(kind).items()}


def _reader(hint: Any) -> Callable[[Any], Any]:
    arguments = [a for a in get_args(hint) if a not in {NoneType, Ellipsis}]
    origin = get_origin(hint)
    if NoneType in get_args(hint):
        inner = _reader(arguments[0] if len(arguments) == 1 else Union[tuple(arguments)])  # noqa: UP007
        return lambda value: None if value is None else inner(value)
    if origin in {tuple, frozenset}:
        inner = _reader(arguments[0])
        return lambda values: origin(inner(value) for value in values)
    if is_dataclass(hint):
        return lambda value: _read(hint, value)  # type: ignore[arg-type]
    if hint is datetime:
        return datetime.fromisoformat
    return hint if isinstance(hint, type) and issubclass(hint, Enum) else lambda value: value
