"""Secrets in the settings of plugins, sealed with another key."""

from dataclasses import dataclass, field

from services.errors import Unavailable
from services.plugins.preferences import SEALED, bound_to, resealed
from services.sealing import KeyAway, Sealer
from services.store.rows import read_json, write_json
from services.store.store import Reader, Transaction

ALL = "SELECT name, settings FROM plugins ORDER BY name"
RESEAL = "UPDATE plugins SET settings = ? WHERE name = ?"


@dataclass(slots=True)
class ResealedSettings:
    """How many secrets are under the new key, and how many had another's."""

    texts: int = 0
    lost: int = 0
    fresh: list[tuple[str, str]] = field(default_factory=list)


async def is_setting_sealed(reader: Reader) -> bool:
    """Whether a plugin has a setting that needs the key."""
    rows = await reader.fetch(ALL)
    return any(f'"{SEALED}"' in write_json(read_json(row["settings"])) for row in rows)


async def reseal_settings(transaction: Transaction, sealer: Sealer) -> ResealedSettings:
    """Seal the secrets of all plugins with the newest key."""
    done = ResealedSettings()
    for row in await transaction.fetch(ALL):
        name, settings = row["name"], read_json(row["settings"])

        def renew(text: str, whose: str = bound_to(name)) -> str:
            try:
                content = sealer.open(text, whose)
            except KeyAway:
                raise
            except Unavailable:  # of a key that is in nobody's file any more
                done.lost += 1
                return text
            done.texts += 1
            return sealer.seal(content, whose)

        done.fresh.append((write_json(resealed(settings, renew)), name))
    await transaction.execute_many(RESEAL, done.fresh)
    return done
