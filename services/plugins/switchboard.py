"""The plugins that are switched on: each has a host here, while its row says so.

What another server or the command line switched is noticed within seconds. A plugin that fails
again and again is switched off, and that is an issue.
"""

import asyncio
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import structlog

from services.alerts.issues import Issues, Level
from services.clock import Clock
from services.errors import ArgosyError, Unavailable
from services.metrics import Metrics
from services.plugins import kept as rows
from services.plugins.finding import Found, find
from services.plugins.hooks import Hook, Permission
from services.plugins.host import PluginHost
from services.plugins.kept import Kept, read_kept
from services.plugins.manifest import Manifest
from services.plugins.outside import Outside
from services.plugins.preferences import opened, with_defaults
from services.plugins.process import Launch, PluginFailed, Refusal, Serve
from services.redaction import redact
from services.sealing import Sealer
from services.store.rows import write_json
from services.store.store import Store, Transaction
from services.text import plain

RULE = "plugin.crashed"
LOOK_SECONDS = 2.0
CRASH_SECONDS = 3600.0  # so many crashes within that are too many
LARGEST_STATE = 64 << 10  # letters
LONGEST_ERROR = 500

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a plugin may take: seconds for a hook, bytes of memory, crashes within an hour."""

    seconds: float
    memory: int
    crashes: int


@dataclass(frozen=True, slots=True)
class Places:
    """Where plugins lie: those that come with the program, and those of the operator."""

    built_in: Path
    folder: Path

    async def find(self) -> dict[str, Found]:
        """Return all plugins by name."""
        return await asyncio.to_thread(find, self.built_in, self.folder)


class Switchboard:
    """Starts and ends hosts. `open` starts those that are switched on."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        sealer: Sealer,
        metrics: Metrics,
        issues: Issues,
        places: Places,
        outside: Outside,
        bounds: Bounds,
    ) -> None:
        self._store = store
        self._clock = clock
        self._sealer = sealer
        self._metrics = metrics
        self._issues = issues
        self._places = places
        self._outside = outside
        self.bounds = bounds
        self.is_on = True  # whether plugins are to be loaded at all
        self._hosts: dict[str, PluginHost] = {}
        self._since: dict[str, datetime | None] = {}
        self._crashes: dict[str, deque[float]] = {}
        self._switching = asyncio.Lock()
        self._is_open = False
        self._loop: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Start what is switched on, and look now and then at what was switched."""
        self._is_open = True
        await self.refresh()
        self._loop = asyncio.create_task(self._look_forever(), name="plugins")

    async def close(self) -> None:
        """End all plugins."""
        if self._loop is not None:
            self._loop.cancel()
            await asyncio.gather(self._loop, return_exceptions=True)
            self._loop = None
        async with self._switching:
            self._is_open = False
            for name in list(self._hosts):
                await self._stop(name)
        await self._outside.close()

    @property
    def is_well(self) -> bool:
        """Whether somebody looks at what is switched."""
        return self._loop is not None and not self._loop.done()

    @property
    def hosts(self) -> list[PluginHost]:
        """The plugins that are switched on, by their names. It may be looked at from any thread."""
        return [host for _, host in sorted(self._hosts.copy().items())]

    def hosts_with(self, hook: Hook) -> list[PluginHost]:
        """Return the plugins that are to be called for `hook`, by their names."""
        return [host for host in self.hosts if host.has(hook)]

    def host(self, name: str) -> PluginHost | None:
        """Return what runs a plugin, if it is switched on."""
        return self._hosts.get(name)

    async def refresh(self) -> None:
        """Bring what runs in line with what the database says. Unless open, nothing runs."""
        async with self._switching:
            if not self._is_open:
                return
            kept = await read_kept(self._store)
            on = {name: row for name, row in kept.items() if row.is_enabled and self.is_on}
            for name in [name for name in self._hosts if self._is_stale(name, on.get(name))]:
                await self._stop(name)
            missing = {name: row for name, row in on.items() if name not in self._hosts}
            if any(self._since.get(name) != row.updated_at for name, row in missing.items()):
                found = await self._places.find()
                for name, row in missing.items():
                    self._since[name] = row.updated_at
                    await self._begin(row, found.get(name))

    def launch_of(self, manifest: Manifest, found: Found, row: Kept) -> Launch:
        """Return what a process is started with. It opens secrets: call it in a thread."""
        settings = opened(manifest.schema, row.settings, self._sealer, manifest.name)
        return Launch(
            name=manifest.name,
            file=None if found.file is None else str(found.file.absolute()),
            module=found.module,
            hooks=tuple(hook.value for hook in manifest.hooks),
            memory=self.bounds.memory,
            settings=with_defaults(manifest.schema, settings),
            state=row.state,
        )

    def serve_for(self, name: str, granted: frozenset[str]) -> Serve:
        """Return what does what a plugin asks the server for."""
        return partial(self._serve, name, granted)

    async def failed(self, name: str, error: PluginFailed) -> bool:
        """Count a failure of a plugin; return whether it may go on."""
        text = shown(error)
        log.warning("plugin.failed", plugin=name, reason=text, trace=redact(error.trace))
        crashes = self._crashes.setdefault(name, deque())
        now = self._clock.monotonic()
        crashes.append(now)
        while crashes[0] <= now - CRASH_SECONDS:
            crashes.popleft()
        is_too_often = len(crashes) >= self.bounds.crashes
        reason = f"It failed {len(crashes)} times within an hour; the last time: {text}"
        at = self._clock.now()

        async def write(transaction: Transaction) -> None:
            await transaction.execute(rows.CRASHED, text, at, name)
            if is_too_often:
                await transaction.execute(rows.DISABLE, False, reason, at, name)

        with suppress(Unavailable):
            await self._store.write(write)
        if is_too_often:
            await self._give_up(name, reason)
        return not is_too_often

    async def refuse(self, name: str, error: PluginFailed) -> None:
        """Count as a failure what a plugin said and the server does not do."""
        if not await self.failed(name, error):
            with suppress(Unavailable):
                await self.refresh()

    async def well_again(self, name: str) -> None:
        """Forget the failures of a plugin: somebody has switched it."""
        self._crashes.pop(name, None)
        await self._issues.restore(RULE, name)

    def _is_stale(self, name: str, row: Kept | None) -> bool:
        """Whether a host is not what the row says; one that gave up itself is not either."""
        if row is None or self._since.get(name) != row.updated_at:
            return True
        return self._hosts[name].is_over

    async def _begin(self, row: Kept, found: Found | None) -> None:
        """Start a host, or say why there is none."""
        manifest = None if found is None else found.manifest
        if found is None or manifest is None:
            reason = "It is not there any more." if found is None else found.problem
            log.warning("plugin.cannot_start", plugin=row.name, reason=reason)
            return
        if more := sorted(set(manifest.permissions) - row.granted):
            words = ", ".join(more)
            reason = f"It asks for more than it was granted: {words}. Switch it on to grant that."
            await self._switch_off(row.name, reason)
            return

        async def launch() -> Launch:
            newest = (await read_kept(self._store)).get(row.name, row)
            try:
                return await asyncio.to_thread(self.launch_of, manifest, found, newest)
            except ArgosyError as error:
                raise PluginFailed(error.message) from error

        granted = row.granted & set(manifest.permissions)
        self._hosts[row.name] = PluginHost(
            manifest=manifest,
            granted=granted,
            launch=launch,
            serve=self.serve_for(row.name, granted),
            failed=partial(self.failed, row.name),
            metrics=self._metrics,
            seconds=self.bounds.seconds,
        )
        log.info("plugin.started", plugin=row.name, version=manifest.version)

    async def _stop(self, name: str) -> None:
        self._since.pop(name, None)
        if host := self._hosts.pop(name, None):
            await host.close()
            log.info("plugin.stopped", plugin=name)

    async def _switch_off(self, name: str, reason: str) -> None:
        at = self._clock.now()

        async def write(transaction: Transaction) -> None:
            await transaction.execute(rows.DISABLE, False, reason, at, name)

        await self._store.write(write)
        log.warning("plugin.switched_off", plugin=name, reason=reason)

    async def _give_up(self, name: str, reason: str) -> None:
        """Say that a plugin was switched off; its host ends itself."""
        log.error("plugin.switched_off", plugin=name, reason=reason)
        self._crashes.pop(name, None)
        await self._issues.report(
            RULE, f"The plugin {name} was switched off. {reason}", level=Level.WARNING, subject=name
        )

    async def _serve(
        self, name: str, granted: frozenset[str], what: str, arguments: Mapping[str, Any]
    ) -> Any:
        if what == "request":
            if Permission.NETWORK not in granted:
                message = "The plugin has not asked for the permission network."
                raise Refusal(message)
            return await self._outside.request(arguments)
        if what == "remember":
            await self._remember(name, arguments.get("state"))
            return None
        message = "The server does not know what that is."
        raise Refusal(message)

    async def _remember(self, name: str, state: object) -> None:
        if not isinstance(state, dict):
            message = "What is remembered is to be a dictionary."
            raise Refusal(message)
        text = write_json(state)
        if len(text) > LARGEST_STATE:
            message = f"A plugin remembers up to {LARGEST_STATE} letters, not {len(text)}."
            raise Refusal(message)

        async def write(transaction: Transaction) -> None:
            await transaction.execute(rows.REMEMBER, text, name)

        try:
            await self._store.write(write)
        except Unavailable as error:
            raise Refusal(error.message) from error

    async def _look_forever(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                await self.refresh()
            except Unavailable as error:
                log.warning("plugins.cannot_look", reason=error.message)
            except Exception:
                log.exception("plugins.crashed")


def shown(error: PluginFailed) -> str:
    """Return what may be shown of an error of a plugin."""
    text = f"{error.kind}: {error.message}" if error.kind else error.message
    return plain(redact(text), most=LONGEST_ERROR)
