"""The scenarios: what is downloaded, from which server, by whom."""

from dataclasses import dataclass, field

ARGOSY = "argosy"
ARIA2 = "aria2c -x1"
CURL = "curl"


@dataclass(frozen=True, slots=True)
class Race:
    """Who downloads something the quickest, and with the least."""

    name: str
    title: str
    what: str  # a file or a folder of the origin
    server: str = "plain"  # or limited, uneven, tls
    others: tuple[str, ...] = (ARIA2, CURL)
    at_once: int = 1
    connections: int | None = None  # that Argosy is told to use
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def contestants(self) -> tuple[str, ...]:
        """All who take part, Argosy first."""
        return ARGOSY, *self.others

    @property
    def base(self) -> str:
        """The first of the others: ratios are to it."""
        return self.others[0]


RACES = (
    Race(
        "big",
        "One file of 2 GiB over http",
        "big.bin",
        others=(ARIA2, "aria2c -x4", "aria2c -x16", "aria2c -x16 -k1M", CURL),
    ),
    Race(
        "big-inline",
        "The same, hashed while it comes in (`ARGOSY_HASH=inline`), aria2c without hashing",
        "big.bin",
        others=(ARIA2,),
        settings={"hash": "inline"},
    ),
    Race("tls", "One file of 512 MiB over TLS 1.3", "middle.bin", "tls"),
    Race(
        "uneven",
        "512 MiB from a server that gives each connection 20 MiB/s, every tenth 2 MiB/s; "
        "16 connections",
        "middle.bin",
        "uneven",
        others=("aria2c -x16", "aria2c -x16 -k1M"),
        connections=16,
    ),
    Race("medium10", "200 files of 5 MiB, 10 at once", "medium", at_once=10),
    Race("small10", "2,000 files of 100 KiB, 10 at once", "small", at_once=10),
)
MEMORY = "memory"
LATENCY = "latency"
NAMES = (*(race.name for race in RACES), MEMORY, LATENCY)


@dataclass(frozen=True, slots=True)
class Goal:
    """What a ratio, or a difference, should be at most. `measure` is wall, cpu or a column."""

    words: str
    scenario: str
    measure: str
    of: str  # a contestant, or empty where a difference counts
    most: float
    stretch: float | None = None
    unit: str = ""


BEST = "aria2c's best"
GOALS = (
    Goal("2 GiB over http, wall, to aria2c -x1", "big", "wall", ARIA2, 0.60, 0.50),
    Goal("2 GiB over http, wall, to aria2c's best", "big", "wall", BEST, 0.75, 0.60),
    Goal("2 GiB over http, CPU, to aria2c -x1", "big", "cpu", ARIA2, 0.60, 0.50),
    Goal("2 GiB over http, CPU, to curl", "big", "cpu", CURL, 0.75, 0.65),
    Goal("hashed inline, CPU, to aria2c -x1 without", "big-inline", "cpu", ARIA2, 1.05, 0.95),
    Goal("TLS, wall, to aria2c -x1", "tls", "wall", ARIA2, 1.25, 1.10),
    Goal("uneven server, wall, to aria2c -x16", "uneven", "wall", "aria2c -x16", 0.25, 0.15),
    Goal("200 files of 5 MiB, wall, to aria2c", "medium10", "wall", ARIA2, 1.0, 0.7),
    Goal("2,000 files of 100 KiB, wall, to aria2c", "small10", "wall", ARIA2, 3.0, 2.0),
    Goal("memory added by 16 segments", MEMORY, "added", "", 24, 16, " MiB"),
    Goal("p99 of `{ status { version } }`, added", LATENCY, "added", "", 20, None, " ms"),
)
