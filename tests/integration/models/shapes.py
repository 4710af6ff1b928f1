"""The shape of tables, read from a database: what must be equal however they were made."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from services.store.rows import Row

Fetch = Callable[[str], Awaitable[Sequence[Row]]]


@dataclass
class Shape:
    """One table. An index is whether it is unique, and its columns in order."""

    columns: dict[str, tuple[str, bool]] = field(default_factory=dict)  # type, may be null
    primary_key: tuple[str, ...] = ()
    indexes: set[tuple[bool, tuple[str, ...]]] = field(default_factory=set)
    foreign_keys: set[tuple[str, str, str, str]] = field(default_factory=set)


async def sqlite_shapes(fetch: Fetch) -> dict[str, Shape]:
    """Return the tables of a database on SQLite."""
    tables = await fetch("SELECT name FROM sqlite_master WHERE type = 'table'")
    names = [row["name"] for row in tables if not row["name"].startswith("sqlite_")]
    return {name: await _sqlite_shape(fetch, name) for name in names}


async def _sqlite_shape(fetch: Fetch, table: str) -> Shape:
    shape = Shape()
    columns = await fetch(f"PRAGMA table_info({table})")
    for row in columns:
        nullable = not row["notnull"]
        shape.columns[row["name"]] = (row["type"], nullable)
    keys = sorted((row["pk"], row["name"]) for row in columns if row["pk"])
    shape.primary_key = tuple(name for _, name in keys)
    for index in await fetch(f"PRAGMA index_list({table})"):
        if index["origin"] != "pk":
            info = await fetch(f"PRAGMA index_info({index['name']})")
            shape.indexes.add((bool(index["unique"]), tuple(row["name"] for row in info)))
    for row in await fetch(f"PRAGMA foreign_key_list({table})"):
        shape.foreign_keys.add((row["from"], row["table"], row["to"], row["on_delete"]))
    return shape


COLUMNS = """
    SELECT table_name, column_name, udt_name, character_maximum_length AS length,
           is_nullable = 'YES' AS nullable
    FROM information_schema.columns WHERE table_schema = 'public'
"""
INDEXES = """
    SELECT tables.relname AS table_name, i.indisunique AS is_unique, i.indisprimary AS is_primary,
           ARRAY(SELECT attname FROM unnest(i.indkey) WITH ORDINALITY AS k(number, place)
                 JOIN pg_attribute ON attrelid = i.indrelid AND attnum = k.number
                 ORDER BY k.place)::text[] AS columns
    FROM pg_index AS i JOIN pg_class AS tables ON tables.oid = i.indrelid
    WHERE tables.relnamespace = 'public'::regnamespace
"""
FOREIGN_KEYS = """
    SELECT conrelid::regclass::text AS table_name, confrelid::regclass::text AS other,
           confdeltype::text AS on_delete,
           (SELECT attname FROM pg_attribute
            WHERE attrelid = conrelid AND attnum = conkey[1])::text AS column_name,
           (SELECT attname FROM pg_attribute
            WHERE attrelid = confrelid AND attnum = confkey[1])::text AS other_column
    FROM pg_constraint WHERE contype = 'f'
"""


async def postgres_shapes(fetch: Fetch) -> dict[str, Shape]:
    """Return the tables of a database on PostgreSQL."""
    shapes: dict[str, Shape] = {}
    for row in await fetch(COLUMNS):
        shape = shapes.setdefault(row["table_name"], Shape())
        length = "" if row["length"] is None else f"({row['length']})"
        shape.columns[row["column_name"]] = (row["udt_name"] + length, row["nullable"])
    for row in await fetch(INDEXES):
        shape = shapes[row["table_name"]]
        if row["is_primary"]:
            shape.primary_key = tuple(row["columns"])
        else:
            shape.indexes.add((row["is_unique"], tuple(row["columns"])))
    for row in await fetch(FOREIGN_KEYS):
        shapes[row["table_name"]].foreign_keys.add(
            (row["column_name"], row["other"], row["other_column"], row["on_delete"])
        )
    return shapes
