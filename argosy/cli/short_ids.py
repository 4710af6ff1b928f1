"""Ids of tasks that people can type.

Ids begin with the time at which they were made, so those of one day begin alike: what is shown
of them is their end.
"""

import re
from collections.abc import Iterable, Sequence

from argosy.cli.client import Client
from services import ids
from services.errors import ArgosyError

FEWEST = 6  # letters that are shown
NEWEST = 2000  # tasks among which a part of an id is looked up
PAGE = 100
WHOLE = re.compile(r"(?:task_)?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})", re.IGNORECASE)


def shorten(whole: Iterable[str]) -> dict[str, str]:
    """Return the shortest ends that tell these ids from each other, as long for one as for all."""
    digits = {each: _digits(each) for each in whole}
    longest = max(map(len, digits.values()), default=0)
    for letters in range(FEWEST, longest):
        ends = {each: text[-letters:] for each, text in digits.items()}
        if len(set(ends.values())) == len(ends):
            return ends
    return digits


async def resolve(client: Client, typed: Sequence[str]) -> list[str | ArgosyError]:
    """Return the whole id for each that was typed, or why there is none.

    A part of an id is looked up among the newest tasks: it is the end of one, or else the
    beginning of one.
    """
    parts = [each for each in typed if not WHOLE.fullmatch(each)]
    known = await _newest(client) if parts else []
    return [_resolve(each, known) for each in typed]


def _resolve(typed: str, known: Sequence[str]) -> str | ArgosyError:
    if match := WHOLE.fullmatch(typed):
        return f"{ids.TASK}_{match[1].lower()}"
    part = _digits(typed.lower())
    if not part:
        return ArgosyError("That is no id.")
    found = [each for each in known if _digits(each).endswith(part)]
    found = found or [each for each in known if _digits(each).startswith(part)]
    if not found:
        where = "of your tasks" if len(known) < NEWEST else f"of your newest {NEWEST:,} tasks"
        return ArgosyError(f"None {where} has an id that ends so. Give the whole id.")
    if len(found) > 1:
        shown = sorted(shorten(found).values())
        more = "" if len(shown) <= 3 else f" and {len(shown) - 3} more"
        message = f"{len(found)} tasks are meant by that: {', '.join(shown[:3])}{more}."
        return ArgosyError(message)
    return found[0]


async def _newest(client: Client) -> list[str]:
    found: list[str] = []
    after = None
    while len(found) < NEWEST:
        page = await client.ask("task_ids", "tasks", first=PAGE, after=after)
        found += [node["id"] for node in page["nodes"]]
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
    return found


def _digits(text: str) -> str:
    return text.removeprefix(f"{ids.TASK}_").replace("-", "")
