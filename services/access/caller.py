"""From where somebody speaks to the server."""

from dataclasses import dataclass

LONGEST_AGENT = 256  # letters that are kept


@dataclass(frozen=True, slots=True)
class Caller:
    """The address of whoever is at the other end, and what their program calls itself.

    `address` is that of the peer, or what a trusted proxy says of it; empty where there is none.
    """

    address: str = ""
    agent: str = ""


NOBODY = Caller()
