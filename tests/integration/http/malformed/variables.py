"""Values for variables that do not fit."""

from collections.abc import Iterator

import orjson

from tests.integration.http.malformed.case import Malformed

ASKING = {
    "ID!": "query($a: ID!) { task(id: $a) { id } }",
    "Int!": "query($a: Int!) { tasks(first: $a) { totalCount } }",
    "[ID!]!": "query($a: [ID!]!) { nodes(ids: $a) { id } }",
    "TaskFilter": "query($a: TaskFilter) { tasks(filter: $a) { totalCount } }",
    "TaskOrder!": "query($a: TaskOrder!) { tasks(orderBy: $a) { totalCount } }",
    "Boolean!": "query($a: Boolean!) { viewer { name @skip(if: $a) } }",
    "AddDownloadsInput!": (
        "mutation($a: AddDownloadsInput!) { addDownloads(input: $a) { tasks { id } } }"
    ),
}
NOT_OF_TYPE: dict[str, list[object]] = {
    "ID!": [None, True, 1.5, [], ["a", "b"], {}, {"id": "a"}],
    "Int!": [None, True, "1", 1.5, 2**31, -(2**31) - 1, 2**63, [], {}],
    "[ID!]!": [None, True, 1.5, [None], [True], [[]], [{}], {}, ["a", None]],
    "TaskFilter": [1, "a", True, [], [{}], {"nothing": 1}, {"text": 1}, {"states": ["NOTHING"]}],
    "TaskOrder!": [None, 1, True, "NOTHING", "name", ["NAME"], {}],
    "Boolean!": [None, 1, 0, "true", [], {}],
    "AddDownloadsInput!": [
        None,
        1,
        "a",
        [],
        {},
        {"urls": None},
        {"urls": 1},
        {"urls": [1]},
        {"urls": [], "nothing": 1},
        {"urls": [], "options": 1},
        {"urls": [], "options": {"nothing": 1}},
        {"urls": [], "options": {"connections": "1"}},
        {"urls": [], "options": {"speedLimit": 1.5}},
        {"urls": [], "options": {"headers": [1]}},
        {"urls": [], "options": {"headers": [{}]}},
    ],
}


def variables() -> Iterator[Malformed]:
    """Yield values for variables that do not fit."""
    for kind, values in NOT_OF_TYPE.items():
        for value in values:
            sent = {"query": ASKING[kind], "variables": {"a": value}}
            yield Malformed(f"{kind}: {value!r}"[:80], body=orjson.dumps(sent))
    for kind, text in ASKING.items():
        if "!" in kind:
            yield Malformed(f"{kind}: absent", body=orjson.dumps({"query": text}))
