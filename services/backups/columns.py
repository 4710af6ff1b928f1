"""Which columns the tables of this version have, out of the models."""

import importlib
from collections.abc import Iterator
from typing import Any

from tortoise import Model, fields
from tortoise.fields.relational import ForeignKeyFieldInstance

from services.backups.format import TABLES, ColumnType, Shape
from services.store.tables import TABLES as MODULES

TYPES: tuple[tuple[type[fields.Field[Any]], ColumnType], ...] = (
    (fields.IntField, ColumnType.INTEGER),
    (fields.SmallIntField, ColumnType.INTEGER),
    (fields.BigIntField, ColumnType.INTEGER),
    (fields.CharField, ColumnType.TEXT),
    (fields.TextField, ColumnType.TEXT),
    (fields.BooleanField, ColumnType.BOOLEAN),
    (fields.DatetimeField, ColumnType.TIME),
    (fields.DateField, ColumnType.DATE),
    (fields.UUIDField, ColumnType.UUID),
    (fields.JSONField, ColumnType.JSON),
)


def shapes() -> list[Shape]:
    """Return the tables that are backed up, parents before children."""
    metas = _metas()
    return [
        Shape(table, _column(metas[table].pk_attr, metas[table]), dict(_columns(metas[table])))
        for table in TABLES
    ]


def all_tables() -> frozenset[str]:
    """Return the names of all tables of this version, backed up or not."""
    return frozenset(_metas())


def _metas() -> dict[str, Any]:
    """Return what Tortoise knows of each model, by its table."""
    metas: list[Any] = [model._meta for model in _models()]  # noqa: SLF001 - no public door
    return {meta.db_table: meta for meta in metas}


def _models() -> Iterator[type[Model]]:
    for name in MODULES:
        for found in vars(importlib.import_module(name)).values():
            if isinstance(found, type) and issubclass(found, Model) and found.__module__ == name:
                yield found


def _columns(meta: Any) -> Iterator[tuple[str, ColumnType]]:
    for name, field in meta.fields_map.items():
        if isinstance(field, ForeignKeyFieldInstance):
            yield f"{name}_id", _type(_parent_key(field))
        elif isinstance(field, TYPED):
            yield _column(name, meta), _type(field)


def _column(name: str, meta: Any) -> str:
    return meta.fields_map[name].source_field or name


def _parent_key(field: ForeignKeyFieldInstance[Any]) -> Any:
    wanted = str(field.model_name).rpartition(".")[2]
    (meta,) = (meta for meta in _metas().values() if meta._model.__name__ == wanted)  # noqa: SLF001
    return meta.fields_map[meta.pk_attr]


def _type(field: fields.Field[Any]) -> ColumnType:
    return next(kind for made_by, kind in TYPES if isinstance(field, made_by))


TYPED = tuple(made_by for made_by, _ in TYPES)
