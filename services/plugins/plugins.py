"""What administrators do with plugins: look at them, switch them, change their settings."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from services.audit.remarks import remark
from services.clock import Clock
from services.errors import Conflict, InvalidInput, InvalidInputs, NotFound
from services.paging import cursors
from services.paging.pages import Page
from services.plugins import kept as rows
from services.plugins.finding import Found, Source
from services.plugins.host import LOAD_SECONDS
from services.plugins.kept import Kept, read_kept
from services.plugins.manifest import Manifest
from services.plugins.output import Output
from services.plugins.preferences import (
    hidden,
    merged,
    opened,
    sealed,
    with_defaults,
)
from services.plugins.process import PluginFailed, start
from services.plugins.switchboard import Places, Switchboard, shown
from services.plugins.validation import errors_in
from services.sealing import Sealer
from services.store.rows import write_json
from services.store.store import Store, Transaction

LIST = "plugins"
MOST_NAMES = 20  # in a message


@dataclass(frozen=True, slots=True)
class Plugin:
    """A plugin as administrators see it. Of one that is broken, there is little to see."""

    name: str
    source: Source
    is_enabled: bool
    version: str | None = None
    author: str | None = None
    description: str | None = None
    hooks: tuple[str, ...] = ()
    permissions: tuple[str, ...] = ()
    granted: tuple[str, ...] = ()
    schema: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    crashes: int = 0
    last_error: str | None = None
    last_crashed_at: datetime | None = None
    disabled_because: str | None = None
    problem: str | None = None


class Plugins:
    """All plugins that there are."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        sealer: Sealer,
        places: Places,
        switchboard: Switchboard,
    ) -> None:
        self._store = store
        self._clock = clock
        self._sealer = sealer
        self._places = places
        self._switchboard = switchboard

    async def all(self) -> list[Plugin]:
        """Return all plugins, by their names."""
        found, kept = await self._places.find(), await read_kept(self._store)
        return [_plugin(each, kept.get(name, Kept(name))) for name, each in found.items()]

    async def page(self, *, first: int, after: str | None) -> Page[Plugin]:
        """Return up to `first` plugins behind the cursor `after`, by their names."""
        start_at = None if after is None else str(cursors.read(LIST, after, (str,))[0])
        plugins = [p for p in await self.all() if start_at is None or p.name > start_at]
        places = [cursors.show(LIST, plugin.name) for plugin in plugins[:first]]
        return Page(plugins[:first], places, has_more=len(plugins) > first)

    async def has_before(self, after: str | None) -> bool:
        """Return whether there are plugins up to the cursor `after`."""
        if after is None:
            return False
        place = str(cursors.read(LIST, after, (str,))[0])
        return any(plugin.name <= place for plugin in await self.all())

    async def count(self) -> int:
        """Return how many plugins there are."""
        return len(await self._places.find())

    async def enable(self, name: str) -> Plugin:
        """Switch a plugin on, and so grant it what it asks for.

        It is tried out first: where it cannot be loaded, or its settings are not right, nothing
        is changed. Raises `NotFound`, `InvalidInput`, and `Conflict` where plugins
        are switched off altogether.
        """
        if not self._switchboard.is_on:
            message = (
                "Plugins are switched off on this server. Switch them on with the setting "
                "features_plugins."
            )
            raise Conflict(message)
        found = await self._find(name)
        row = (await read_kept(self._store)).get(name, Kept(name))
        if not row.is_enabled or set(_manifest(found).permissions) - row.granted:
            await self._try_out(found, row)
            permissions = [p.value for p in _manifest(found).permissions]
            await self._write(name, rows.ENABLE, True, write_json(permissions), self._clock.now())
            remark(plugin=name, permissions=permissions)
            await self._switchboard.well_again(name)
        await self._switchboard.refresh()
        return await self._shown(found)

    async def disable(self, name: str) -> Plugin:
        """Switch a plugin off; its process is gone when this returns. Raises `NotFound`."""
        kept = await read_kept(self._store)
        found = await self._find(name, is_broken_too=True)
        if name in kept:
            await self._write(name, rows.DISABLE, False, None, self._clock.now())
            await self._switchboard.well_again(name)
        remark(plugin=name)
        await self._switchboard.refresh()
        return await self._shown(found)

    async def update_settings(self, name: str, given: object) -> Plugin:
        """Change the settings of a plugin: those that are given; null takes one away.

        What is given hidden, as it is shown, stays. One that is switched on begins anew with
        them. Raises `NotFound` and `InvalidInput` with the path of what is wrong.
        """
        found = await self._find(name)
        if not isinstance(given, dict):
            message = "Settings are an object."
            raise InvalidInput(message, field="settings")
        schema = _manifest(found).schema
        row = (await read_kept(self._store)).get(name, Kept(name))

        def change() -> str:
            settings = merged(opened(schema, row.settings, self._sealer, name), given)
            if wrong := errors_in(schema, settings):
                raise InvalidInputs(wrong)
            return write_json(sealed(schema, settings, self._sealer, name))

        text = await asyncio.to_thread(change)
        remark(plugin=name, settings=sorted(map(str, given)))
        await self._write(name, rows.SET, text, self._clock.now())
        await self._switchboard.refresh()
        return await self._shown(found)

    async def _find(self, name: str, *, is_broken_too: bool = False) -> Found:
        found = await self._places.find()
        each = found.get(name)
        if each is None:
            names = ", ".join(list(found)[:MOST_NAMES]) or "none"
            message = f"There is no plugin of that name. There are: {names}."
            raise NotFound(message, field="name")
        if each.manifest is None and not is_broken_too:
            message = f"The plugin {name} is broken: {each.problem}"
            raise InvalidInput(message, field="name")
        return each

    async def _try_out(self, found: Found, row: Kept) -> None:
        """Load a plugin in a process that then ends. Raises `InvalidInput`."""
        manifest = _manifest(found)

        def check() -> None:
            settings = opened(manifest.schema, row.settings, self._sealer, found.name)
            if wrong := errors_in(manifest.schema, with_defaults(manifest.schema, settings)):
                first = wrong[0]
                message = f"Change its settings first: {first.field}: {first.message}"
                raise InvalidInput(message, field=first.field)

        await asyncio.to_thread(check)
        launch = await asyncio.to_thread(self._switchboard.launch_of, manifest, found, row)
        serve = self._switchboard.serve_for(found.name, frozenset())
        try:
            process = await start(launch, serve, Output(found.name), LOAD_SECONDS)
        except PluginFailed as error:
            message = f"The plugin {found.name} cannot be loaded: {shown(error)}"
            raise InvalidInput(message) from error
        await process.close()

    async def _write(self, name: str, statement: str, *values: object) -> None:
        now = self._clock.now()

        async def write(transaction: Transaction) -> None:
            await transaction.execute(rows.BEGIN, name, False, now)
            await transaction.execute(statement, *values, name)

        await self._store.write(write)

    async def _shown(self, found: Found) -> Plugin:
        row = (await read_kept(self._store)).get(found.name, Kept(found.name))
        return _plugin(found, row)


def _manifest(found: Found) -> Manifest:
    if found.manifest is None:
        message = f"{found.name} has no manifest"
        raise TypeError(message)
    return found.manifest


def _plugin(found: Found, row: Kept) -> Plugin:
    manifest = found.manifest
    if manifest is None:
        return Plugin(found.name, found.source, False, problem=found.problem)
    return Plugin(
        name=found.name,
        source=found.source,
        is_enabled=row.is_enabled,
        version=manifest.version,
        author=manifest.author,
        description=manifest.description,
        hooks=tuple(hook.value for hook in manifest.hooks),
        permissions=tuple(p.value for p in manifest.permissions),
        granted=tuple(sorted(row.granted)) if row.is_enabled else (),
        schema=manifest.schema,
        settings=with_defaults(manifest.schema, hidden(manifest.schema, row.settings)),
        crashes=row.crashes,
        last_error=row.last_error,
        last_crashed_at=row.last_crashed_at,
        disabled_because=row.disabled_because,
    )
