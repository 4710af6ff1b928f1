"""Secrets of endpoints, and what proves that something was sent by whoever knows one.

Everything is signed twice: as seed 004 has it (`X-Webhook-Signature`, the secret as it stands is
the key), and by the rules of Standard Webhooks, where the key is what stands in base64 behind
`whsec_`. A secret that somebody chose and that does not begin so is the key as it stands in both.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.errors import InvalidInput

PREFIX = "whsec_"
KEY_SIZE = 32  # bytes
SHORTEST, LONGEST = 16, 256  # letters of one that somebody chose
SHORTEST_KEY, LONGEST_KEY = 16, 64  # bytes behind the prefix

SIGNATURE = "X-Webhook-Signature"
PREVIOUS_SIGNATURE = "X-Webhook-Signature-Previous"


def new_secret() -> str:
    """Return a new secret."""
    return PREFIX + base64.b64encode(secrets.token_bytes(KEY_SIZE)).decode()


def check_secret(text: str, *, field: str = "secret") -> str:
    """Return a secret that somebody chose; raise `InvalidInput`, which does not repeat it."""
    if not SHORTEST <= len(text) <= LONGEST or not (text.isascii() and text.isprintable()):
        message = (
            f"A secret has {SHORTEST} to {LONGEST} ASCII letters. Leave it away for a new one."
        )
        raise InvalidInput(message, field=field)
    if text.startswith(PREFIX):
        try:
            size = len(_key(text))
        except (ValueError, binascii.Error):
            size = 0
        if not SHORTEST_KEY <= size <= LONGEST_KEY:
            message = (
                f"Behind {PREFIX} stand {SHORTEST_KEY} to {LONGEST_KEY} bytes in base64. Leave "
                "the secret away for a new one."
            )
            raise InvalidInput(message, field=field)
    return text


def message_id(message: UUID) -> str:
    """Return the id by which a receiver knows what it was told before."""
    return f"msg_{message}"


def signatures(
    body: str, message: UUID, at: datetime, known: Sequence[str]
) -> list[tuple[str, str]]:
    """Return the headers that sign `body` with the `known` secrets, the newest first."""
    from standardwebhooks import Webhook as Signer  # not for everybody

    raw = body.encode()
    number = message_id(message)
    signed = " ".join(Signer(_key(secret)).sign(number, at, body) for secret in known)
    headers = [
        ("webhook-id", number),
        ("webhook-timestamp", str(int(at.timestamp()))),
        ("webhook-signature", signed),
    ]
    names = (SIGNATURE, PREVIOUS_SIGNATURE)
    return headers + [(n, _hex(raw, s)) for n, s in zip(names, known, strict=False)]


def _hex(body: bytes, secret: str) -> str:
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def _key(secret: str) -> bytes:
    """Return the key that a secret stands for by the rules of Standard Webhooks."""
    if not secret.startswith(PREFIX):
        return secret.encode()
    return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
