"""Programs that log in: the only thing that anybody may ask, and what comes of it."""

import pytest

from services.access.identity import Role
from tests.integration.http.accounts import (
    LOGIN,
    PASSWORD,
    REFRESH,
    VIEWER,
    access,
    log_in,
    person,
    tokens,
    with_second_factor,
)
from tests.integration.http.running import KEY, Running
from tests.integration.http.talking import acknowledged


async def test_program_logs_in_and_asks(argosy: Running) -> None:
    await person(argosy)

    token = await access(argosy)

    viewer = (await argosy.ask(VIEWER, key=token)).data["viewer"]
    assert (viewer["name"], viewer["credential"]) == ("bob", "access token")


async def test_tokens_have_the_scopes_that_were_wanted(argosy: Running) -> None:
    await person(argosy)

    token = await access(argosy, scopes=["tasks:read"])

    answer = await argosy.ask("{ viewer { scopes } }", key=token)
    assert answer.data == {"viewer": {"scopes": ["tasks:read"]}}
    refused = await argosy.ask("{ sessions { totalCount } }", key=token)
    assert refused.code == "FORBIDDEN"
    assert "access token lacks the scope users:read" in refused.error["message"]


async def test_scope_that_there_is_not_is_refused(argosy: Running) -> None:
    await person(argosy)

    answer = await log_in(argosy, scopes=["tasks:eat"])

    (error,) = answer.data["login"]["errors"]
    assert (error["code"], error["field"]) == ("INVALID_INPUT", "scopes")


@pytest.mark.parametrize("name", ["bob", "nobody"])
async def test_wrong_password_and_wrong_name_are_answered_alike(argosy: Running, name: str) -> None:
    await person(argosy)

    answer = await log_in(argosy, name, password="another password")

    assert answer.status == 200
    assert answer.data["login"] == {
        "tokens": None,
        "errors": [
            {
                "code": "UNAUTHORIZED",
                "message": "The name or the password is wrong.",
                "field": None,
            }
        ],
    }


async def test_login_is_renewed_and_reuse_ends_it(argosy: Running) -> None:
    await person(argosy)
    first = await tokens(argosy)

    second = (await argosy.ask(REFRESH, key=None, token=first["refreshToken"])).data
    again = (await argosy.ask(REFRESH, key=None, token=first["refreshToken"])).data

    assert second["refreshLogin"]["errors"] == []
    assert again["refreshLogin"]["errors"][0]["code"] == "UNAUTHORIZED"
    after = await argosy.ask(VIEWER, key=second["refreshLogin"]["tokens"]["accessToken"])
    assert (after.status, after.code) == (401, "UNAUTHORIZED")


async def test_login_works_though_an_old_token_is_sent_with_it(argosy: Running) -> None:
    await person(argosy)
    given = {"name": "bob", "password": PASSWORD}

    answer = await argosy.ask(LOGIN, key="what is no key any more", input=given)

    assert answer.data["login"]["errors"] == []


async def test_too_many_attempts_say_when_to_come_back(argosy: Running) -> None:
    await person(argosy)
    answers = [await log_in(argosy, password="another password") for _ in range(6)]

    codes = [answer.json["errors"][0]["extensions"]["code"] for answer in answers[5:]]
    assert codes == ["RATE_LIMITED"]
    right = await log_in(argosy)
    assert right.code == "RATE_LIMITED"


async def test_each_attempt_of_one_request_counts(argosy: Running) -> None:
    await person(argosy)
    one = 'login(input: { name: "bob", password: "another password" }) { errors { code } }'
    many = " ".join(f"a{n}: {one}" for n in range(6))

    answer = await argosy.post({"query": f"mutation {{ {many} }}"}, key=None)

    codes = [error["extensions"]["code"] for error in answer.json["errors"]]
    assert codes == ["RATE_LIMITED"]


@pytest.mark.parametrize(
    "query",
    [
        "{ viewer { name } }",
        "{ __typename }",
        "{ __schema { types { name } } }",
        "mutation { logout(input: {}) { count } }",
        "mutation { pauseQueue(input: {}) { errors { code } } }",
        (
            'mutation { login(input: { name: "bob", password: "p" }) { errors { code } } '
            "pauseQueue(input: {}) { errors { code } } }"
        ),
        "mutation { login: pauseQueue(input: {}) { errors { code } } }",
        (
            'mutation { ...F } fragment F on Mutation { login(input: { name: "b", password: "p" })'
            " { errors { code } } }"
        ),
        'mutation { ... { login(input: { name: "b", password: "p" }) { errors { code } } } }',
        (
            'mutation A { login(input: { name: "b", password: "p" }) { errors { code } } } query B'
            " { viewer { name } }"
        ),
        "subscription { systemMetrics { cpuUsage } }",
        "query { login }",
        "mutation {",
        "mutation { __typename }",
        "mutation { " + " ".join(["login"] * 300) + " }",
        "mutation { login" + "(" * 1000,
        "",
    ],
)
async def test_anybody_may_ask_for_nothing_else(argosy: Running, query: str) -> None:
    answer = await argosy.post({"query": query}, key=None)

    assert (answer.status, answer.code) == (401, "UNAUTHORIZED")
    assert list(answer.json) == ["errors"]


async def test_large_body_of_nobody_is_not_read(argosy: Running) -> None:
    body = b'{"query": "' + LOGIN.replace("\n", " ").encode() + b'", "variables": {"input": {}}'

    answer = await argosy.post(body + b" " * 20_000 + b"}", key=None)

    assert (answer.status, answer.code) == (401, "UNAUTHORIZED")


async def test_login_by_get_is_refused(argosy: Running) -> None:
    query = "mutation%7Blogin(input:%7Bname:%22b%22,password:%22p%22%7D)%7Berrors%7Bcode%7D%7D%7D"

    answer = await argosy.get(f"/graphql?query={query}")

    assert answer.status == 401


async def test_second_factor_is_wanted_once_it_is_switched_on(argosy: Running) -> None:
    await person(argosy)
    token = await access(argosy)
    totp, codes = await with_second_factor(argosy, token)

    without = (await log_in(argosy)).data["login"]["errors"]
    used = (await log_in(argosy, code=totp.now())).data["login"]["errors"]
    recovered = (await log_in(argosy, code=codes[0])).data["login"]

    assert [e["code"] for e in without] == ["SECOND_FACTOR_NEEDED"]
    assert [e["code"] for e in used] == ["UNAUTHORIZED"]  # it was taken to confirm
    assert recovered["errors"] == []
    viewer = (await argosy.ask(VIEWER, key=token)).data["viewer"]
    assert viewer["account"] == {"hasSecondFactor": True, "recoveryCodeCount": 9}


async def test_second_factor_is_switched_off_with_the_password(argosy: Running) -> None:
    await person(argosy)
    token = await access(argosy)
    await with_second_factor(argosy, token)
    disable = (
        "mutation($p: String!) { disableSecondFactor(input: { password: $p })"
        " { user { hasSecondFactor } errors { code field } } }"
    )

    wrong = (await argosy.ask(disable, key=token, p="another password")).data
    right = (await argosy.ask(disable, key=token, p=PASSWORD)).data

    assert wrong["disableSecondFactor"] == {
        "user": None,
        "errors": [{"code": "INVALID_INPUT", "field": "password"}],
    }
    assert right["disableSecondFactor"]["user"] == {"hasSecondFactor": False}
    assert (await log_in(argosy)).data["login"]["errors"] == []


async def test_sessions_are_listed_for_their_owner_and_ended(argosy: Running) -> None:
    await person(argosy)
    await person(argosy, "eve")
    one, other = await tokens(argosy), await tokens(argosy)
    eve = await access(argosy, "eve")
    query = "{ sessions { totalCount nodes { id kind isCurrent address } } }"

    listed = (await argosy.ask(query, key=one["accessToken"])).data["sessions"]

    assert listed == {
        "totalCount": 2,
        "nodes": [
            {
                "id": one["sessionId"],
                "kind": "PROGRAM",
                "isCurrent": True,
                "address": "127.0.0.1",
            },
            {
                "id": other["sessionId"],
                "kind": "PROGRAM",
                "isCurrent": False,
                "address": "127.0.0.1",
            },
        ],
    }
    revoke = (
        "mutation($id: ID!) { revokeSession(input: { id: $id })"
        " { session { id } errors { code } } }"
    )
    foreign = (await argosy.ask(revoke, key=eve, id=other["sessionId"])).data["revokeSession"]
    assert foreign == {"session": None, "errors": [{"code": "NOT_FOUND"}]}
    own = (await argosy.ask(revoke, key=one["accessToken"], id=other["sessionId"])).data
    assert own["revokeSession"]["session"] == {"id": other["sessionId"]}
    assert (await argosy.ask(VIEWER, key=other["accessToken"])).status == 401
    foreign = await argosy.ask("{ sessions(userId: 1) { totalCount } }", key=eve)
    assert foreign.code == "FORBIDDEN"


async def test_sessions_are_paged(argosy: Running) -> None:
    await person(argosy)
    token = [await tokens(argosy) for _ in range(3)][2]["accessToken"]
    query = """
        query($after: String) { sessions(first: 2, after: $after) {
            nodes { id } pageInfo { hasNextPage hasPreviousPage endCursor }
        } }
    """

    first = (await argosy.ask(query, key=token)).data["sessions"]
    second = (await argosy.ask(query, key=token, after=first["pageInfo"]["endCursor"])).data

    assert (len(first["nodes"]), first["pageInfo"]["hasNextPage"]) == (2, True)
    assert not first["pageInfo"]["hasPreviousPage"]
    assert len(second["sessions"]["nodes"]) == 1
    assert second["sessions"]["pageInfo"]["hasPreviousPage"]
    bad = await argosy.ask(query, key=token, after="bm8")
    assert bad.code == "INVALID_INPUT"


async def test_logout_ends_what_asks_or_everything(argosy: Running) -> None:
    await person(argosy)
    first, second, third = [await access(argosy) for _ in range(3)]
    logout = "mutation($all: Boolean!) { logout(input: { everywhere: $all }) { count } }"

    assert (await argosy.ask(logout, key=first, all=False)).data == {"logout": {"count": 1}}
    assert (await argosy.ask(VIEWER, key=first)).status == 401
    assert (await argosy.ask(VIEWER, key=second)).status == 200
    assert (await argosy.ask(logout, key=second, all=True)).data == {"logout": {"count": 2}}
    assert (await argosy.ask(VIEWER, key=third)).status == 401


async def test_key_cannot_be_logged_out(argosy: Running) -> None:
    logout = "mutation { logout(input: {}) { count errors { code } } }"

    answer = (await argosy.ask(logout, key=KEY)).data["logout"]

    assert answer == {"count": None, "errors": [{"code": "CONFLICT"}]}


async def test_new_password_needs_the_old_and_ends_other_logins(argosy: Running) -> None:
    await person(argosy)
    token, other = await access(argosy), await access(argosy)
    change = """
        mutation($old: String!, $new: String!) {
            changePassword(input: { oldPassword: $old, newPassword: $new }) {
                user { name } errors { code field }
            }
        }
    """

    wrong = (await argosy.ask(change, key=token, old="another one", new="long enough")).data
    short = (await argosy.ask(change, key=token, old=PASSWORD, new="short")).data
    right = (await argosy.ask(change, key=token, old=PASSWORD, new="a better password")).data

    assert wrong["changePassword"]["errors"] == [{"code": "INVALID_INPUT", "field": "oldPassword"}]
    assert short["changePassword"]["errors"] == [{"code": "INVALID_INPUT", "field": "newPassword"}]
    assert right["changePassword"] == {"user": {"name": "bob"}, "errors": []}
    assert (await argosy.ask(VIEWER, key=token)).status == 200
    assert (await argosy.ask(VIEWER, key=other)).status == 401
    assert (await log_in(argosy)).data["login"]["errors"][0]["code"] == "UNAUTHORIZED"


async def test_old_password_cannot_be_guessed_either(argosy: Running) -> None:
    await person(argosy)
    token = await access(argosy)
    change = """
        mutation { changePassword(input: { oldPassword: "guess", newPassword: "long enough" }) {
            errors { code } } }
    """

    answers = [await argosy.ask(change, key=token) for _ in range(6)]

    assert answers[5].code == "RATE_LIMITED"


async def test_who_has_no_password_cannot_take_one_with_a_key(argosy: Running) -> None:
    _, key = await argosy.user("eve")
    change = """
        mutation { changePassword(input: { oldPassword: "", newPassword: "long enough" }) {
            errors { code } } }
    """

    answer = (await argosy.ask(change, key=key)).data

    assert answer["changePassword"]["errors"] == [{"code": "CONFLICT"}]


async def test_access_token_opens_a_socket_too(argosy: Running) -> None:
    await person(argosy, role=Role.ADMIN)

    async with acknowledged(argosy, await access(argosy)) as socket:
        assert socket.connection.protocol == "graphql-transport-ws"


async def test_socket_ends_with_its_login(argosy: Running) -> None:
    await person(argosy)
    ended, other = await tokens(argosy), await access(argosy)
    revoke = "mutation($id: ID!) { revokeSession(input: { id: $id }) { errors { code } } }"

    async with acknowledged(argosy, ended["accessToken"]) as socket:
        await argosy.ask(revoke, key=other, id=ended["sessionId"])

        assert (await socket.hear_close()).code == 4403


async def test_socket_ends_with_its_user(argosy: Running) -> None:
    bob = await person(argosy)
    token = await access(argosy)
    update = (
        "mutation($id: Int!) { updateUser(input: { id: $id, isActive: false }) { user { id } } }"
    )

    async with acknowledged(argosy, token) as socket:
        await argosy.ask(update, id=bob.id)

        assert (await socket.hear_close()).code == 4403
