"""Of what is asked for by its name, what is wanted: of which tasks, from which level on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.alerts.issues import Level
from services.engines.options import Kind
from services.errors import InvalidInput
from services.files.places import parse_folder
from services.tasks.records import Task

MOST = 50  # of each
LONGEST = 255  # letters
ORDER = (Level.INFO, Level.WARNING, Level.CRITICAL)


@dataclass(frozen=True, slots=True)
class Conditions:
    """What must hold; what is empty or None holds always.

    The first four are of tasks: `hosts` take what is below them too, and so does `folder`. The
    last is of alerts.
    """

    engines: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    folder: str = ""
    kinds: tuple[Kind, ...] = ()
    level: Level | None = None

    def takes_task(self, task: Task) -> bool:
        """Whether what is about `task` is wanted."""
        return (
            (not self.engines or task.engine in self.engines)
            and (not self.hosts or any(_is_below(task.host, h) for h in self.hosts))
            and (not self.folder or f"{task.folder}/".startswith(f"{self.folder}/"))
            and (not self.kinds or task.kind in self.kinds)
        )

    def takes_level(self, level: object) -> bool:
        """Whether an alert of that level is wanted; one of a level that nobody knows is."""
        if self.level is None or level not in [known.value for known in ORDER]:
            return True
        return ORDER.index(Level(str(level))) >= ORDER.index(self.level)

    @property
    def is_about_tasks(self) -> bool:
        """Whether something must hold of tasks."""
        return bool(self.engines or self.hosts or self.folder or self.kinds)


ANYTHING = Conditions()


def check_conditions(asked: Conditions) -> Conditions:
    """Return them as they are compared; raise `InvalidInput` about what cannot be."""
    for name, words in (("engines", asked.engines), ("hosts", asked.hosts)):
        _check_words(f"filter.{name}", words)
    if len(asked.kinds) > MOST:
        message = f"Give up to {MOST}."
        raise InvalidInput(message, field="filter.kinds")
    folder = parse_folder(asked.folder, field="filter.folder")
    hosts = tuple(host.lower().strip(".") for host in asked.hosts)
    return Conditions(asked.engines, hosts, folder, asked.kinds, asked.level)


def write_conditions(conditions: Conditions) -> dict[str, object]:
    """Return the content of the column."""
    found: dict[str, object] = {
        "engines": list(conditions.engines),
        "hosts": list(conditions.hosts),
        "folder": conditions.folder,
        "kinds": [kind.value for kind in conditions.kinds],
        "level": conditions.level and conditions.level.value,
    }
    return {name: value for name, value in found.items() if value}


def read_conditions(content: Mapping[str, Any]) -> Conditions:
    """Return what stands in the column."""
    return Conditions(
        tuple(content.get("engines", ())),
        tuple(content.get("hosts", ())),
        content.get("folder", ""),
        tuple(Kind(word) for word in content.get("kinds", ())),
        Level(content["level"]) if content.get("level") else None,
    )


def _check_words(field: str, words: Sequence[str]) -> None:
    if len(words) > MOST or not all(0 < len(w) <= LONGEST and w.isprintable() for w in words):
        message = f"Give up to {MOST}, each of 1 to {LONGEST} letters."
        raise InvalidInput(message, field=field)


def _is_below(host: str, above: str) -> bool:
    return host == above or host.endswith(f".{above}")
