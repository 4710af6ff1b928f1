"""Users who log in, over HTTP."""

from typing import Any

import pyotp

from services.access.identity import Role
from services.access.people.users import User
from tests.integration.http.running import Answer, Running

PASSWORD = "correct horse battery"
LOGIN = """
    mutation($input: LoginInput!) {
        login(input: $input) {
            tokens { accessToken accessTokenExpiresAt refreshToken refreshTokenExpiresAt sessionId }
            errors { code message field }
        }
    }
"""
REFRESH = """
    mutation($token: String!) {
        refreshLogin(input: { refreshToken: $token }) {
            tokens { accessToken refreshToken } errors { code message }
        }
    }
"""
VIEWER = "{ viewer { name credential account { hasSecondFactor recoveryCodeCount } } }"


async def person(argosy: Running, name: str = "bob", *, role: Role = Role.USER) -> User:
    """Make a user with a password."""
    kept = await argosy.container.access.passwords.hash(PASSWORD)
    return await argosy.container.access.users.create(name, role, password_hash=kept)


async def log_in(argosy: Running, name: str = "bob", **given: Any) -> Answer:
    """Ask for tokens, as somebody who has proved nothing."""
    wanted = {"name": name, "password": PASSWORD, **given}
    return await argosy.ask(LOGIN, key=None, input=wanted)


async def tokens(argosy: Running, name: str = "bob", **given: Any) -> Any:
    """Log in and return the tokens."""
    answer = (await log_in(argosy, name, **given)).data["login"]
    assert answer["errors"] == []
    return answer["tokens"]


async def access(argosy: Running, name: str = "bob", **given: Any) -> str:
    """Log in and return an access token."""
    return str((await tokens(argosy, name, **given))["accessToken"])


async def with_second_factor(argosy: Running, token: str) -> tuple[pyotp.TOTP, list[str]]:
    """Switch it on for whoever has this token; return the authenticator and recovery codes."""
    begun = await argosy.ask(
        "mutation($p: String!) { beginSecondFactor(input: { password: $p }) {"
        " secret uri qrCode errors { code } } }",
        key=token,
        p=PASSWORD,
    )
    totp = pyotp.TOTP(begun.data["beginSecondFactor"]["secret"])
    confirmed = await argosy.ask(
        "mutation($c: String!) { confirmSecondFactor(input: { code: $c }) {"
        " recoveryCodes errors { code message } } }",
        key=token,
        c=totp.now(),
    )
    return totp, confirmed.data["confirmSecondFactor"]["recoveryCodes"]
