"""Tokens of programs: short, of one kind, revocable; and those that renew them, once each."""

import asyncio
import base64
import hashlib
import hmac
import json
from datetime import timedelta

import jwt
import pytest

from services.access.identity import CredentialKind, Identity, Role, Scope
from services.access.logins.sessions import Sessions
from services.access.logins.tokens import Tokens, is_access_token
from services.access.people.users import Change, User, Users
from services.errors import Unauthorized, Unavailable
from services.sealing import Sealer
from services.store.store import Store
from tests.fakes.clock import FakeClock
from tests.integration.services.access.conftest import CALLER


def coded(content: object) -> str:
    text = content if isinstance(content, bytes) else json.dumps(content).encode()
    return base64.urlsafe_b64encode(text).decode().rstrip("=")


def signed(header: object, claims: object, key: bytes) -> str:
    content = f"{coded(header)}.{coded(claims)}"
    return f"{content}.{coded(hmac.digest(key, content.encode(), 'sha256'))}"


async def test_access_token_proves_whose_it_is(
    tokens: Tokens, alice: User, clock: FakeClock
) -> None:
    grant = await tokens.begin(alice, CALLER, [Scope.TASKS_READ])

    identity = await tokens.authenticate(grant.access.value)

    assert identity == Identity(alice.id, "alice", Role.USER, frozenset({Scope.TASKS_READ}))
    assert identity.credential.kind is CredentialKind.ACCESS
    assert identity.credential.id == grant.session.id
    assert identity.credential.expires_at == clock.now() + timedelta(minutes=15)


async def test_access_token_says_what_it_is_for(tokens: Tokens, alice: User) -> None:
    token = (await tokens.begin(alice, CALLER)).access.value

    claims = jwt.decode(token, options={"verify_signature": False})
    header = jwt.get_unverified_header(token)
    assert (claims["iss"], claims["aud"], claims["sub"]) == ("argosy", "argosy:api", str(alice.id))
    assert claims["exp"] - claims["iat"] == 900
    assert (header["alg"], header["typ"]) == ("HS256", "at+jwt")
    assert is_access_token(token)


async def test_access_token_expires(tokens: Tokens, alice: User, clock: FakeClock) -> None:
    token = (await tokens.begin(alice, CALLER)).access.value
    clock.advance(15 * 60 - 1)
    await tokens.authenticate(token)
    clock.advance(1)

    with pytest.raises(Unauthorized, match="expired"):
        await tokens.authenticate(token)


async def test_other_algorithms_are_refused(tokens: Tokens, alice: User, sealer: Sealer) -> None:
    token = (await tokens.begin(alice, CALLER)).access.value
    header, claims = jwt.get_unverified_header(token), token.split(".")[1]
    key = sealer.derive("access tokens")[0][1]

    for algorithm in ("none", "None", "HS384", "HS512", "RS256", ""):
        head = coded({**header, "alg": algorithm})
        digest = hashlib.sha512 if algorithm == "HS512" else hashlib.sha384
        mark = coded(hmac.new(key, f"{head}.{claims}".encode(), digest).digest())
        for forged in (f"{head}.{claims}.", f"{head}.{claims}.{mark}"):
            with pytest.raises(Unauthorized):
                await tokens.authenticate(forged)


@pytest.mark.parametrize(
    "change",
    [
        {"iss": "somebody"},
        {"aud": "else"},
        {"exp": None},
        {"sid": None},
        {"sub": None},
        {"aud": None},
        {"iss": None},
        {"jti": None},
        {"iat": None},
    ],
    ids=str,
)
async def test_claims_that_are_wrong_or_missing_are_refused(
    tokens: Tokens, alice: User, sealer: Sealer, change: dict[str, str | None]
) -> None:
    token = (await tokens.begin(alice, CALLER)).access.value
    header = jwt.get_unverified_header(token)
    claims = jwt.decode(token, options={"verify_signature": False}) | change
    kept = {name: value for name, value in claims.items() if value is not None}
    key = sealer.derive("access tokens")[0][1]

    with pytest.raises(Unauthorized):
        await tokens.authenticate(signed(header, kept, key))


async def test_forged_token_is_refused(tokens: Tokens, alice: User) -> None:
    token = (await tokens.begin(alice, CALLER)).access.value
    head, claims, mark = token.split(".")
    header = jwt.get_unverified_header(token)
    body = jwt.decode(token, options={"verify_signature": False})

    for forged in (
        f"{head}.{claims}.{mark[:-2]}AA",
        f"{head}.{coded(body | {'sub': '1'})}.{mark}",
        signed(header, body, b""),
        signed(header, body, bytes(32)),
        signed(header | {"kid": "00000000"}, body, bytes(32)),
        signed(header | {"kid": None}, body, bytes(32)),
        signed(header | {"jwk": {"kty": "oct", "k": ""}}, body, b""),
        "a.b.c",
        "..",
        "é.é.é",
    ):
        with pytest.raises(Unauthorized):
            await tokens.authenticate(forged)


async def test_ended_session_ends_its_tokens(
    tokens: Tokens, sessions: Sessions, alice: User
) -> None:
    grant = await tokens.begin(alice, CALLER)

    await sessions.end(await tokens.authenticate(grant.access.value), grant.session.id)

    with pytest.raises(Unauthorized):
        await tokens.authenticate(grant.access.value)
    with pytest.raises(Unauthorized):
        await tokens.renew(grant.refresh, CALLER)


async def test_deactivated_user_has_no_tokens(tokens: Tokens, users: Users, alice: User) -> None:
    grant = await tokens.begin(alice, CALLER)

    await users.update(alice.id, Change(is_active=False))

    with pytest.raises(Unauthorized):
        await tokens.authenticate(grant.access.value)
    with pytest.raises(Unauthorized):
        await tokens.renew(grant.refresh, CALLER)


async def test_refresh_token_gives_the_next(
    tokens: Tokens, alice: User, clock: FakeClock, store: Store
) -> None:
    first = await tokens.begin(alice, CALLER, [Scope.TASKS_READ])
    clock.advance(20 * 60)

    second = await tokens.renew(first.refresh, CALLER)
    third = await tokens.renew(second.refresh, CALLER)

    assert len({first.refresh, second.refresh, third.refresh}) == 3
    assert {first.session.id, second.session.id, third.session.id} == {first.session.id}
    assert (await tokens.authenticate(third.access.value)).scopes == {Scope.TASKS_READ}
    (row,) = await store.fetch("SELECT * FROM sessions")
    assert third.refresh[15:] not in repr(dict(row))


async def test_used_refresh_token_ends_the_session(tokens: Tokens, alice: User) -> None:
    first = await tokens.begin(alice, CALLER)
    second = await tokens.renew(first.refresh, CALLER)

    with pytest.raises(Unauthorized):
        await tokens.renew(first.refresh, CALLER)

    with pytest.raises(Unauthorized):
        await tokens.renew(second.refresh, CALLER)
    with pytest.raises(Unauthorized):
        await tokens.authenticate(second.access.value)


async def test_refresh_token_is_taken_once_by_all_who_have_it(tokens: Tokens, alice: User) -> None:
    grant = await tokens.begin(alice, CALLER)

    results = await asyncio.gather(
        *(tokens.renew(grant.refresh, CALLER) for _ in range(4)), return_exceptions=True
    )

    assert sum(not isinstance(result, Exception) for result in results) == 1
    assert {type(r) for r in results if isinstance(r, Exception)} == {Unauthorized}


async def test_who_knows_only_the_session_cannot_end_it(tokens: Tokens, alice: User) -> None:
    grant = await tokens.begin(alice, CALLER)
    forged = "argosy_refresh_" + coded(grant.session.id.bytes + bytes(48))

    with pytest.raises(Unauthorized):
        await tokens.renew(forged, CALLER)

    assert (await tokens.authenticate(grant.access.value)).user_id == alice.id
    assert (await tokens.renew(grant.refresh, CALLER)).session.id == grant.session.id


@pytest.mark.parametrize("token", ["", "argosy_refresh_", "argosy_refresh_AAAA", "é", "\udcff"])
async def test_nonsense_is_no_refresh_token(tokens: Tokens, alice: User, token: str) -> None:
    await tokens.begin(alice, CALLER)

    with pytest.raises(Unauthorized):
        await tokens.renew(token, CALLER)


async def test_access_token_is_no_refresh_token(tokens: Tokens, alice: User) -> None:
    grant = await tokens.begin(alice, CALLER)

    with pytest.raises(Unauthorized):
        await tokens.renew(grant.access.value, CALLER)
    with pytest.raises(Unauthorized):
        await tokens.authenticate(grant.refresh)


async def test_login_lasts_while_it_is_renewed(
    tokens: Tokens, alice: User, clock: FakeClock
) -> None:
    grant = await tokens.begin(alice, CALLER)
    for _ in range(3):
        clock.advance(timedelta(days=29).total_seconds())
        grant = await tokens.renew(grant.refresh, CALLER)
    clock.advance(timedelta(days=30).total_seconds())

    with pytest.raises(Unauthorized):
        await tokens.renew(grant.refresh, CALLER)


async def test_new_key_signs_and_the_one_before_it_still_counts(
    tokens: Tokens, alice: User, sealer: Sealer
) -> None:
    grant = await tokens.begin(alice, CALLER)
    sealer.renew()

    after = await tokens.renew(grant.refresh, CALLER)

    kids = {jwt.get_unverified_header(g.access.value)["kid"] for g in (grant, after)}
    assert len(kids) == 2
    assert (await tokens.authenticate(grant.access.value)).user_id == alice.id
    assert (await tokens.authenticate(after.access.value)).user_id == alice.id


async def test_another_server_with_the_same_key_file_knows_the_tokens(
    *,
    tokens: Tokens,
    sessions: Sessions,
    alice: User,
    store: Store,
    clock: FakeClock,
    sealer: Sealer,
) -> None:
    grant = await tokens.begin(alice, CALLER)
    other = Tokens(store=store, clock=clock, sessions=sessions, sealer=Sealer(sealer._key_file))

    assert (await other.authenticate(grant.access.value)).user_id == alice.id


async def test_without_its_key_no_token_is_given_and_old_ones_count(
    tokens: Tokens, alice: User, sealer: Sealer
) -> None:
    grant = await tokens.begin(alice, CALLER)
    sealer._key_file.unlink()

    with pytest.raises(Unavailable):
        await tokens.begin(alice, CALLER)
    assert (await tokens.authenticate(grant.access.value)).user_id == alice.id


@pytest.mark.parametrize("text", ["", "argosy_abc", "a.b.c", "..", f"{coded({'alg': 'HS256'})}.."])
def test_key_is_no_access_token(text: str) -> None:
    assert not is_access_token(text)
