"""How fast a client may send."""

BURST = 2000.0  # what may come at once
RATE = 500.0  # what may come in a second after that


class Pace:
    """An allowance that what comes uses up, and that time gives back."""

    def __init__(self, now: float, *, burst: float = BURST, rate: float = RATE) -> None:
        self._burst = burst
        self._rate = rate
        self._left = burst
        self._at = now

    def spend(self, number: float, now: float) -> None:
        """Note that so much has come; it may be more than there is left."""
        self._left = min(self._burst, self._left + (now - self._at) * self._rate) - number
        self._at = now

    def wait(self, now: float) -> float:
        """Return for how many seconds nothing more should be taken."""
        return max(0.0, -self._left / self._rate - (now - self._at))
