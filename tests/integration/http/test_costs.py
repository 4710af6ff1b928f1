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
FOLLOW = (
    f"subscription {{ taskEvents {{ event {{ task {{ {events(f'task {{ {events()} }}')} }} }} }} }}"
)
DOUBLING = "".join(
    f"fragment F{n} on Task {{ {events(f'task {{ ...F{n + 1} ...F{n + 2} }}')} }} "
    for n in range(40)
)

# A document, its variables, and how many entries that are at most.
TOO_MUCH: dict[str, tuple[str, dict[str, object], str]] = {
    "lists in lists in lists": (
        f"{{ {page(events('task { events { nodes { seq } } }'))} }}",
        {},
        "260,100",
    ),
    "the same list twice": (f"{{ a: {page(events())} b: {page(events())} }}", {}, "20,200"),
    "both shapes of one list": (SHAPES, {}, "15,100"),
    "sizes in variables": (SIZES, {"n": 30}, "27,930"),
    "the default of a variable": (DEFAULT, {}, "20,100"),
    "many ids": (PAUSE.replace("INNER", events()), {"ids": [ABSENT] * 200}, "20,200"),
    "many URLs, each a task": (ADD, {"input": {"urls": URLS}}, "27,000"),
    "nodes": (NODES, {"ids": [ABSENT] * 100}, "20,100"),
    "a subscription": (FOLLOW.replace("seq", ONE_FILE), {}, "20,100"),
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


@pytest.mark.parametrize("case", TOO_MUCH)
async def test_operation_that_asks_for_too_much_is_not_begun(argosy: Running, case: str) -> None:
    document, variables, entries = TOO_MUCH[case]

    answer = await argosy.post({"query": document, "variables": variables})

    assert (answer.status, answer.code) == (400, "GRAPHQL_VALIDATION_FAILED")
    assert answer.error["message"] == (
        f"This asks for up to {entries} entries of lists, counted over all levels; 5,000 is the "
        "most. Ask for smaller pages (`first`), or several times."
    )


async def test_fields_by_many_names_are_counted(argosy: Running) -> None:
    names = " ".join(f"a{n}: name" for n in range(600))
    document = f"{{ a: {page('...Names')} b: {page('...Names')} }}"

    answer = await argosy.post({"query": f"{document} fragment Names on Task {{ {names} }}"})

    assert (answer.status, answer.code) == (400, "GRAPHQL_VALIDATION_FAILED")
    assert answer.error["message"].startswith("This asks for up to 120,202 fields, ")


@pytest.mark.parametrize("case", ENOUGH)
async def test_operation_within_the_bound_is_done(argosy: Running, case: str) -> None:
    document, variables = ENOUGH[case]

    answer = await argosy.post({"query": document, "variables": variables})

    assert (answer.status, "errors" in answer.json) == (200, False)


async def test_fragments_that_double_are_counted_once_each(argosy: Running) -> None:
    document = (
        f"{DOUBLING} fragment F40 on Task {{ id }} fragment F41 on Task {{ id }} "
        f"{{ {page('...F0')} }}"
    )

    answer = await argosy.post({"query": document})

    assert (answer.status, answer.code) == (400, "GRAPHQL_VALIDATION_FAILED")
    assert answer.error["message"].startswith("This asks for up to ")
