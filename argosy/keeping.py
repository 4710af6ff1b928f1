"""Reads what a server has kept of the settings in the database, before anything is built."""

import asyncio

from argosy.loading import settle_kept
from argosy.settings import Settings
from services.configuration.setting import KEY_PREFIX
from services.store.choose import DATABASE
from services.store.glance import glance_at_postgres, glance_at_sqlite
from services.store.rows import read_json

KEPT = f"SELECT key, value FROM settings WHERE key LIKE '{KEY_PREFIX}%' ORDER BY key"  # noqa: S608


async def with_kept(settings: Settings) -> Settings:
    """Return the settings with what a server kept of them in the migrated database.

    What cannot be used is left away, with a warning: it must not keep a server from starting.
    """
    if settings.database is not None:
        rows = await glance_at_postgres(settings.database, KEPT)
    else:
        database = settings.data_dir / DATABASE
        rows = await asyncio.to_thread(glance_at_sqlite, database, KEPT)
    kept = {row["key"].removeprefix(KEY_PREFIX): read_json(row["value"]) for row in rows}
    return settle_kept(settings.layers, kept)
