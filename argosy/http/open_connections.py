"""Who holds connections open: WebSockets and event streams, counted together."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from services.access.caller import Caller
from services.access.identity import Identity
from services.access.limits.networks import network_of
from services.access.revocations import Revocations
from services.errors import ErrorCode, RateLimited

MOST_STRANGERS = 50  # connections from one address that have not said yet who they are
STRANGERS_RETRY = timedelta(seconds=10)
USERS_RETRY = timedelta(seconds=30)


class OpenConnections:
    """Counts the open connections of this server, and refuses what is too many."""

    def __init__(
        self,
        *,
        revocations: Revocations,
        most_per_user: int,
        most_strangers: int = MOST_STRANGERS,
    ) -> None:
        self._revocations = revocations
        self.most_per_user = most_per_user
        self._most_strangers = most_strangers
        self._users: Counter[Hashable] = Counter()
        self._strangers: Counter[Hashable] = Counter()

    @contextmanager
    def of_stranger(self, caller: Caller) -> Iterator[None]:
        """Count a connection that has not said whose it is; raise `RateLimited`."""
        message = (
            f"{self._most_strangers} connections from this address have not said yet whose they "
            "are: send connection_init, or come back later."
        )
        refusal = RateLimited(message, retry_after=STRANGERS_RETRY, code=ErrorCode.LIMIT_REACHED)
        with _counted(self._strangers, network_of(caller.address), self._most_strangers, refusal):
            yield

    @contextmanager
    def of(self, identity: Identity, leave: Callable[[str], None]) -> Iterator[None]:
        """Count a connection of a user; raise `RateLimited`.

        `leave` is called with the reason once they may no longer be here; see `Revocations`.
        """
        message = f"One user has {self.most_per_user} open connections at most: close another."
        refusal = RateLimited(message, retry_after=USERS_RETRY, code=ErrorCode.LIMIT_REACHED)
        with (
            _counted(self._users, identity.user_id, self.most_per_user, refusal),
            self._revocations.guard(identity, leave),
        ):
            yield


@contextmanager
def _counted(
    counts: Counter[Hashable], key: Hashable, most: int, refusal: RateLimited
) -> Iterator[None]:
    if counts[key] >= most:
        raise refusal
    counts[key] += 1
    try:
        yield
    finally:
        counts[key] -= 1
        if not counts[key]:
            del counts[key]
