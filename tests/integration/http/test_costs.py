"""How much one operation may ask for."""

import pytest

from tests.integration.http.running import Running

ABSENT = "task_00000000-0000-7000-8000-000000000000"
URLS = [f"https://203.0.113.1/{n}" for n in range(1000)]


def page(inner: str) -> str:
    return f"tasks(first: 100) {{ nodes {{ {inner} }} }}"


def events(inner: str = "seq") -> str:
    return f"events(first: 100) {{ nodes {{ {inner} }} }}"


ONE_FILE = "task { files(first: 1) { nodes { id } } }"
ADD = """
    mutation($input: AddDownloadsInput!) {
        addDownloads(input: $input) { tasks { files { nodes { path } } } errors { code } }
    }
"""
PAUSE = """
    mutation($ids: [ID!]!) {
        pauseTasks(input: { ids: $ids }) { results { id task { INNER } error { code } } }
    }
"""
SIZES = """
    query($n: Int!) { tasks(first: $n) { nodes { events(first: $n) { nodes { task {
        files(first: $n) { nodes { id } }
    } } } } } }
"""
DEFAULT = f"query($n: Int! = 100) {{ tasks(first: $n) {{ nodes {{ {events(ONE_FILE)} }} }} }}"
NODES = f"query($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on Task {{ {events(ONE_FILE)} }} }} }}"
SHAPES = f"""
    {{ tasks(first: 100) {{
        nodes {{ {events()} }}
        edges {{ node {{ events(first: 50) {{ nodes {{ seq }} }} }} }}
    }} }}
"""
FOLLOW = f"""
    subscription {{ taskEvents {{ event {{ task {{
        {events("task { files(first: 100) { nodes { path } } }")}
    }} }} }} }}
"""

# A document, its variables, and what it costs at most.
TOO_MUCH: dict[str, tuple[str, dict[str, object], int]] = {
    "lists in lists in lists": (
        f"{{ {page(events('task { events { nodes { seq } } }'))} }}",
        {},
        280_201,
    ),
    "the same list twice": (f"{{ a: {page(events())} b: {page(events())} }}", {}, 20_402),
    "both shapes of one list": (SHAPES, {}, 15_501),
    "sizes in variables": (SIZES, {"n": 30}, 29_761),
    "the default of a variable": (DEFAULT, {}, 40_201),
    "many ids": (PAUSE.replace("INNER", events()), {"ids": [ABSENT] * 200}, 20_801),
    "many URLs, each a task": (ADD, {"input": {"urls": URLS}}, 28_001),
    "nodes": (NODES, {"ids": [ABSENT] * 100}, 40_200),
    "a subscription": (FOLLOW, {}, 10_304),
}

ENOUGH: dict[str, tuple[str, dict[str, object]]] = {
    "a page of 100 with 25 each": (
        "{ tasks(first: 100) { nodes { events { nodes { seq } } } } }",
        {},
    ),
    "small sizes in variables": (SIZES, {"n": 16}),
    "a thousand ids, all told": (
        PAUSE.replace("INNER", "id state owner { name }"),
        {"ids": [ABSENT] * 1000},
    ),
    "a thousand URLs of one group": (
        ADD,
        {"input": {"urls": URLS, "groupName": "all", "startAt": "2999-01-01T00:00:00Z"}},
    ),
}


WORTH: dict[str, tuple[int, str]] = {
    "an object": (1, "{ viewer { name role } }"),
    "two objects": (2, "{ viewer { name } status { version } }"),
    "a page": (11, "{ tasks(first: 10) { nodes { id } } }"),
    "a page of the usual size": (26, "{ tasks { nodes { id } } }"),
    "no page, but its sum": (1, "{ tasks(first: 100) { totalCount } }"),
    "where a page ends": (2, "{ tasks(first: 100) { pageInfo { hasNextPage } } }"),
    "edges, each with its node": (21, "{ tasks(first: 10) { edges { node { id } } } }"),
    "objects in the entries": (21, "{ tasks(first: 10) { nodes { owner { name } } } }"),
    "a page of 100 with ten files each": (
        1201,
        "{ tasks(first: 100) { nodes { id files(first: 10) { nodes { path } } } } }",
    ),
    "a page in a fragment": (
        11,
        "{ ...F } fragment F on Query { tasks(first: 10) { nodes { id } } }",
    ),
    "two names for one object": (2, "{ a: viewer { name } b: viewer { name } }"),
    "a list without a size": (11, "{ downloadStats { topDownloaders { __typename } } }"),
    "the name of a type": (0, "{ __typename }"),
}


@pytest.mark.parametrize("case", TOO_MUCH)
async def test_operation_that_asks_for_too_much_is_not_begun(argosy: Running, case: str) -> None:
    document, variables, cost = TOO_MUCH[case]

    answer = await argosy.post({"query": document, "variables": variables})

    assert (answer.status, answer.code) == (400, "GRAPHQL_LIMIT_EXCEEDED")
    assert answer.error["message"] == (
        f"This asks for up to {cost:,} objects, counted over all levels; 5,000 is the "
        "most. Ask for smaller pages (`first`), or several times."
    )
    assert answer.error["extensions"]["limit"] == {
        "name": "cost",
        "requested": cost,
        "maximum": 5000,
    }


@pytest.mark.parametrize("case", ENOUGH)
async def test_operation_within_the_bound_is_done(argosy: Running, case: str) -> None:
    document, variables = ENOUGH[case]

    answer = await argosy.post({"query": document, "variables": variables})

    assert (answer.status, "errors" in answer.json) == (200, False)


@pytest.mark.parametrize("case", WORTH)
async def test_cost_is_an_object_each_and_a_list_all_of_its_entries(
    argosy: Running, case: str
) -> None:
    cost, document = WORTH[case]

    answer = await argosy.ask(document)

    assert answer.json["extensions"]["cost"]["requested"] == cost


async def test_fragments_that_double_are_counted_once_each(argosy: Running) -> None:
    fragments = "".join(
        f"fragment F{n} on Task {{ {events(f'...G{n}')} }} "
        f"fragment G{n} on TaskEvent {{ task {{ ...F{n + 1} }} }} "
        for n in range(2)
    )
    document = f"{fragments} fragment F2 on Task {{ owner {{ name }} }} {{ {page('...F0')} }}"

    answer = await argosy.post({"query": document})

    assert answer.error["extensions"]["limit"]["requested"] == 1_000_000


async def test_cost_follows_the_variables_of_each_request(argosy: Running) -> None:
    document = "query($n: Int!) { tasks(first: $n) { nodes { id } } }"

    answers = [await argosy.ask(document, n=n) for n in (1, 100, 2)]

    costs = [answer.json["extensions"]["cost"]["requested"] for answer in answers]
    assert costs == [2, 101, 3]
