"""Asks plugins for another URL before a fetch, and checks what they say."""

import structlog

from services.engines.claiming import PLUGIN
from services.errors import ArgosyError
from services.outgoing.addresses import AddressPolicy
from services.outgoing.urls import FETCHABLE, check_target, parse_url
from services.plugins.claims import PluginClaims
from services.plugins.facts import about_task
from services.plugins.hooks import Hook
from services.plugins.host import PluginHost
from services.plugins.process import PluginFailed
from services.plugins.switchboard import Switchboard
from services.tasks.adding.orders import engine_of
from services.tasks.records import Task
from services.tasks.running.rewriting import Rewritten

REFUSED = "Refused"

log = structlog.get_logger(__name__)


class PluginRewriting:
    """Asks each plugin with the hook, one after another; each is given what the last one said.

    What a plugin says goes through the same checks as what a user says. Where it does not pass,
    or the plugin fails, the URL stays as it was.
    """

    def __init__(
        self, *, switchboard: Switchboard, claims: PluginClaims, policy: AddressPolicy
    ) -> None:
        self._switchboard = switchboard
        self._claims = claims
        self._policy = policy

    @property
    def is_wanted(self) -> bool:
        """Whether some plugin has the hook."""
        return bool(self._switchboard.hosts_with(Hook.BEFORE_FETCH))

    async def rewrite(self, task: Task, url: str) -> Rewritten | None:
        """Return what to fetch in the place of `url`, if some plugin says so."""
        found: Rewritten | None = None
        for host in self._switchboard.hosts_with(Hook.BEFORE_FETCH):
            try:
                answer = await self._ask(host, task, found.url if found else url)
            except PluginFailed as error:
                log.info("plugin.not_asked", plugin=host.manifest.name, reason=error.message)
                continue
            found = answer or found
        return found

    async def _ask(self, host: PluginHost, task: Task, url: str) -> Rewritten | None:
        facts = about_task(task, host.granted)
        answer = await host.ask(Hook.BEFORE_FETCH, {"task": facts, "url": url})
        if answer is None or answer == url:
            return None
        try:
            return self._checked(answer)
        except ArgosyError as error:
            message = f"The URL that before_fetch returned is not fetched: {error.message}"
            await self._switchboard.refuse(host.manifest.name, PluginFailed(message, kind=REFUSED))
            return None

    def _checked(self, answer: object) -> Rewritten:
        text = answer if isinstance(answer, str) else ""
        url = parse_url(text, schemes=FETCHABLE | self._claims.schemes)
        check_target(url, self._policy)
        return Rewritten(str(url), PLUGIN if self._claims.holds(url) else engine_of(url))
