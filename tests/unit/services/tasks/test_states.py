"""The moves between states: the table written out again, and everything else refused."""

from itertools import product

import pytest

from services.tasks.states import FINISHED, MOVES, UNFINISHED, TaskState, may_move, sources

S = TaskState

LEGAL = {
    (S.PENDING, S.RUNNING),
    (S.PENDING, S.PAUSED),
    (S.PENDING, S.CANCELLED),
    (S.PENDING, S.SKIPPED),
    (S.RUNNING, S.PENDING),
    (S.RUNNING, S.PAUSED),
    (S.RUNNING, S.RETRYING),
    (S.RUNNING, S.WAITING_INPUT),
    (S.RUNNING, S.COMPLETED),
    (S.RUNNING, S.FAILED),
    (S.RUNNING, S.CANCELLED),
    (S.RUNNING, S.SKIPPED),
    (S.PAUSED, S.PENDING),
    (S.PAUSED, S.CANCELLED),
    (S.RETRYING, S.PENDING),
    (S.RETRYING, S.RUNNING),
    (S.RETRYING, S.PAUSED),
    (S.RETRYING, S.CANCELLED),
    (S.WAITING_INPUT, S.PENDING),
    (S.WAITING_INPUT, S.PAUSED),
    (S.WAITING_INPUT, S.CANCELLED),
    (S.WAITING_INPUT, S.FAILED),
    (S.FAILED, S.PENDING),
    (S.CANCELLED, S.PENDING),
    (S.SKIPPED, S.PENDING),
}


@pytest.mark.parametrize(("old", "new"), sorted(LEGAL))
def test_legal_move_is_allowed(old: TaskState, new: TaskState) -> None:
    assert may_move(old, new)


@pytest.mark.parametrize(("old", "new"), sorted(set(product(S, S)) - LEGAL))
def test_every_other_move_is_refused(old: TaskState, new: TaskState) -> None:
    assert not may_move(old, new)


def test_every_state_has_its_moves() -> None:
    assert set(MOVES) == set(S)


@pytest.mark.parametrize("new", S)
def test_sources_are_the_states_that_may_move_there(new: TaskState) -> None:
    assert set(sources(new)) == {old for old, to in LEGAL if to is new}


def test_finished_states_are_these_four() -> None:
    assert {S.COMPLETED, S.FAILED, S.CANCELLED, S.SKIPPED} == FINISHED


def test_every_state_is_finished_or_not() -> None:
    assert set(S) == FINISHED | UNFINISHED
    assert FINISHED.isdisjoint(UNFINISHED)


def test_nothing_leads_away_from_completed() -> None:
    assert MOVES[S.COMPLETED] == frozenset()


@pytest.mark.parametrize("finished", sorted(FINISHED - {S.COMPLETED}))
def test_only_a_new_start_leads_away_from_a_finished_state(finished: TaskState) -> None:
    assert MOVES[finished] == {S.PENDING}
