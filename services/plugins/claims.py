"""Which URLs the engines of plugins claim."""

from yarl import URL

from services.plugins.host import PluginHost
from services.plugins.switchboard import Switchboard


class PluginClaims:
    """What the plugins that are switched on claim in their manifests.

    It may be looked at from any thread.
    """

    def __init__(self, switchboard: Switchboard) -> None:
        self._switchboard = switchboard

    @property
    def schemes(self) -> frozenset[str]:
        """The schemes that are claimed."""
        hosts = self._switchboard.hosts
        return frozenset[str]().union(*(host.manifest.claims.schemes for host in hosts))

    def holds(self, url: URL) -> bool:
        """Whether a URL is claimed."""
        return self.host_of(url) is not None

    def host_of(self, url: URL) -> PluginHost | None:
        """Return the plugin that claims a URL: of several, the first by name."""
        for host in self._switchboard.hosts:
            if host.manifest.claims.hold(url.scheme, url.raw_host or ""):
                return host
        return None
