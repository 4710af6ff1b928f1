"""Documents that are not GraphQL, or do not fit the schema."""

from collections.abc import Iterator
from dataclasses import replace

import orjson

from tests.integration.http.hostile import HOSTILE, LIMITS
from tests.integration.http.malformed.case import LIMIT, PARSE, VALIDATION, Malformed, document

WHOLE = "query A ( $id : ID! ) { task ( id : $id ) { id files ( first : 1 ) { totalCount } } }"
SIGNS = "%&?*+;<>/\\^`~'.€\u0000\u0007\ufffe\U0001f600"
NOT_GRAPHQL = [
    "{",
    "}",
    "{}}",
    "{ }}",
    "()",
    "[]",
    "a",
    "1",
    '"a"',
    "...",
    "@a",
    "$a",
    "query",
    "mutation",
    "query A",
    "query {",
    "query A() { a }",
    "query ($a) { a }",
    "query ($a:) { a }",
    "querry { a }",
    "fragment",
    "fragment F",
    "fragment F on",
    "fragment on on T { a }",
    "fragment F { a }",
    "{ a(b) }",
    "{ a() }",
    "{ a(: 1) }",
    "{ a: }",
    "{ : a }",
    "{ a: b: c }",
    "{ a @ }",
    "{ a @(b: 1) }",
    "{ ... }}",
    "{ ...on }",
    "{ ... on { a } }",
    "{ a } { b",
    "{ a { b }",
    "{ a ] }",
    "{ a(b: 1, c) }",
    "#",
    "# { viewer { name } }",
    ",",
    '"""',
    '""" """',
    '{ a(b: "',
    '{ a(b: "\n") }',
    '{ a(b: """',
    "type",
    "type {",
    "schema {",
    "extend",
    "directive @a",
    "{ a(b: $) }",
    "{ a(b: {c}) }",
    "{ a b(",
    "{ a(b: {c: }) }",
    "{ a(b: [) }",
    "query A { a } query",
    "{ null: }",
    "subscription",
    "\ufeff",
]
NOT_VALUES = [
    "01",
    "-01",
    "1.",
    ".5",
    "1e",
    "1e+",
    "0x1F",
    "1a",
    "1_0",
    "-",
    "+1",
    "--1",
    "1.2.3",
    "1.e1",
    "'a'",
    '"\\q"',
    '"\\u12"',
    '"\\u{}"',
    '"\\u{110000}"',
    '"\\ud800"',
    '"a\nb"',
    '"a',
    "$",
    "{a}",
    "{a:}",
    "[",
    "]",
    "(1)",
    "@a",
    ":",
    "!",
    "&",
    "|",
    "=",
]
NOT_VALID = [
    "{ nothing }",
    "{ viewer }",
    "{ viewer { nothing } }",
    "{ viewer { name { a } } }",
    "{ viewer(a: 1) { name } }",
    "{ task { id } }",
    "{ tasks(first: 1, first: 2) { totalCount } }",
    "{ __schema }",
    "{ __type { name } }",
    "{ __nothing }",
    "{ viewer { __schema { __typename } } }",
    "query A { viewer { name } } query A { viewer { name } }",
    "{ viewer { name } } { viewer { role } }",
    "{ viewer { name } } query A { viewer { name } }",
    "query A { viewer { name } } query B { viewer { name } }",
    "query($a: Int) { viewer { name } }",
    "{ tasks(first: $a) { totalCount } }",
    "query($a: Int, $a: Int) { tasks(first: $a) { totalCount } }",
    "query($a: Nothing) { tasks(first: $a) { totalCount } }",
    "query($a: Task) { tasks(first: $a) { totalCount } }",
    "query($a: String) { tasks(first: $a) { totalCount } }",
    "query($a: [Int!]!) { tasks(first: $a) { totalCount } }",
    'query($a: Int! = "1") { tasks(first: $a) { totalCount } }',
    "query($a: Int! = null) { tasks(first: $a) { totalCount } }",
    "{ ...F }",
    "{ ...F } fragment G on Query { viewer { name } }",
    "{ viewer { name } } fragment F on Viewer { name }",
    "{ ...F } fragment F on Query { ...F }",
    "{ ...F } fragment F on Query { ...G } fragment G on Query { ...F }",
    "{ ...F } fragment F on Nothing { name }",
    "{ ...F } fragment F on String { name }",
    "{ ...F } fragment F on Task { id }",
    "{ ...F } fragment F on TaskFilter { text }",
    "{ ...F } fragment F on Query { viewer { name } } fragment F on Query { viewer { name } }",
    "{ ... on Task { id } }",
    "{ ... on Nothing { id } }",
    "{ node(id: 1) { ... on Viewer { name } } }",
    "{ viewer { ... on Task { id } } }",
    "{ node(id: 1) { name } }",
    "{ viewer @nothing { name } }",
    "{ viewer @skip { name } }",
    "{ viewer @skip(if: 1) { name } }",
    "{ viewer @skip(if: $a) { name } }",
    "{ viewer @skip(iff: true) { name } }",
    "{ viewer @include(if: null) { name } }",
    "{ viewer @deprecated { name } }",
    "query @skip(if: true) { viewer { name } }",
    "query @nothing { viewer { name } }",
    "{ viewer @skip(if: true) @skip(if: true) { name } }",
    "{ viewer { name: role name } }",
    "{ viewer { a: name a: role } }",
    '{ a: task(id: "1") { id } a: task(id: "2") { id } }',
    "mutation { nothing }",
    "mutation { viewer { name } }",
    "subscription { nothing }",
    "mutation { cancelTasks { tasks { id } } }",
    "mutation { cancelTasks(input: {}) { tasks { id } } }",
    "mutation { cancelTasks(input: { ids: [], a: 1 }) { tasks { id } } }",
    "mutation { cancelTasks(input: { ids: [], ids: [] }) { tasks { id } } }",
    "mutation { cancelTasks(input: { ids: [[]] }) { tasks { id } } }",
    "mutation { cancelTasks(input: { ids: null }) { tasks { id } } }",
    "subscription { systemMetrics { cpuUsage } taskEvents { cursor } }",
    "subscription { __typename }",
    "subscription { ...F } fragment F on Subscription { __typename }",
    "type A { a: Int }",
    "schema { query: Query }",
    "extend type Query { a: Int }",
    "scalar A",
    "directive @a on FIELD",
    "enum A { B }",
    "input A { b: Int }",
    "union A = Query",
    "interface A { b: Int }",
    "type A { a: Int } { viewer { name } }",
    "{ viewer { name } } scalar A",
    '"""What it is.""" type A { a: Int }',
    "extend schema @a",
    "fragment F on Query { viewer { name } }",
]
NO_IDS = ["null", "true", "1.5", "A", "[]", "[[1]]", "{}", "{ id: 1 }"]
NO_SIZES = ["null", "true", '"1"', "1.5", "A", "[1]", "{}", "2147483648", "-2147483649", "9" * 5000]
NO_FILTERS = [
    "1",
    "true",
    '"a"',
    "A",
    "{ nothing: 1 }",
    "{ text: 1 }",
    "{ text: [] }",
    "{ isFinished: 1 }",
    '{ isFinished: "true" }',
    "{ states: NOTHING }",
    '{ states: "RUNNING" }',
    "{ states: [null] }",
    "{ createdFrom: 1 }",
    '{ createdFrom: "yesterday" }',
    '{ createdFrom: "2026-13-01T00:00:00Z" }',
    "{ hosts: [1] }",
    "{ hosts: {} }",
    "{ text: null, text: null }",
    "[]",
    "[{}, {}]",
]


def documents() -> Iterator[Malformed]:
    """Yield all of them."""
    yield from unreadable()
    yield from unfit()
    for name, (build, most) in LIMITS.items():
        found = document(f"beyond {name}", build(most + 1), LIMIT)
        if name == "definitions":
            body = orjson.dumps({"query": build(most + 1), "operationName": "A0"})
            found = replace(found, body=body)
        yield found
    for name, text in HOSTILE.items():
        yield document(name, text, "")


def unreadable() -> Iterator[Malformed]:
    """Yield what is no GraphQL."""
    words = WHOLE.split()
    texts = {
        **{f"cut after {end} words": " ".join(words[:end]) for end in range(1, len(words))},
        **{f"sign {sign!r}": "{ viewer { " + sign + " } }" for sign in SIGNS},
        **{f"not GraphQL: {text[:40]!r}": text for text in NOT_GRAPHQL},
        **{f"no value: {value!r}": "{ task(id: " + value + ") { id } }" for value in NOT_VALUES},
    }
    for name, text in texts.items():
        yield document(name, text, PARSE)


def unfit() -> Iterator[Malformed]:
    """Yield what the schema does not have."""
    texts = {
        **{f"not valid: {text}": text for text in NOT_VALID},
        **{f"no id: {value}": "{ task(id: " + value + ") { id } }" for value in NO_IDS},
        **{f"no size: {v[:9]}": "{ tasks(first: " + v + ") { totalCount } }" for v in NO_SIZES},
        **{f"no filter: {v}": "{ tasks(filter: " + v + ") { totalCount } }" for v in NO_FILTERS},
    }
    for name, text in texts.items():
        yield document(name, text, VALIDATION)
