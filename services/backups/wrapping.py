"""The key that seals secrets, shut in with a passphrase: only so does it go into an archive."""

import base64
import hashlib
import secrets
from typing import Any

import orjson

from services.errors import InvalidInput

SHORTEST_PASSPHRASE = 12  # letters
COST = {"n": 1 << 17, "r": 8, "p": 1}  # of scrypt: 128 MiB, and about half a second
MOST_COST = {"n": 1 << 19, "r": 8, "p": 4}  # what is taken from an archive
MOST_MEMORY = 1 << 30  # bytes
SALT_SIZE = 16
NONCE_SIZE = 12
ABOUT = b"argosy: wrapped key file, version 1"


def wrap(content: bytes, passphrase: str) -> bytes:
    """Return `content` such that only `passphrase` opens it; raise `InvalidInput`. It is slow."""
    if len(passphrase) < SHORTEST_PASSPHRASE:
        message = f"A passphrase has at least {SHORTEST_PASSPHRASE} letters. Choose a longer one."
        raise InvalidInput(message, field="passphrase")
    salt, nonce = secrets.token_bytes(SALT_SIZE), secrets.token_bytes(NONCE_SIZE)
    sealed = _cipher(passphrase, salt, COST).encrypt(nonce, content, ABOUT)
    parts = {"salt": salt, "nonce": nonce, "sealed": sealed}
    shown = {name: base64.b64encode(part).decode() for name, part in parts.items()}
    return orjson.dumps({"version": 1, "kdf": "scrypt", **COST, "cipher": "AES-256-GCM", **shown})


def unwrap(wrapped: bytes, passphrase: str) -> bytes:
    """Return what was wrapped; raise `InvalidInput` where it cannot be."""
    from cryptography.exceptions import InvalidTag

    try:
        content = orjson.loads(wrapped)
        cost = _read_cost(content)
        salt, nonce, sealed = (
            base64.b64decode(content[name], validate=True) for name in ("salt", "nonce", "sealed")
        )
        return bytes(_cipher(passphrase, salt, cost).decrypt(nonce, sealed, ABOUT))
    except InvalidTag as error:
        message = "This is not the passphrase with which the key was wrapped. Try another."
        raise InvalidInput(message, field="passphrase") from error
    except (ValueError, KeyError, TypeError) as error:
        message = "The wrapped key in the archive is damaged. Take another archive."
        raise InvalidInput(message) from error


def _read_cost(content: Any) -> dict[str, int]:
    cost = {name: content[name] for name in COST}
    if content["version"] != 1 or any(
        type(value) is not int or not 0 < value <= MOST_COST[name] for name, value in cost.items()
    ):
        message = "of another version, or too dear"
        raise ValueError(message)
    return cost


def _cipher(passphrase: str, salt: bytes, cost: dict[str, int]) -> Any:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    # It lets other threads run meanwhile.
    key = hashlib.scrypt(passphrase.encode(), salt=salt, dklen=32, maxmem=MOST_MEMORY, **cost)
    return AESGCM(key)
