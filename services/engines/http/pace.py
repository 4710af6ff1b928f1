"""How many connections a file gets: one, and more for as long as that makes it faster."""

WINDOW = 0.1  # seconds over which the speed is taken
ENOUGH = 256 << 10  # bytes in a window, before it says anything
RISE = 1.2  # how much faster twice the connections must be
FAST = 128 << 20  # bytes a second; one connection that brings that is not what limits
AGAIN = 0.75  # seconds until more are tried once more; then twice as long each time
LONGEST = 60.0


class Pace:
    """Decides when to add connections. Times are seconds on the loop's clock."""

    def __init__(self, most: int, now: float, received: int = 0) -> None:
        self.most = most
        self.allowed = 1  # how many have proved to help, or are being tried
        self.speed = 0.0  # of all connections together, bytes a second
        self._began, self._received = now, received
        self._before: tuple[float, int] | None = None  # speed and number before the last try
        self._has_waited = False  # for the last ones to come up to speed
        self._not_before = 0.0
        self._pause = AGAIN

    def look(self, now: float, received: int, active: int) -> None:
        """Set `allowed` anew, with `received` bytes in all and `active` connections."""
        span, came = now - self._began, received - self._received
        if span < WINDOW or (came < ENOUGH and span < 10 * WINDOW):
            return
        self.speed = came / span
        self._began, self._received = now, received
        if active == 0 or not self._has_helped(now) or now < self._not_before:
            return
        if active >= self.most or self.speed / active > FAST:
            return
        self._before, self._has_waited = (self.speed, active), False
        self.allowed = min(2 * active, self.most)

    def refuse(self, active: int) -> None:
        """The server wants no more connections than `active`."""
        self.most = min(self.most, max(1, active))
        self.allowed = min(self.allowed, self.most)

    def _has_helped(self, now: float) -> bool:
        """Whether the connections that were added last have made it faster."""
        if self._before is None:
            return True
        speed, number = self._before
        if self.speed >= speed * RISE:
            self._before = None
            return True
        if self._has_waited:
            self._before, self.allowed = None, number
            self._not_before, self._pause = now + self._pause, min(LONGEST, self._pause * 2)
        self._has_waited = True
        return False
