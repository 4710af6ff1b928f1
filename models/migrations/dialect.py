"""Column types of the two dialects, so that one migration file serves both."""

from tortoise import BaseDBAsyncClient

SQLITE = {
    "id": "INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL",
    "big_id": "INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL",
    "uuid": "CHAR(36)",
    "time": "TIMESTAMP",
    "json": "JSON",
    "bool": "INT",
    "small": "SMALLINT",
    "no": "0",
    "yes": "1",
    "by_code_point": "",
}
POSTGRES = {
    "id": "SERIAL NOT NULL PRIMARY KEY",
    "big_id": "BIGSERIAL NOT NULL PRIMARY KEY",
    "uuid": "UUID",
    "time": "TIMESTAMPTZ",
    "json": "JSONB",
    "bool": "BOOL",
    "small": "SMALLINT",
    "no": "FALSE",
    "yes": "TRUE",
    "by_code_point": 'COLLATE "C"',
}


def column_types(db: BaseDBAsyncClient) -> dict[str, str]:
    """Return the words that `db` uses for the types named here."""
    return SQLITE if db.capabilities.dialect == "sqlite" else POSTGRES
