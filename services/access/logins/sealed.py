"""Second factors, sealed with another key."""

from dataclasses import dataclass

from services.access.logins.second_factor import bound_to
from services.errors import Unavailable
from services.sealing import KeyAway, Sealer
from services.store.store import Reader, Transaction

SEALED = "SELECT id, totp_secret FROM users WHERE totp_secret IS NOT NULL ORDER BY id"
RESEAL = "UPDATE users SET totp_secret = ? WHERE id = ?"


@dataclass(frozen=True, slots=True)
class ResealedFactors:
    """How many users have their second factor under the new key, and how many had another's."""

    users: int
    lost: int


async def is_factor_sealed(reader: Reader) -> bool:
    """Whether somebody's second factor needs the key."""
    return bool(await reader.fetch(f"{SEALED} LIMIT 1"))


async def reseal_factors(transaction: Transaction, sealer: Sealer) -> ResealedFactors:
    """Seal the second factors of all users with the newest key."""
    fresh, lost = [], 0
    for row in await transaction.fetch(SEALED):
        whose = bound_to(row["id"])
        try:
            content = sealer.open(row["totp_secret"], whose)
        except KeyAway:
            raise
        except Unavailable:  # of a key that is in nobody's file any more
            lost += 1
            continue
        fresh.append((sealer.seal(content, whose), row["id"]))
    await transaction.execute_many(RESEAL, fresh)
    return ResealedFactors(len(fresh), lost)
