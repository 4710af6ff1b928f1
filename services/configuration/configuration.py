"""The settings while the server runs: shown, changed, kept in the database, and applied."""

import asyncio
from collections.abc import Mapping

import structlog

from services.access.identity import Identity
from services.audit.remarks import remark
from services.configuration.live import Live
from services.configuration.setting import ABOVE, KEY_PREFIX, Setting, Source
from services.configuration.sheet import Kept, Settled, Sheet
from services.errors import ArgosyError, Conflict, InvalidInput, InvalidInputs, Unavailable
from services.remembered import Remembered

LOOK_SECONDS = 5.0  # between two looks at what another server was told
LONGEST_VALUE = 10_000  # letters
MOST_CHANGES = 100

Changes = Mapping[str, str | None]  # by the names of settings; None takes back what was set

log = structlog.get_logger(__name__)


class Configuration:
    """Knows what holds. `open` starts to look for what other servers on the database were told."""

    def __init__(self, *, remembered: Remembered, sheet: Sheet, live: Live) -> None:
        self._remembered = remembered
        self._sheet = sheet
        self.live = live
        self._kept: dict[str, object] = dict(sheet.kept)
        self._ignored: dict[str, str] = dict(sheet.ignored)
        self._not_taken: dict[str, str] = {}
        self._set = sheet.settle(self._kept)
        self._running = {name: sheet.value(name) for name in sheet.descriptions}
        self._changing = asyncio.Lock()
        self._loop: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Look at what is kept, which a restored backup has changed perhaps, and go on looking."""
        await self._look()
        self._loop = asyncio.create_task(self._look_forever(), name="configuration")

    async def close(self) -> None:
        """Stop."""
        if self._loop is not None:
            self._loop.cancel()
            await asyncio.gather(self._loop, return_exceptions=True)

    def all(self) -> list[Setting]:
        """Return every setting, in order."""
        return [self.find(name) for name in self._sheet.descriptions]

    def find(self, name: str) -> Setting:
        """Return a setting that there is."""
        about = self._sheet.descriptions[name]
        show = self._sheet.show
        if place := self.live.elsewhere.get(name):
            value = running = place.value
            source = Source.DATABASE if place.is_set else self._set.sources[name]
        else:
            value, running = self._set.values[name], self._now(name)
            source = self._set.sources[name]
        return Setting(
            about=about,
            source=source,
            is_set=value is not None,
            value=None if about.is_secret else show(value),
            running=None if about.is_secret else show(running),
            is_live=name in self.live.names,
            problem=self._ignored.get(name),
        )

    def value(self, name: str) -> object:
        """Return what a setting is set to."""
        place = self.live.elsewhere.get(name)
        return self._set.values[name] if place is None else place.value

    @property
    def awaits_restart(self) -> bool:
        """Whether something is set that holds from the next start on."""
        return any(setting.awaits_restart for setting in self.all())

    async def update(self, identity: Identity, changes: Changes) -> list[Setting]:
        """Change settings, all of them or none, and return them; durable when this returns.

        Values are text as their variables take it; None takes back what was set. Raises
        `InvalidInputs` with everything that is wrong, `field` the name of the setting, and
        `Forbidden` to who is no administrator.
        """
        identity.require_admin()
        if not changes:
            message = "Say what to change."
            raise InvalidInput(message)
        async with self._changing:
            await self._refresh()  # what another server was told meanwhile is not to be lost
            kept = self._merged(changes)
            settled = self._check(changes, kept)
            before = {name: self.find(name) for name in changes}
            await self._keep(changes)
            await self._change_elsewhere(identity, changes, settled)
            await self._take(kept, settled)
            for name in changes:
                self._ignored.pop(name, None)
        changed = [self.find(name) for name in changes]
        told = {s.name: f"{before[s.name].value} → {s.value}" for s in changed}
        remark(*told, changes=told)
        log.info("configuration.changed", names=sorted(changes), user=identity.user_name)
        return changed

    def _now(self, name: str) -> object:
        """Return what the server goes by."""
        now = self.live.now.get(name)
        return self._running[name] if now is None else now()

    def _merged(self, changes: Changes) -> dict[str, object]:
        kept = dict(self._kept)
        for name, value in changes.items():
            if name in self.live.elsewhere:
                continue
            if value is None:
                kept.pop(name, None)
            else:
                kept[name] = value
        return kept

    def _check(self, changes: Changes, kept: Kept) -> Settled:
        """Return what the changes come to; raise `InvalidInputs` with all that is wrong."""
        errors = [error for name in changes if (error := self._forbids(name, changes[name]))]
        wrong = {error.field for error in errors}
        # What has a place elsewhere goes before what the environment says of it, too.
        given = {n: v for n, v in changes.items() if n not in wrong and v is not None}
        places = {n: v for n, v in given.items() if n in self.live.elsewhere}
        usable = {n: v for n, v in kept.items() if n not in wrong}
        settled = self._sheet.settle(usable, places)
        errors += [
            InvalidInput(_sentence(name, words), field=name) for name, words in settled.bad.items()
        ]
        if errors:
            raise InvalidInputs(errors)
        return settled

    def _forbids(self, name: str, value: str | None) -> ArgosyError | None:
        """Return why this setting cannot be set at all."""
        about = self._sheet.descriptions.get(name)
        if about is None:
            message = f"There is no setting {name[:64]!r}. `configuration` has all of them."
            return InvalidInput(message, field=name[:64])
        if about.is_fixed:
            message = (
                f"{name} is for whoever runs the machine to set: give {about.variable} and restart."
            )
            return InvalidInput(message, field=name)
        if value is not None and len(value) > LONGEST_VALUE:
            message = f"{name}: at most {LONGEST_VALUE:,} letters."
            return InvalidInput(message, field=name)
        if name in self.live.elsewhere or (source := self._set.sources[name]) not in ABOVE:
            return None
        where = "the environment" if source is Source.ENVIRONMENT else "the command line"
        message = (
            f"{about.variable} is set by {where} of the server, which goes before what is set "
            "here. Take it away there and restart; then it can be changed here."
        )
        return Conflict(message, field=name)

    async def _keep(self, changes: Changes) -> None:
        ours = {n: value for n, value in changes.items() if n not in self.live.elsewhere}
        put = {KEY_PREFIX + name: value for name, value in ours.items() if value is not None}
        gone = [KEY_PREFIX + name for name, value in ours.items() if value is None]
        if ours:
            await self._remembered.put_all(put, gone)

    async def _change_elsewhere(
        self, identity: Identity, changes: Changes, settled: Settled
    ) -> None:
        for name, value in changes.items():
            if place := self.live.elsewhere.get(name):
                if value is None:
                    await place.reset()
                else:
                    await place.set(identity, settled.values[name])

    async def _take(self, kept: Kept, settled: Settled) -> None:
        """Go by what is kept now, as far as that can be done at once."""
        self._kept = dict(kept)
        values = {n: v for n, v in settled.values.items() if n not in self.live.elsewhere}
        self._set = Settled({**self._set.values, **values}, settled.sources)
        for name, value in values.items():
            if value != self._now(name):
                await self._apply(name, value)

    async def _apply(self, name: str, value: object) -> None:
        """Hand on a new value. What cannot be taken at the moment is tried again."""
        try:
            if await self.live.apply(name, value):
                self._running[name] = value
        except Unavailable as error:
            log.warning("configuration.not_applied", name=name, reason=error.message)
        except Exception:
            log.exception("configuration.not_applied", name=name)

    async def _look_forever(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            await self._look()

    async def _look(self) -> None:
        try:
            async with self._changing:
                await self._refresh()
        except Unavailable as error:
            log.warning("configuration.cannot", reason=error.message)
        except Exception:
            log.exception("configuration.crashed")

    async def _refresh(self) -> None:
        """Take in what another server on the same database was told."""
        found = await self._remembered.all_below(KEY_PREFIX)
        kept = {key.removeprefix(KEY_PREFIX): value for key, value in found.items()}
        usable = {name: value for name, value in kept.items() if name not in self._ignored}
        if usable == self._kept:
            for name in self.live.names - self.live.elsewhere.keys():
                if self._running[name] != self._set.values[name]:
                    await self._apply(name, self._set.values[name])
            return
        settled = self._sheet.settle(usable)
        if settled.bad:
            if settled.bad != self._not_taken:  # it is looked at every few seconds
                log.warning("configuration.not_taken", reasons=dict(settled.bad))
            self._not_taken = dict(settled.bad)
            return
        self._not_taken = {}
        await self._take(usable, settled)


def _sentence(name: str, words: str) -> str:
    return f"{name}: {words}" + ("" if words.endswith(".") else ".")
