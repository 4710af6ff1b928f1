"""Validation by the rules of the specification, with a bound on its steps and its time."""

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from graphql import DocumentNode, GraphQLError, GraphQLSchema, specified_rules, validate
from graphql.validation import (
    ASTValidationRule,
    FieldsOnCorrectTypeRule,
    KnownArgumentNamesRule,
    OverlappingFieldsCanBeMergedRule,
    UniqueVariableNamesRule,
    ValidationContext,
    ValidationRule,
)

from argosy.http.graphql.rules.limits import MERGING, LimitExceeded
from services.errors import Unavailable

MOST_ERRORS = 20
# Of the processor, for a machine may be busy; what is bounded by its size takes a tenth of it.
MOST_SECONDS = 0.5
ABORTED = "Validation aborted."


def check_validity(
    schema: GraphQLSchema, document: DocumentNode, *, is_long: bool
) -> list[GraphQLError]:
    """Return what is wrong with a document; of a long one, not all of it.

    Raises `LimitExceeded` where that would take too many steps, `Unavailable` too much time.
    """
    with _without_collections():
        # Some of the rules look through the whole operation before the others begin.
        if is_long and (
            errors := validate(schema, document, FIRST, MOST_ERRORS, hide_suggestions=True)
        ):
            return errors
        errors = validate(schema, document, RULES, max_errors=MOST_ERRORS, hide_suggestions=True)
    if errors and errors[-1].message == ABORTED:
        raise LimitExceeded(MERGING)
    return errors


@contextmanager
def _without_collections() -> Iterator[None]:
    """Collect no garbage meanwhile: in a large process that alone would take the time."""
    is_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if is_on:
            gc.enable()


class _Merging(OverlappingFieldsCanBeMergedRule):
    """Compares fields of one name in pairs, which is quadratic: with a budget of our own."""

    def __init__(self, context: ValidationContext) -> None:
        super().__init__(context)
        self.rule_context.remaining_complexity_budget = MERGING.most


class _Patience(ValidationRule):
    """Ends a validation that takes too long, whatever the reason."""

    def __init__(self, context: ValidationContext) -> None:
        super().__init__(context)
        self._deadline = time.thread_time() + MOST_SECONDS

    def enter(self, *_: Any) -> None:
        """Look at the clock."""
        if time.thread_time() > self._deadline:
            message = "The document took too long to check: make it simpler, or try again later."
            raise Unavailable(message)


FIRST = (_Patience, FieldsOnCorrectTypeRule, KnownArgumentNamesRule, UniqueVariableNamesRule)
RULES: tuple[type[ASTValidationRule], ...] = (
    _Patience,
    *(_Merging if rule is OverlappingFieldsCanBeMergedRule else rule for rule in specified_rules),
)
