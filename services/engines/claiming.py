"""URLs that are fetched by others than their scheme says: by engines of plugins."""

from typing import Protocol

from yarl import URL

PLUGIN = "plugin"  # what fetches them, as tasks name it


class Claiming(Protocol):
    """What engines of plugins claim, now."""

    @property
    def schemes(self) -> frozenset[str]:
        """The schemes that are theirs."""
        ...

    def holds(self, url: URL) -> bool:
        """Whether a URL is theirs."""
        ...


class Unclaimed:
    """Nothing is claimed."""

    schemes: frozenset[str] = frozenset()

    def holds(self, url: URL) -> bool:
        return False
