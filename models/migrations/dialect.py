"""Column types of the two dialects, so that one migration file serves both."""

from tortoise import BaseDBAsyncClient

SQLITE = {
    "id": "INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL",
    "big_id": "INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL",
    "uuid": "CHAR(36)",
    "time": "TIMESTAMP",
    "json": "JSON",
}
POSTGRES = {
    "id": "SERIAL NOT NULL PRIMARY KEY",
    "big_id": "BIGSERIAL NOT NULL PRIMARY KEY",
    "uuid": "UUID",
    "time": "TIMESTAMPTZ",
    "json": "JSONB",
}


def column_types(db: BaseDBAsyncClient) -> dict[str, str]:
    """Return the words that `db` uses for the types named here."""
    return SQLITE if db.capabilities.dialect == "sqlite" else POSTGRES
