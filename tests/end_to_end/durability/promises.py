"""What a server has acknowledged about tasks, and so has to keep whatever happens to it."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

# Only somebody who asks for it moves a task out of these.
RESTING = frozenset({"PAUSED", "CANCELLED", "COMPLETED", "FAILED", "SKIPPED"})

Answers = dict[str, str]  # the states that were told, by the ids of tasks


@dataclass
class Promises:
    """The tasks that were answered for, and what was said of each last.

    A change whose answer did not come may have happened or not: its tasks are `in_doubt`, and
    where they might be removed, or restored, `perhaps_removed`. `resting` has no tasks in doubt.
    """

    paths: dict[str, tuple[str, ...]] = field(default_factory=dict)  # of each task's files
    resting: dict[str, str] = field(default_factory=dict)
    removed: dict[str, bool] = field(default_factory=dict)  # whether with its files
    in_doubt: set[str] = field(default_factory=set)
    perhaps_removed: dict[str, bool] = field(default_factory=dict)  # whether with its files

    @property
    def visible(self) -> list[str]:
        """The tasks that are to be seen."""
        return [
            task_id
            for task_id in self.paths
            if task_id not in self.removed and task_id not in self.perhaps_removed
        ]

    def of(self, state: str) -> list[str]:
        """Return the tasks that are to be seen and said to rest in `state`."""
        return [task_id for task_id in self.visible if self.resting.get(task_id) == state]

    def may_rest_in(self, state: str) -> set[str]:
        """Return the tasks that may be in `state` for good, those perhaps removed among them."""
        return self.in_doubt | {id_ for id_, last in self.resting.items() if last == state}

    @contextmanager
    def doubting(self, ids: Collection[str]) -> Iterator[Answers]:
        """Doubt about tasks as long as the block lasts, and beyond if no answer comes.

        The block fills in what it is given with the states that it is told.
        """
        before = {task_id: self.resting.pop(task_id) for task_id in ids if task_id in self.resting}
        doubted = self.in_doubt & set(ids)
        self.in_doubt |= set(ids)
        told: dict[str, str] = {}
        yield told
        self.in_doubt -= set(ids) - doubted
        self.resting |= {task_id: state for task_id, state in before.items() if task_id not in told}
        self.tell(told)

    def tell(self, told: Answers) -> None:
        """Learn how tasks are, from an answer."""
        self.in_doubt -= told.keys()
        for task_id, state in told.items():
            if state in RESTING:
                self.resting[task_id] = state
            else:
                self.resting.pop(task_id, None)

    @contextmanager
    def removing(self, ids: Collection[str], *, with_files: bool) -> Iterator[None]:
        """Take tasks for removed from the end of the block on, and doubt until then."""
        doubted = dict.fromkeys(ids, with_files)
        self.perhaps_removed |= doubted
        yield
        self._settle(ids)
        self.removed |= doubted

    @contextmanager
    def restoring(self, ids: Collection[str]) -> Iterator[None]:
        """Take tasks for restored from the end of the block on, and doubt until then."""
        doubted = {task_id: self.removed.pop(task_id) for task_id in ids}
        self.perhaps_removed |= doubted
        yield
        self._settle(ids)

    def assert_seen(self, listed: Mapping[str, str], *, are_all: bool) -> None:
        """Assert that tasks are as it was said, by the state of each that is listed."""
        assert self.removed.keys().isdisjoint(listed)
        if are_all:
            assert set(self.visible) <= listed.keys()
        for task_id in listed.keys() & self.resting.keys():
            assert listed[task_id] == self.resting[task_id], task_id

    def _settle(self, ids: Collection[str]) -> None:
        for task_id in ids:
            del self.perhaps_removed[task_id]


def told_in(results: list[dict[str, Any]]) -> dict[str, str]:
    """Return the states of the tasks that there are in the results of a change."""
    return {result["id"]: result["task"]["state"] for result in results if result["task"]}
