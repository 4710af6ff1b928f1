"""What restoring a backup would change, and what came of it."""

from datetime import datetime
from typing import Self

import strawberry

from schema.types.errors import UserError
from schema.types.payload import ERRORS, MutationPayload
from schema.types.scalars import BigInt
from schema.types.upkeep_enums import RestoreChange
from services.backups.restoring import differences, preview
from services.backups.restoring.restoring import Restored

WRONG = "Null where something is wrong."


@strawberry.type(description="How many rows of one table a restore would add, change and remove.")
class RestoreTable:
    table: str = strawberry.field(description="What is in it: `tasks`, `users`.")
    rows: BigInt = strawberry.field(description="How many there would be afterwards.")
    added: BigInt = strawberry.field(description="How many are in the backup alone.")
    changed: BigInt = strawberry.field(description="How many are in both, and not the same.")
    removed: BigInt = strawberry.field(description="How many are not in the backup: they go.")

    @classmethod
    def of(cls, difference: differences.Difference) -> Self:
        return cls(
            table=difference.table,
            rows=BigInt(difference.rows),
            added=BigInt(difference.added),
            changed=BigInt(difference.changed),
            removed=BigInt(difference.removed),
        )


@strawberry.type(description="One of the things that a restore would add, change or remove.")
class RestoreExample:
    table: str = strawberry.field(description="What it is: one of `tasks`, of `users`.")
    change: RestoreChange = strawberry.field(description="What would become of it.")
    id: str = strawberry.field(description="Its number or UUID.")
    name: str = strawberry.field(description="What people know it by.")

    @classmethod
    def of(cls, example: differences.Example) -> Self:
        return cls(table=example.table, change=example.change, id=example.id, name=example.name)


@strawberry.type(description="What restoring a backup would change. Looking changes nothing.")
class RestorePreview:
    filename: str = strawberry.field(description="The name of the backup.")
    confirmation: str = strawberry.field(
        description="What `restoreBackup` wants to be told: the SHA-256 of its manifest."
    )
    created_at: datetime = strawberry.field(description="When it was made.")
    version: str = strawberry.field(description="Of the Argosy that made it.")
    dialect: str = strawberry.field(
        description="The database that it was made from, `sqlite` or `postgres`; it fits both."
    )
    tables: list[RestoreTable] = strawberry.field(description="What would change, by table.")
    examples: list[RestoreExample] = strawberry.field(
        description=(
            "Some of it by name, up to 10 of each kind of change: users, keys, tasks, plugins, "
            "webhooks and notifiers."
        )
    )
    lost: BigInt = strawberry.field(
        description="How many rows there are now that are not in the backup: they go."
    )
    migrations: list[str] = strawberry.field(
        description="By which its tables are brought up to date; empty where they are."
    )
    sealed_away: int = strawberry.field(
        description="How many of its secrets no key of this server opens."
    )
    warnings: list[str] = strawberry.field(description="What to know before, in sentences.")

    @classmethod
    def of(cls, found: preview.Preview) -> Self:
        return cls(
            filename=found.filename,
            confirmation=found.confirmation,
            created_at=found.made_at,
            version=found.manifest.version,
            dialect=found.manifest.dialect,
            tables=[RestoreTable.of(table) for table in found.tables],
            examples=[RestoreExample.of(example) for example in found.examples],
            lost=BigInt(found.lost_since),
            migrations=list(found.migrations),
            sealed_away=found.sealed_away,
            warnings=list(found.warnings),
        )


@strawberry.type(description="What was restored, or the reasons why nothing was.")
class RestoreBackupPayload(MutationPayload):
    filename: str | None = strawberry.field(description=f"The name of the backup. {WRONG}")
    before: str | None = strawberry.field(
        description=f"The name of the backup of what there was before: it undoes this. {WRONG}"
    )
    rows: BigInt | None = strawberry.field(description=f"How many rows there are now. {WRONG}")
    files: list[str] | None = strawberry.field(
        description=(
            "Files out of the backup that were put into the data folder, beside those that were "
            f"there: `argosy.toml.restored`. {WRONG}"
        )
    )
    errors: list[UserError] = strawberry.field(description=ERRORS)

    @classmethod
    def of(cls, restored: Restored) -> "RestoreBackupPayload":
        return cls(
            filename=restored.filename,
            before=restored.before,
            rows=BigInt(restored.rows),
            files=list(restored.placed),
            errors=[],
        )
