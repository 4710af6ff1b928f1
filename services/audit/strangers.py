"""How much is kept of what strangers try: enough to see it, too little to fill a disk."""

MOST = 600  # entries in `SECONDS`, of all strangers together
SECONDS = 60.0


class Strangers:
    """Counts the entries about those who have not proved who they are."""

    def __init__(self) -> None:
        self._since = float("-inf")
        self._taken = 0
        self._left_out = 0

    def takes(self, now: float) -> bool:
        """Whether one more is kept; `now` is in seconds of a clock that only goes on."""
        if now - self._since >= SECONDS:
            self._since, self._taken = now, 0
        self._taken += 1
        if self._taken <= MOST:
            return True
        self._left_out += 1
        return False

    def left_out(self, now: float) -> int:
        """Return how many were left out in a span that is over, once."""
        if now - self._since < SECONDS:
            return 0
        count, self._left_out = self._left_out, 0
        return count
