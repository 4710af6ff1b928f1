"""Who is asking, and what they may do."""

import pytest

from services.access.identity import (
    ADMIN_SCOPES,
    ALL_SCOPES,
    Identity,
    Role,
    Scope,
    read_scopes,
    write_scopes,
)
from services.errors import ErrorCode, Forbidden

USER = Identity(7, "alice", Role.USER, frozenset({Scope.TASKS_READ}))
ADMIN = Identity(1, "admin", Role.ADMIN, ALL_SCOPES)


def test_scope_that_the_key_has_is_granted() -> None:
    USER.require(Scope.TASKS_READ)


@pytest.mark.parametrize("scope", sorted(ALL_SCOPES - USER.scopes - ADMIN_SCOPES))
def test_scope_that_the_key_lacks_is_named(scope: Scope) -> None:
    with pytest.raises(Forbidden) as caught:
        USER.require(scope)

    assert caught.value.code is ErrorCode.FORBIDDEN
    assert caught.value.message == f"This key lacks the scope {scope}. Take one that has it."


@pytest.mark.parametrize("scope", sorted(ADMIN_SCOPES))
def test_scope_of_administrators_is_no_use_to_others(scope: Scope) -> None:
    user = Identity(7, "alice", Role.USER, ALL_SCOPES)

    with pytest.raises(Forbidden) as caught:
        user.require(scope)

    message = f"Only administrators have the scope {scope.value}. Ask one of them."
    assert caught.value.message == message
    ADMIN.require(scope)


def test_role_grants_no_scope() -> None:
    bare = Identity(1, "admin", Role.ADMIN, frozenset())

    with pytest.raises(Forbidden):
        bare.require(Scope.TASKS_READ)


@pytest.mark.parametrize(
    ("identity", "owner", "seen"), [(USER, 7, True), (USER, 8, False), (ADMIN, 7, True)]
)
def test_user_sees_their_own_and_an_admin_everything(
    identity: Identity, owner: int, seen: bool
) -> None:
    assert identity.may_see(owner) is seen


def test_scopes_come_back_from_storage_as_they_went() -> None:
    some = frozenset({Scope.TASKS_READ, Scope.METRICS_READ})

    assert read_scopes(write_scopes(some)) == some
    assert {type(scope) for scope in read_scopes(write_scopes(some))} == {Scope}
    assert write_scopes(ALL_SCOPES) == ["*"]
    assert read_scopes(["*"]) == ALL_SCOPES
    assert read_scopes(["tasks:read", "of another version"]) == {Scope.TASKS_READ}
