"""What a rule is."""

from collections.abc import Collection, Sequence
from typing import Protocol

from services.alerts.records import Issue

# What is wrong, all of it; None where nobody can tell: then all stays as it is.
Found = Sequence[Issue] | None


class Watching(Protocol):
    """Looks at one thing, again and again.

    `every` is how many seconds there are between two looks at least. So that an alert does not
    come and go, what is `known` is well again only at some distance from where it gets wrong.
    """

    name: str
    every: float

    async def look(self, known: Collection[str]) -> Found:
        """Return all that is wrong now. `known` are the subjects about which alerts are open."""
        ...

    def watches(self, subject: str) -> bool:
        """Whether an alert about `subject` is this one's: then it is restored where all is well."""
        ...


class ServersRule:
    """A rule about what all servers on a database have in common: each of them sees the same."""

    name: str
    every = 0.0

    def watches(self, _subject: str) -> bool:
        return True


class MachinesRule:
    """A rule about the machine that it runs on: subjects begin with the machine's name."""

    name: str
    every = 0.0

    def __init__(self, machine: str) -> None:
        self._machine = machine

    def watches(self, subject: str) -> bool:
        return subject.partition(" ")[0] == self._machine

    def subject(self, what: str = "") -> str:
        """Return the subject of an alert about this machine, or about a part of it."""
        return f"{self._machine} {what}".strip()
