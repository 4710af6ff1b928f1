"""Ids of headings, so that links lead to them: the same that GitHub gives them."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it.token import Token

NOT_KEPT = re.compile(r"[^\w\- ]")


def anchor(heading: str) -> str:
    """Return the id of a heading: `The queue's order` has `the-queues-order`."""
    return NOT_KEPT.sub("", heading.strip().lower()).replace(" ", "-")


def give_ids(tokens: "Sequence[Token]") -> None:
    """Give each heading its id; of those that are alike, the later ones end in a number."""
    seen: Counter[str] = Counter()
    for opening, content in pairwise(tokens):
        if opening.type == "heading_open":
            name = anchor("".join(part.content for part in content.children or ()))
            opening.attrSet("id", f"{name}-{seen[name]}" if seen[name] else name)
            seen[name] += 1
