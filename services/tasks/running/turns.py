"""Whose turn it is: between users fairly, for one user in the order of the queue.

Among the users who have tasks waiting, the one with the fewest running comes first; of two with
as many, the one who has waited longer for a turn. No user and no host gets more than its limit.
Each question is answered from an index, in a time that hardly grows with the number of tasks.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from services.store.rows import Row, read_id
from services.store.store import Reader

MARGIN = 16  # tasks at the head of a queue, beside those wanted, that are looked at one by one
MOST_HOSTS = 1000  # that are looked at where those are all of hosts that are at their limit

# As the indexes have it, to the letter: by any other words they are not found.
IN_LINE = "state || '' IN ('PENDING', 'RETRYING')"
WAITS = f"is_due = TRUE AND {IN_LINE}"
LATER = f"is_due = FALSE AND {IN_LINE}"
COLUMNS = "id, owner_id, host, priority, position"
IN_ORDER = "ORDER BY priority DESC, position, id"

RUNNING = """
    SELECT owner_id, host, COUNT(*) AS n FROM tasks WHERE state = 'RUNNING' GROUP BY owner_id, host
"""
OWNERS = f"""
    SELECT users.id FROM users
    WHERE EXISTS (SELECT 1 FROM tasks WHERE owner_id = users.id AND {WAITS})
"""  # noqa: S608 - ours, like those below
HEAD = f"SELECT {COLUMNS} FROM tasks WHERE owner_id = ? AND {WAITS} {IN_ORDER} LIMIT ?"  # noqa: S608
HOSTS = f"""
    WITH RECURSIVE hosts (host, n) AS (
        SELECT (SELECT MIN(host) FROM tasks WHERE owner_id = ? AND {WAITS}), 1
        UNION ALL
        SELECT (SELECT MIN(host) FROM tasks
                WHERE owner_id = ? AND host > hosts.host AND {WAITS}), n + 1
        FROM hosts WHERE host IS NOT NULL AND n < {MOST_HOSTS}
    )
    SELECT host FROM hosts WHERE host IS NOT NULL
"""  # noqa: S608
OF_HOST = f"""
    SELECT {COLUMNS} FROM tasks WHERE owner_id = ? AND host = ? AND {WAITS} {IN_ORDER} LIMIT ?
"""  # noqa: S608


@dataclass(slots=True)
class Limits:
    """How many tasks may run at once, over all servers: of a user, and from a host.

    They may be set while they hold.
    """

    user: int
    host: int


@dataclass(slots=True)
class _Line:
    """What of one user's queue may come next, the first last. `is_whole`: there is no more."""

    rows: list[Row]
    is_whole: bool


class Turns:
    """Chooses which tasks are started. Remembers who had a turn when."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._turn = 0
        self._last: dict[int, int] = {}

    async def choose(
        self,
        reader: Reader,
        most: int,
        paused: Collection[int] = (),
        busy: Collection[UUID] = frozenset(),
    ) -> list[Row]:
        """Return the ids of up to `most` tasks, in `COLUMNS`, that are to be started now.

        Nothing is chosen of the users in `paused`, and none of the tasks in `busy`.
        """
        if not (owners := [r["id"] for r in await reader.fetch(OWNERS) if r["id"] not in paused]):
            return []
        users: Counter[int] = Counter()
        hosts: Counter[str] = Counter()
        for row in await reader.fetch(RUNNING):
            users[row["owner_id"]] += row["n"]
            hosts[row["host"]] += row["n"]
        lines: dict[int, _Line | None] = {
            owner: None for owner in owners if users[owner] < self._limits.user
        }
        chosen: list[Row] = []
        while lines and len(chosen) < most:
            owner = min(lines, key=lambda owner: (users[owner], self._last.get(owner, 0), owner))
            line = lines[owner] = lines[owner] or await self._head(reader, owner, most)
            found = await self._next(reader, owner, line, hosts, chosen)
            if found is None:
                del lines[owner]
                continue
            if busy and read_id(found["id"]) in busy:
                continue
            chosen.append(found)
            self._turn += 1
            self._last[owner] = self._turn
            users[owner] += 1
            hosts[found["host"]] += 1
            if users[owner] >= self._limits.user:
                del lines[owner]
        return chosen

    async def _head(self, reader: Reader, owner: int, most: int) -> _Line:
        rows = await reader.fetch(HEAD, owner, most + MARGIN)
        return _Line([*reversed(rows)], is_whole=len(rows) < most + MARGIN)

    async def _next(
        self, reader: Reader, owner: int, line: _Line, hosts: Counter[str], chosen: Sequence[Row]
    ) -> Row | None:
        """Return the first of an owner's line whose host is not at its limit."""
        while True:
            while line.rows:
                row = line.rows.pop()
                if hosts[row["host"]] < self._limits.host:
                    return row
            if line.is_whole:
                return None
            taken = {row["id"] for row in chosen}
            rows = await self._of_free_hosts(reader, owner, hosts, taken)
            line.rows, line.is_whole = rows, True

    async def _of_free_hosts(
        self, reader: Reader, owner: int, hosts: Counter[str], taken: Collection[object]
    ) -> list[Row]:
        """Return the first tasks of each host that is not at its limit, the first of all last.

        Those in `taken` are left out.
        """
        found: list[Row] = []
        for row in await reader.fetch(HOSTS, owner, owner):
            if (free := self._limits.host - hosts[row["host"]]) > 0:
                found += await reader.fetch(OF_HOST, owner, row["host"], free + len(taken))
        waiting = [row for row in found if row["id"] not in taken]
        return sorted(
            waiting,
            key=lambda row: (-row["priority"], row["position"], str(row["id"])),
            reverse=True,
        )
