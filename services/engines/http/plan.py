"""Who fetches which bytes of a file: segments, and stealing from those that are slow."""

from dataclasses import dataclass, field

from services.engines.unfinished.ranges import Span

LEAST = 256 << 10  # bytes; what is less is not worth a connection of its own
SOON = 0.15  # seconds; what ends within that is left to end
SLOW = 8  # so many times slower than the fastest is slow
MUCH = 8 << 20  # bytes a second; what is an eighth of that is not slow, whatever others do
MOST_REPLACED = 16  # segments that are asked for once more as a whole


@dataclass(eq=False, slots=True)
class Segment:
    """Bytes from `start` to before `end` (None: to wherever the file ends).

    `at` is the next byte that comes. `kept` is what it keeps if all that was asked of others
    in its place is answered; `end` follows when they are. `speed` is bytes a second.
    """

    start: int
    end: int | None
    victim: "Segment | None" = None
    speed: float = 0.0  # until it is measured, what is expected
    heard: float = 0.0  # when the last bytes came, on the loop's clock
    at: int = field(init=False)
    kept: int | None = field(init=False)

    def __post_init__(self) -> None:
        self.at, self.kept = self.start, self.end

    @property
    def left(self) -> int:
        """How many bytes it still has to fetch."""
        return max(0, (self.kept or self.at) - self.at)

    @property
    def is_done(self) -> bool:
        """Whether all of it has come."""
        return self.end is not None and self.at >= self.end

    def seconds_left(self) -> float:
        """How long the rest takes at its present speed."""
        return self.left / self.speed if self.speed > 1 else float("inf")


class Plan:
    """What is missing of a file, and who is at it."""

    def __init__(self, missing: list[Span]) -> None:
        self._waiting: list[Span] = sorted(missing, reverse=True)
        self.active: list[Segment] = []
        self._replaced = 0
        self._fastest = 0.0

    @property
    def is_done(self) -> bool:
        """Whether nothing is missing."""
        return not self._waiting and not self.active

    @property
    def has_work(self) -> bool:
        """Whether there is something for one more connection."""
        return bool(self._waiting) or any(map(self._may_lose, self.active))

    @property
    def left(self) -> int:
        """How many bytes are missing."""
        return sum(b - a for a, b in self._waiting) + sum(s.left for s in self.active)

    def begin(self, start: int, end: int | None) -> Segment:
        """Return a segment for just these bytes."""
        segment = Segment(start, end)
        stop = start if end is None else end
        kept = [(a, min(b, start)) for a, b in self._waiting if a < start]
        kept += [(max(a, stop), b) for a, b in self._waiting if b > stop]
        self._waiting = sorted(kept, reverse=True)
        self.active.append(segment)
        return segment

    def take(self) -> Segment | None:
        """Return the next segment that nobody is at, else a part of what is slowest."""
        if self._waiting:
            return self.begin(*self._waiting[-1])
        able = [segment for segment in self.active if self._may_lose(segment)]
        victim = max(able, key=Segment.seconds_left, default=None)
        if victim is None or victim.kept is None:
            return None
        usual = self._usual_speed(victim)
        share = self._share(victim, usual)
        self._replaced += share == victim.left
        start = victim.kept - share
        thief = Segment(start, victim.kept, victim, speed=self._first_speed(victim, usual))
        victim.kept = start
        self.active.append(thief)
        return thief

    def commit(self, thief: Segment) -> Segment | None:
        """What was stolen is on its way: the victim stops before it.

        Returns the victim if nothing is left to it.
        """
        victim, thief.victim = thief.victim, None
        if victim is None or victim.end is None:
            return None
        victim.end = min(victim.end, max(thief.start, victim.at))
        return victim if victim.is_done else None

    def end(self, segment: Segment) -> None:
        """Nobody is at `segment` any more; what it still lacks waits for another."""
        self.active.remove(segment)
        self._fastest = max(self._fastest, segment.speed)
        if segment.kept is None or segment.at >= segment.kept:
            return
        if segment.at == segment.start and self._give_back(segment):
            return
        self._waiting.append((segment.at, segment.kept))
        self._waiting.sort(reverse=True)

    def _give_back(self, thief: Segment) -> bool:
        """Leave the bytes to whoever has asked for them too, and would get to them."""
        for other in self.active:
            if other.kept == thief.start and (other.end or 0) >= (thief.kept or 0):
                other.kept = thief.kept
                return True
        return False

    def _may_lose(self, victim: Segment) -> bool:
        if victim.seconds_left() <= SOON:
            return False
        return victim.left >= 2 * LEAST or self._may_be_replaced(victim)

    def _may_be_replaced(self, victim: Segment) -> bool:
        """Whether another is to fetch all that is left: the last bytes must not take longest."""
        return victim.left > 0 and self._is_slow(victim) and self._replaced < MOST_REPLACED

    def _is_slow(self, segment: Segment) -> bool:
        return segment.speed * SLOW < self._good_speed()

    def _good_speed(self) -> float:
        """Return what the fastest has brought so far, as far as that matters."""
        self._fastest = max(self._fastest, *(s.speed for s in self.active))
        return min(self._fastest, MUCH)

    def _usual_speed(self, victim: Segment) -> float:
        """Return how fast a connection will be, going by those that there are."""
        others = [s.speed for s in self.active if s is not victim and s.speed > 1]
        return max(sum(others) / len(others), victim.speed) if others else victim.speed

    def _first_speed(self, victim: Segment, usual: float) -> float:
        """Return what to expect of one that takes from `victim`, until it has been heard.

        It is not slow before that, or the two would take the same bytes from each other, over
        and over, and none would get to bring them.
        """
        return max(usual, self._good_speed()) if self._is_slow(victim) else usual

    def _share(self, victim: Segment, usual: float) -> int:
        """Return how much to take so that both end together."""
        if victim.left < 2 * LEAST:
            return victim.left
        share = victim.left / 2
        if usual > 0:
            share = victim.left * usual / (usual + victim.speed)
        return int(min(max(share, LEAST), victim.left - LEAST))
