"""What the process that makes archives is told to do, and what it tells: one JSON object a line."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from services.backups.format import Columns, ColumnType, Kind, Shape

ARCHIVE = "archive"  # in the draft


@dataclass(frozen=True, slots=True)
class MakeOrder:
    """An archive to make as `draft/archive`.

    `database` is the path of SQLite's file, or else `credentials` say where PostgreSQL is.
    `extras` are the members that are files in the draft already, under the same path.
    """

    draft: Path
    version: str
    created_at: datetime
    kind: Kind
    description: str
    shapes: Sequence[Shape]
    extras: Sequence[str] = ()
    left_out: dict[str, str] = field(default_factory=dict)
    database: Path | None = None
    credentials: dict[str, Any] | None = None

    def to_json(self) -> dict[str, object]:
        """Return it as it is sent."""
        return {
            **asdict(self),
            "what": "make",
            "draft": str(self.draft),
            "database": self.database and str(self.database),
            "created_at": self.created_at.isoformat(),
        }

    @classmethod
    def from_json(cls, content: Any) -> Self:
        """Read what was sent."""
        return cls(
            draft=Path(content["draft"]),
            version=content["version"],
            created_at=datetime.fromisoformat(content["created_at"]),
            kind=Kind(content["kind"]),
            description=content["description"],
            shapes=[
                Shape(each["table"], each["key"], _columns(each["columns"]))
                for each in content["shapes"]
            ],
            extras=content["extras"],
            left_out=content["left_out"],
            database=content["database"] and Path(content["database"]),
            credentials=content["credentials"],
        )


@dataclass(frozen=True, slots=True)
class CheckOrder:
    """An archive to check. `sha256` is what it should have, where that is known."""

    archive: Path
    sha256: str | None = None

    def to_json(self) -> dict[str, object]:
        """Return it as it is sent."""
        return {"what": "check", "archive": str(self.archive), "sha256": self.sha256}

    @classmethod
    def from_json(cls, content: Any) -> Self:
        """Read what was sent."""
        return cls(Path(content["archive"]), content["sha256"])


Order = MakeOrder | CheckOrder


def read_order(content: Any) -> Order:
    """Read what was sent."""
    if content["what"] == "make":
        return MakeOrder.from_json(content)
    return CheckOrder.from_json(content)


def _columns(content: Any) -> Columns:
    return {name: ColumnType(kind) for name, kind in content.items()}
