"""Programs that log in with the name and password of a user, and get tokens."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from services.access.caller import Caller
from services.access.identity import ALL_SCOPES, Scope
from services.access.logins.logins import Challenge, Logins
from services.access.logins.tokens import Grant, Tokens
from services.errors import ErrorCode, InvalidInput, Unauthorized


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a program logs in with; `code` is of the second factor, where there is one."""

    name: str
    password: str
    code: str | None = None
    scopes: Sequence[str] | None = None


class Programs:
    """Logs programs in."""

    def __init__(self, *, logins: Logins, tokens: Tokens) -> None:
        self._logins = logins
        self._tokens = tokens

    async def log_in(self, given: Credentials, caller: Caller) -> Grant:
        """Return the first tokens of a new session.

        Raises `Unauthorized`, with the code `SECOND_FACTOR_NEEDED` where its code is missing,
        `InvalidInput` for a scope that there is not, and `RateLimited` after too many attempts.
        """
        scopes = named_scopes(given.scopes, field="scopes")
        answer = await self._logins.begin(given.name, given.password, caller)
        if isinstance(answer, Challenge):
            if not given.code:
                message = "This user has a second factor: send its code too."
                raise Unauthorized(message, code=ErrorCode.SECOND_FACTOR_NEEDED, field="code")
            answer = await self._logins.answer(answer.token, given.code, caller)
        return await self._tokens.begin(answer, caller, scopes)

    async def renew(self, refresh: str, caller: Caller) -> Grant:
        """Return the next tokens of a session; raise `Unauthorized`."""
        return await self._tokens.renew(refresh, caller)


def named_scopes(words: Iterable[str] | None, *, field: str) -> frozenset[Scope]:
    """Return the scopes that are called so, all where none are given; raise `InvalidInput`."""
    if words is None:
        return ALL_SCOPES
    named = frozenset(words)
    if unknown := sorted(named - {scope.value for scope in Scope}):
        known = ", ".join(Scope)
        message = f"{unknown[0][:64]!r} is no scope; take some of: {known}."
        raise InvalidInput(message, field=field)
    return frozenset(Scope(word) for word in named)
