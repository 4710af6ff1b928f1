"""One plugin that is switched on: its queue of calls, and the process that does them in order.

The process is started with the first call, and anew after it was killed. Nobody waits for a
plugin but those who ask for an answer, and they not for long.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from contextvars import Context
from dataclasses import dataclass, field
from typing import Any

import structlog

from services.metrics import Metrics
from services.plugins.hooks import Hook
from services.plugins.manifest import Manifest
from services.plugins.output import Output
from services.plugins.process import Launch, PluginFailed, PluginHung, PluginProcess, Serve, start

MOST_WAITING = 1000  # calls; then the oldest is left out
LOAD_SECONDS = 30.0
OK = "ok"
DROPPED = "dropped"
OUT_OF_MEMORY = "MemoryError"

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Call:
    """A hook to be called. Somebody may wait for the `answer`; `about` is what is conflated."""

    hook: Hook
    arguments: Mapping[str, Any]
    about: str | None = None
    answer: asyncio.Future[Any] | None = field(default=None, repr=False)


class PluginHost:
    """Calls the hooks of one plugin. `launch` says how to start its process, each time anew.

    `failed` is told of each call that went wrong, and says whether to go on; it does not raise.
    """

    def __init__(
        self,
        *,
        manifest: Manifest,
        granted: frozenset[str],
        launch: Callable[[], Awaitable[Launch]],
        serve: Serve,
        failed: Callable[[PluginFailed], Awaitable[bool]],
        metrics: Metrics,
        seconds: float,
    ) -> None:
        self.manifest = manifest
        self.granted = granted
        self.launch = launch
        self.serve = serve
        self.failed = failed
        self.output = Output(manifest.name)
        self._metrics = metrics
        self._seconds = seconds
        self._waiting: deque[_Call] = deque()
        self._wake = asyncio.Event()
        self._process: PluginProcess | None = None
        # What it does has nothing to do with the request that switched it on.
        self._worker = asyncio.create_task(
            self._work(), name=f"plugin {manifest.name}", context=Context()
        )

    @property
    def pid(self) -> int | None:
        """The number of its process, if there is one."""
        return self._process.pid if self._process else None

    @property
    def is_over(self) -> bool:
        """Whether it does nothing any more."""
        return self._worker.done()

    @property
    def waiting(self) -> int:
        """How many calls wait for their turn."""
        return len(self._waiting)

    def has(self, hook: Hook) -> bool:
        """Whether the plugin is to be called for `hook`."""
        return hook in self.manifest.hooks

    def offer(self, hook: Hook, arguments: Mapping[str, Any], about: str | None = None) -> None:
        """Have a hook called when its turn comes. Of those `about` the same, the newest counts."""
        if about is not None:
            for call in self._waiting:
                if call.hook is hook and call.about == about:
                    call.arguments = arguments
                    return
        if len(self._waiting) >= MOST_WAITING:
            self._drop()
        self._waiting.append(_Call(hook, arguments, about))
        self._wake.set()

    async def ask(self, hook: Hook, arguments: Mapping[str, Any]) -> Any:
        """Call a hook before all that waits, and return its answer; raise `PluginFailed`.

        It waits for what is being done, and then for the answer, each as long as a hook may take.
        """
        if self.is_over:
            message = "The plugin was switched off."
            raise PluginFailed(message)
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        call = _Call(hook, arguments, answer=answer)
        self._waiting.appendleft(call)
        self._wake.set()
        try:
            async with asyncio.timeout(2 * self._seconds + LOAD_SECONDS):
                return await answer
        except TimeoutError as error:
            message = f"It is too busy to do {hook.value}."
            raise PluginHung(message) from error
        finally:
            if call in self._waiting:
                self._waiting.remove(call)

    async def try_out(self) -> None:
        """Start the process now, if there is none. Raises `PluginFailed`."""
        if self._process is None:
            self._process = await self._start()

    async def close(self) -> None:
        """End the process; what waits is not done."""
        self._worker.cancel()
        await asyncio.gather(self._worker, return_exceptions=True)
        await self._end()
        self._give_up_all()

    def count(self, hook: Hook, outcome: str, seconds: float | None = None) -> None:
        """Count a call that was made."""
        name = self.manifest.name
        self._metrics.plugin_calls.labels(plugin=name, hook=hook.value, outcome=outcome).inc()
        if seconds is not None:
            self._metrics.plugin_call_seconds.labels(plugin=name, hook=hook.value).observe(seconds)

    async def _work(self) -> None:
        while True:
            while not self._waiting:
                self._wake.clear()
                await self._wake.wait()
            call = self._waiting.popleft()
            try:
                result = await self._do(call)
            except PluginFailed as error:
                self._give_up(call, error)
                if not await self.failed(error):
                    await self._end()
                    self._give_up_all()
                    return
            except asyncio.CancelledError:
                self._give_up(call, PluginFailed("The plugin was switched off."))
                raise
            except Exception:
                log.exception("plugin.host_failed", plugin=self.manifest.name)
                self._give_up(call, PluginFailed("Argosy made a mistake; its log has the details."))
                await self._end()
            else:
                if call.answer is not None and not call.answer.done():
                    call.answer.set_result(result)

    async def _do(self, call: _Call) -> Any:
        now = asyncio.get_running_loop().time
        if self._process is None:
            self._process = await self._start()
        began = now()
        try:
            result = await self._process.call(call.hook.value, call.arguments, self._seconds)
        except PluginFailed as error:
            self.count(call.hook, error.outcome, now() - began)
            if error.outcome != PluginFailed.outcome or error.kind == OUT_OF_MEMORY:
                await self._end()
            raise
        self.count(call.hook, OK, now() - began)
        return result

    async def _start(self) -> PluginProcess:
        launch = await self.launch()
        return await start(launch, self.serve, self.output, LOAD_SECONDS)

    async def _end(self) -> None:
        if self._process is not None:
            process, self._process = self._process, None
            await process.close()

    def _drop(self) -> None:
        for call in self._waiting:
            if call.answer is None:
                self._waiting.remove(call)
                self.count(call.hook, DROPPED)
                return

    def _give_up_all(self) -> None:
        while self._waiting:
            self._give_up(self._waiting.popleft(), PluginFailed("The plugin was switched off."))

    def _give_up(self, call: _Call, error: PluginFailed) -> None:
        if call.answer is not None and not call.answer.done():
            call.answer.set_exception(error)
