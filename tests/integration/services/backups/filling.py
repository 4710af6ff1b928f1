"""Rows with awkward values in every table that there is, on either database."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from tortoise import Model, fields
from tortoise.fields.relational import ForeignKeyFieldInstance

from services.store.rows import marks, read_json, write_json
from services.store.store import Store, Transaction
from services.store.tables import TABLES as MODULES

ROWS = 7  # of each table
START = datetime(2026, 3, 29, 0, 59, 59, 999_999, tzinfo=UTC)  # an hour that Europe does not have

TEXTS = (
    "plain",
    "",
    "'; DROP TABLE users; --\t\"\\",
    "two\nlines\r\nand a \u2028 third",
    "Größe 漢字 \U0001f6a2 e\u0301",
    " leading and trailing ",
    "null",
)
NUMBERS = (0, 1, -1, 2**15 - 1, -(2**15), 7, 42)
LARGE_NUMBERS = (0, 1, -1, 2**63 - 1, -(2**63), 2**53 + 1, 42)
DOCUMENTS: tuple[Any, ...] = (
    {},
    {"b": [1, 2.5, -0.125, None, True], "a": {"ü": "\u2028"}},
    {"large": 2**53 + 1, "exp": 1e-07},
    {"text": "'quoted' \"twice\" \\ back"},
    {"10": 1, "9": 2, "nested": [[[]], {}]},
    {"z": "", "null": None},
    {"emoji": "\U0001f6a2"},
)
TIMES = (
    START,
    START + timedelta(microseconds=1),
    datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC),
    datetime(2000, 2, 29, 12, 0, 0, 1, tzinfo=UTC),
    datetime(2038, 1, 19, 3, 14, 8, tzinfo=UTC),
    datetime(1999, 12, 31, tzinfo=UTC),
    datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
)
# Words that are read as enums.
WORDS: Mapping[tuple[str, str], Sequence[str]] = {
    ("users", "role"): ("admin", "user"),
    ("tasks", "state"): ("PENDING", "RUNNING", "PAUSED", "COMPLETED", "FAILED", "CANCELLED"),
    ("events", "kind"): ("task.added", "backup.completed", "alert.raised"),
    ("tasks", "engine"): ("http", "ftp"),
    ("files", "state"): ("COMPLETED", "FAILED"),
    ("sessions", "kind"): ("session", "access"),
}
# Columns whose values mean something to every server that opens the database.
FIXED: Mapping[tuple[str, str], Any] = {
    ("users", "tier"): "unlimited",
    ("tasks", "options"): {},
    ("keys", "scopes"): ["*"],
    ("sessions", "scopes"): ["*"],
    ("webhooks", "events"): ["task.*"],
}


def models() -> dict[str, Any]:
    """Return what Tortoise knows of every table, by its name."""
    found: dict[str, Any] = {}
    for module in MODULES:
        for model in vars(__import__(module, fromlist=["*"])).values():
            if isinstance(model, type) and issubclass(model, Model) and model.__module__ == module:
                found[model._meta.db_table] = model._meta
    return found


async def fill(store: Store) -> None:
    """Put `ROWS` rows into each table that has none; the same ones on either database."""
    metas = models()
    for table in _in_order(metas):
        rows = [_row(metas, table, number) for number in range(ROWS)]
        await _insert(store, table, rows)


async def contents(store: Store, tables: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
    """Return all rows of `tables`, so that equal ones are equal from whichever database."""
    return {table: await _rows(store, table) for table in tables}


async def _rows(store: Store, table: str) -> list[dict[str, Any]]:
    meta = models()[table]
    columns = dict(_columns(meta))
    found = await store.fetch(f'SELECT * FROM "{table}"')  # noqa: S608 - ours, like those below
    rows = [{name: _read(columns[name], row[name]) for name in columns} for row in found]
    key = _key(meta)
    return sorted(rows, key=lambda row: (str(type(row[key])), row[key]))


def _read(field: Any, value: Any) -> Any:
    if isinstance(field, fields.JSONField):
        return json.dumps(read_json(value), sort_keys=True)
    if value is None:
        return None
    if isinstance(field, fields.DatetimeField):
        at = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        return at.astimezone(UTC)
    if isinstance(field, fields.DateField):
        return value if isinstance(value, date) else date.fromisoformat(value)
    if isinstance(field, fields.UUIDField):
        return UUID(str(value))
    return bool(value) if isinstance(field, fields.BooleanField) else value


async def _insert(store: Store, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
    names = ", ".join(f'"{name}"' for name in rows[0])

    async def write(transaction: Transaction) -> None:
        await transaction.execute_many(
            f'INSERT INTO "{table}" ({names}) VALUES ({marks(len(rows[0]))})',  # noqa: S608
            [list(row.values()) for row in rows],
        )

    if not await store.fetch(f'SELECT 1 FROM "{table}" LIMIT 1'):  # noqa: S608
        await store.write(write)
    if store.dialect == "postgres" and isinstance(rows[0][_key(models()[table])], int):
        await _move_sequence(store, table)


async def _move_sequence(store: Store, table: str) -> None:
    """Have PostgreSQL know which numbers were given, as it does where it gave them."""
    key = _key(models()[table])

    async def write(transaction: Transaction) -> None:
        await transaction.fetch(
            f"SELECT setval(pg_get_serial_sequence('{table}', '{key}'), MAX(\"{key}\")) "  # noqa: S608
            f'FROM "{table}"'
        )

    await store.write(write)


def _in_order(metas: Mapping[str, Any]) -> list[str]:
    done: list[str] = []
    while len(done) < len(metas):
        done += [
            table
            for table, meta in metas.items()
            if table not in done and all(parent in done for parent in _parents(metas, meta))
        ]
    return done


def _parents(metas: Mapping[str, Any], meta: Any) -> list[str]:
    return [
        _parent(metas, field)
        for field in meta.fields_map.values()
        if isinstance(field, ForeignKeyFieldInstance)
    ]


def _parent(metas: Mapping[str, Any], field: ForeignKeyFieldInstance[Any]) -> str:
    wanted = str(field.model_name).rpartition(".")[2]
    return next(name for name, meta in metas.items() if meta._model.__name__ == wanted)


def _key(meta: Any) -> str:
    return str(meta.fields_map[meta.pk_attr].source_field or meta.pk_attr)


def _columns(meta: Any) -> Iterable[tuple[str, Any]]:
    for name, field in meta.fields_map.items():
        if isinstance(field, ForeignKeyFieldInstance):
            continue
        if not isinstance(field, fields.relational.RelationalField):
            yield field.source_field or name, field


def _row(metas: Mapping[str, Any], table: str, number: int) -> dict[str, Any]:
    meta = metas[table]
    links = {
        f"{name}_id": _parent(metas, field)
        for name, field in meta.fields_map.items()
        if isinstance(field, ForeignKeyFieldInstance)
    }
    row = {}
    for place, (column, field) in enumerate(_columns(meta)):
        if column in links:
            row[column] = _identity(metas[links[column]], links[column], number)
        else:
            row[column] = _value(meta, column, field, number, place)
    return row


def _identity(meta: Any, table: str, number: int) -> Any:
    """Return the key of a row: no two tables have the same ids."""
    field = meta.fields_map[meta.pk_attr]
    if isinstance(field, fields.UUIDField):
        return UUID(int=(0x0199 << 112) + (sum(map(ord, table)) << 64) + number)
    if isinstance(field, fields.CharField):
        return f"{table}-{number}"
    return number * 3 + 1  # with numbers between that were removed


def _value(meta: Any, column: str, field: Any, number: int, place: int) -> Any:
    table = meta.db_table
    if column == _key(meta):
        return _identity(meta, table, number)
    if (table, column) in WORDS:
        words = WORDS[table, column]
        return words[number % len(words)]
    if (table, column) in FIXED:
        fixed = FIXED[table, column]
        return write_json(fixed) if isinstance(field, fields.JSONField) else fixed
    if field.null and (number + place) % 3 == 0:
        return None
    if isinstance(field, fields.UUIDField):
        return UUID(int=(0x0198 << 112) + (sum(map(ord, table + column)) << 64) + number)
    return _of_type(field, number if _is_unique(meta, field, column) else None, number + place)


def _is_unique(meta: Any, field: Any, column: str) -> bool:
    together = [name for group in meta.unique_together for name in group]
    return bool(field.unique) or column in together


def _of_type(field: Any, unique: int | None, turn: int) -> Any:
    """Return a value for a column; where it is to be unique, one that has that number in it."""
    if isinstance(field, fields.CharField | fields.TextField):
        text = TEXTS[turn % len(TEXTS)]
        longest = getattr(field, "max_length", None) or 10_000
        return (text if unique is None else f"{unique}{text}")[:longest]
    if isinstance(field, fields.BooleanField):
        return turn % 2 == 0
    if isinstance(field, fields.DateField):
        return date(2024, 2, 29) + timedelta(days=turn)
    if unique is not None:
        return unique
    for made_by, values in VALUES:
        if isinstance(field, made_by):
            value = values[turn % len(values)]
            return write_json(value) if made_by is fields.JSONField else value
    message = f"no value is known for {type(field).__name__}: add one to VALUES"
    raise AssertionError(message)


VALUES: tuple[tuple[Any, Sequence[Any]], ...] = (
    (fields.JSONField, DOCUMENTS),
    (fields.DatetimeField, TIMES),
    (fields.BigIntField, LARGE_NUMBERS),
    (fields.SmallIntField, NUMBERS),
    (fields.IntField, NUMBERS),
)
