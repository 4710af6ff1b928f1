"""Documents that are made to keep a server busy: small builders, each of one size."""

from collections.abc import Callable

NAME = "viewer { name }"


def doubling(number: int) -> str:
    """Return fragments of which each spreads the next one twice."""
    fragments = [f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(number)]
    return " ".join(["{ ...F0 }", *fragments, f"fragment F{number} on Query {{ {NAME} }}"])


def mesh(number: int) -> str:
    """Return fragments of which each spreads all that follow."""
    fragments = [
        f"fragment F{n} on Query {{ {' '.join(f'...F{m}' for m in range(n + 1, number))} {NAME} }}"
        for n in range(number)
    ]
    return " ".join(["{ ...F0 }", *fragments])


def circle(number: int) -> str:
    """Return fragments that each spread the next one, and the last the first."""
    fragments = [
        f"fragment F{n} on Query {{ ...F{(n + 1) % number} {NAME} }}" for n in range(number)
    ]
    return " ".join(["{ ...F0 }", *fragments])


def levels(number: int) -> str:
    """Return so many levels of fields, of which three are a list of events of a task."""
    names = ["tasks", "nodes", *["events", "nodes", "task"] * number][: number - 1]
    opened = [f"{name}(first: 1)" if name in {"tasks", "events"} else name for name in names]
    return "{ " + " { ".join(opened) + " { __typename" + " }" * number


def aliases(number: int) -> str:
    """Return one field by so many names."""
    return "{ viewer { " + " ".join(f"a{n}: name" for n in range(number)) + " } }"


def root_fields(number: int) -> str:
    """Return so many fields at the root."""
    return "{ " + " ".join([NAME] * number) + " }"


def spreads(number: int) -> str:
    """Return a fragment that is spread so often."""
    return "{ viewer { " + "...F " * number + "} } fragment F on Viewer { name }"


def directives(number: int) -> str:
    """Return a field so often, each time with a directive."""
    return "{ viewer { " + "name @include(if: true) " * number + "} }"


def tokens(number: int) -> str:
    """Return a document of so many tokens; 13 of them are around the ids."""
    return "{ nodes(ids: [" + '"x" ' * (number - 13) + "]) { __typename id } }"


def letters(number: int) -> str:
    """Return a document of so many letters, which are nothing but space."""
    return f"{{ {NAME} }}".ljust(number)


def comments(number: int) -> str:
    """Return a document with so many comments."""
    return "#\n" * number + f"{{ {NAME} }}"


def operations(number: int) -> str:
    """Return so many operations."""
    return " ".join(f"query A{n} {{ {NAME} }}" for n in range(number))


def nested(number: int) -> str:
    """Return so many levels that are no fields."""
    return "{ ... on Query " * (number - 2) + f"{{ {NAME} }}" + " }" * (number - 2)


def repeated(number: int) -> str:
    """Return one field so often, each of which has to be compared with the others."""
    return "{ viewer { " + "name " * number + "} }"


def variables(number: int) -> str:
    """Return one variable so often."""
    return "query(" + "$a: Int " * number + ") { " + NAME + " }"


def deep_list(number: int) -> str:
    """Return a list in so many lists."""
    return "{ nodes(ids: " + "[" * number + '"x"' + "]" * number + ") { id } }"


def deep_value(number: int) -> str:
    """Return an object in so many objects."""
    return "{ tasks(filter: " + "{ text: " * number + '"x"' + " }" * number + ") { totalCount } }"


def deep_type(number: int) -> str:
    """Return a variable of a list of so many lists."""
    return "query($a: " + "[" * number + "ID" + "]" * number + ") { " + NAME + " }"


def described(number: int) -> str:
    """Return a description of types in so many levels of fields."""
    return "{ __schema { types { " + "ofType { " * (number - 3) + "name" + " }" * number


# Each limit by its name: its builder, and the largest size that is taken.
LIMITS: dict[str, tuple[Callable[[int], str], int]] = {
    "length": (letters, 50_000),
    "tokens": (tokens, 2_000),
    "comments": (comments, 500),
    "nesting": (nested, 100),
    "definitions": (operations, 100),
    "depth": (levels, 10),
    "aliases": (aliases, 15),
    "rootFields": (root_fields, 10),
    "directives": (directives, 20),
    "fragmentSpreads": (spreads, 50),
    "introspectionDepth": (described, 20),
}


def each(count: int, part: str) -> str:
    """Return a part so often, each time with its number for `#`."""
    return " ".join(part.replace("#", str(n)) for n in range(count))


# What the facts say servers were brought down with, and more of the kind.
HOSTILE: dict[str, str] = {
    **{f"{n} fragments that double": doubling(n) for n in (12, 16, 18, 25, 150)},
    "40 fragments that spread all others": mesh(40),
    "200 fragments in a circle": circle(200),
    "30,000 aliases": "{ " + each(30_000, "a#: viewer { name }") + " }",
    "300 aliases": "{ " + each(300, "a#: viewer { name }") + " }",
    "2,000 duplicate variables": variables(2_000),
    "480 duplicate variables": variables(480),
    "3,000 repeated fields": repeated(3_000),
    "1,900 repeated fields": repeated(1_900),
    "240 repeated objects": "{ " + each(240, "... on Query { viewer { name } }") + " }",
    "50 fragments of the same fields": "{ viewer { "
    + each(50, "...F#")
    + " } } "
    + each(50, "fragment F# on Viewer { " + "name role scopes " * 5 + "}"),
    "lists in 600 lists": deep_list(600),
    "objects in 600 objects": deep_value(600),
    "types in 900 lists": deep_type(900),
    "200 levels of fields": levels(200),
    "240 operations": operations(240),
    "1,900 unknown fields": "{ viewer { " + each(1_900, "x#") + " } }",
    "600 unknown arguments": "{ tasks(" + each(600, "a#: 1") + ") { totalCount } }",
    "250 fragments that nobody uses": f"{{ {NAME} }} " + each(250, "fragment F# on Viewer { id }"),
    "a name of 900,000 letters": "{ " + "a" * 900_000 + " }",
    "a text of 900,000 letters": '{ node(id: "' + "a" * 900_000 + '") { id } }',
    "a text of 24,400 escapes": '{ nodes(ids: "' + "\\n" * 24_400 + '") { nothing } }',
    "a number of 900,000 digits": "{ tasks(first: " + "9" * 900_000 + ") { totalCount } }",
    "300,000 comments": comments(300_000),
    "24,000 comments": comments(24_000),
    "a million letters of tokens": "{ " + "a " * 480_000 + "}",
    "a million letters of space": letters(950_000) + "%",
    "49,000 lines and a wrong sign": "\n" * 49_000 + "%",
}
