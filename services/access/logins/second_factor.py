"""A second factor: six digits from somebody's telephone (TOTP, RFC 6238), and recovery codes.

The secret is sealed, and bound to its user. No code is taken twice, nor one before it. A recovery
code is 80 random bits: of each, only a digest is kept.
"""

import asyncio
import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from services.access.people.users import BY_ID, User, absent
from services.access.revision import advance
from services.clock import Clock
from services.errors import Conflict, InvalidInput, Unavailable
from services.sealing import KeyAway, Sealer
from services.store.rows import Row
from services.store.store import Store, Transaction

ISSUER = "Argosy"
STEP_SECONDS = 30
WINDOW = (-1, 0, 1)  # steps: clocks differ, and people type
CODES = 10
CODE_BYTES = 10
DIGITS = re.compile(r"[0-9]{6}")

PROPOSE = """
    UPDATE users SET totp_secret = ?, totp_step = 0
    WHERE id = ? AND totp_since IS NULL AND removed_at IS NULL RETURNING id
"""
SWITCH_ON = """
    UPDATE users SET totp_since = ?, totp_step = ?
    WHERE id = ? AND totp_secret = ? AND totp_since IS NULL RETURNING id
"""
SWITCH_OFF = """
    UPDATE users SET totp_secret = NULL, totp_since = NULL, totp_step = 0
    WHERE id = ? AND removed_at IS NULL RETURNING id
"""
USE_STEP = """
    UPDATE users SET totp_step = ? WHERE id = ? AND totp_step < ? AND totp_since IS NOT NULL
    RETURNING id
"""
USE_CODE = "DELETE FROM recovery_codes WHERE user_id = ? AND digest = ? RETURNING id"
FORGET_CODES = "DELETE FROM recovery_codes WHERE user_id = ?"
ADD_CODE = "INSERT INTO recovery_codes (user_id, digest) VALUES (?, ?)"
COUNT_CODES = "SELECT COUNT(*) AS n FROM recovery_codes WHERE user_id = ?"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A secret for an authenticator: to type in, to open, and as a picture (SVG) to scan."""

    secret: str
    uri: str
    picture: str


class SecondFactor:
    """Switches second factors on and off, and takes their codes."""

    def __init__(self, *, store: Store, clock: Clock, sealer: Sealer) -> None:
        self._store = store
        self._clock = clock
        self._sealer = sealer

    async def propose(self, user: User) -> Proposal:
        """Make a secret for a user; it counts once they have shown that they have it.

        Raises `Conflict` where there is a second factor already.
        """
        import pyotp

        secret = pyotp.random_base32()
        sealed = await asyncio.to_thread(self._sealer.seal, secret.encode(), bound_to(user.id))

        async def write(transaction: Transaction) -> None:
            if not await transaction.fetch(PROPOSE, sealed, user.id):
                message = "There is a second factor already. Switch it off first."
                raise Conflict(message)

        await self._store.write(write)
        uri = pyotp.TOTP(secret).provisioning_uri(name=user.name, issuer_name=ISSUER)
        return Proposal(secret, uri, await asyncio.to_thread(_picture, uri))  # it takes a moment

    async def confirm(self, user: User, code: str) -> list[str]:
        """Switch on what was proposed, for whoever has the first code; return recovery codes.

        Raises `InvalidInput` for a wrong code, `Conflict` where nothing was proposed.
        """
        row = await self._row(user.id)
        if row["totp_secret"] is None or row["totp_since"] is not None:
            message = "There is no second factor to confirm. Begin anew."
            raise Conflict(message)
        step = _step_of(await self._open(row), code, self._now())
        if step is None:
            message = "This code is wrong. Look at the clock of the device, and take the next one."
            raise InvalidInput(message, field="code")
        codes = _new_codes()

        async def write(transaction: Transaction) -> None:
            now, sealed = self._clock.now(), row["totp_secret"]
            if not await transaction.fetch(SWITCH_ON, now, step, user.id, sealed):
                message = "It was begun anew meanwhile. Begin again."
                raise Conflict(message)
            await _keep_codes(transaction, user.id, codes)
            await advance(transaction)

        await self._store.write(write)
        return codes

    async def new_codes(self, user: User) -> list[str]:
        """Return ten recovery codes, in the place of those that there were."""
        row = await self._row(user.id)
        if row["totp_since"] is None:
            message = "There is no second factor that codes could stand in for."
            raise Conflict(message)
        codes = _new_codes()
        await self._store.write(lambda t: _keep_codes(t, user.id, codes))
        return codes

    async def count_codes(self, user_id: int) -> int:
        """Return how many recovery codes a user still has."""
        (row,) = await self._store.fetch(COUNT_CODES, user_id)
        return int(row["n"])

    async def switch_off(self, user_id: int) -> None:
        """Forget the second factor of a user, and their recovery codes."""

        async def write(transaction: Transaction) -> None:
            if not await transaction.fetch(SWITCH_OFF, user_id):
                raise absent(user_id)
            await transaction.execute(FORGET_CODES, user_id)
            await advance(transaction)

        await self._store.write(write)

    async def take(self, user_id: int, code: str) -> bool:
        """Whether a code of the authenticator or a recovery code is right; it is right once."""
        row = await self._row(user_id)
        if row["totp_since"] is None:
            return False
        letters = re.sub(r"[\s-]", "", code[:64]).lower()
        if not DIGITS.fullmatch(letters):
            found = await self._change(USE_CODE, user_id, digest(user_id, letters))
            return bool(found)
        step = _step_of(await self._open(row), letters, self._now())
        return step is not None and bool(await self._change(USE_STEP, step, user_id, step))

    async def _change(self, statement: str, *values: object) -> Sequence[Row]:
        async def write(transaction: Transaction) -> Sequence[Row]:
            return await transaction.fetch(statement, *values)

        return await self._store.write(write)

    async def _row(self, user_id: int) -> Row:
        rows = await self._store.fetch(BY_ID, user_id)
        if not rows:
            raise absent(user_id)
        return rows[0]

    async def _open(self, row: Row) -> str:
        sealed, whose = row["totp_secret"], bound_to(row["id"])
        try:
            return (await asyncio.to_thread(self._sealer.open, sealed, whose)).decode()
        except KeyAway:
            raise
        except Unavailable as error:
            message = (
                "The second factor cannot be read: its key is lost. Take a recovery code, or ask "
                "an administrator to reset it."
            )
            raise Unavailable(message) from error

    def _now(self) -> int:
        return int(self._clock.now().timestamp())


def bound_to(user_id: int) -> str:
    """Return what the secret of a user is bound to when it is sealed."""
    return f"second factor of user {user_id}"


def digest(user_id: int, letters: str) -> str:
    """Return what is kept of a recovery code."""
    return hashlib.sha256(f"{user_id}:{letters}".encode(errors="surrogatepass")).hexdigest()


def _step_of(secret: str, code: str, now: int) -> int | None:
    """Return the step of time whose code this is, if it is near enough."""
    import pyotp

    made, found = pyotp.TOTP(secret), None
    for offset in WINDOW:  # all of them: how long it takes says nothing
        step = now // STEP_SECONDS + offset
        if hmac.compare_digest(made.generate_otp(step).encode(), code.encode(errors="replace")):
            found = step
    return found


def _new_codes() -> list[str]:
    import base64

    made = [base64.b32encode(secrets.token_bytes(CODE_BYTES)).decode() for _ in range(CODES)]
    return ["-".join(re.findall("....", code.lower())) for code in made]


async def _keep_codes(transaction: Transaction, user_id: int, codes: Sequence[str]) -> None:
    await transaction.execute(FORGET_CODES, user_id)
    kept = [(user_id, digest(user_id, code.replace("-", ""))) for code in codes]
    await transaction.execute_many(ADD_CODE, kept)


def _picture(uri: str) -> str:
    """Return the QR code of `uri` as an SVG that stands by itself."""
    import io

    import segno

    made = io.BytesIO()
    code = segno.make(uri, error="m", micro=False)
    code.save(made, kind="svg", scale=4, border=4, light="#fff", xmldecl=False, nl=False)
    return made.getvalue().decode()
