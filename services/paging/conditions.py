"""Conditions of statements, with the values for their placeholders."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Condition:
    """What must hold for a row, and the values for its placeholders."""

    text: str
    values: tuple[object, ...] = ()


def joined(conditions: Sequence[Condition]) -> tuple[str, list[object]]:
    """Return conditions as one, and the values for it."""
    text = " AND ".join(condition.text for condition in conditions)
    return text, [value for condition in conditions for value in condition.values]
