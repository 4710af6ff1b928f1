"""What a restore would do, and what whoever wants it should know before."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.backups.format import WRAPPED_KEY, Manifest
from services.backups.restoring.differences import Difference, Example
from services.backups.restoring.preparation import Prepared
from services.backups.restoring.secrecy import unopened
from services.backups.restoring.target import Comparison


@dataclass(frozen=True, slots=True)
class Preview:
    """What restoring an archive would change.

    `confirmation` is what `restore` wants to be told: it tells this archive from all others.
    `migrations` are those that its tables have not seen. `sealed_away` is how many of its secrets
    no key of this server opens. `lost_since` is how many rows go.
    """

    filename: str
    confirmation: str
    manifest: Manifest
    tables: Sequence[Difference]
    examples: Sequence[Example]
    migrations: Sequence[str]
    sealed_away: int
    warnings: Sequence[str]

    @property
    def made_at(self) -> datetime:
        """When the archive was made."""
        return self.manifest.created_at

    @property
    def lost_since(self) -> int:
        """How many rows there are that the archive does not have."""
        return sum(table.removed for table in self.tables)


def preview_of(
    filename: str, prepared: Prepared, comparison: Comparison, keys: Collection[str]
) -> Preview:
    """Return what is shown of an archive; `keys` are the ids of those that open. It blocks."""
    staged = prepared.staged
    away = unopened(staged.path, keys)
    return Preview(
        filename,
        staged.digest,
        staged.manifest,
        comparison.tables,
        comparison.examples,
        staged.migrated,
        away,
        list(_warnings(prepared, comparison, away)),
    )


def _warnings(prepared: Prepared, comparison: Comparison, away: int) -> Iterator[str]:
    by_table = {table.table: table for table in comparison.tables}
    yield (
        "Files that were fetched are not in a backup: those that are gone stay gone, and those "
        "that came since stay where they lie."
    )
    yield "Everybody who logged in is logged out."
    if count := by_table["users"].removed:
        yield f"Users that were made since are removed, with all that is theirs: {count}."
    if count := by_table["keys"].added:
        yield (
            f"Access keys that do not work now, and would afterwards: {count}. Revoke anew those "
            "that were revoked since."
        )
    if prepared.staged.migrated:
        yield (
            f"The archive is of Argosy {prepared.staged.manifest.version}; its tables are brought "
            "up to date."
        )
    if away:
        yield _about_keys(away, has_wrapped=prepared.extracted.beside(WRAPPED_KEY) is not None)


def _about_keys(away: int, *, has_wrapped: bool) -> str:
    cure = (
        "The archive has that key: restore it on the command line with --passphrase-file."
        if has_wrapped
        else "Put the key file of the server that made it in place first, if you have it."
    )
    return f"Secrets that are sealed with a key that this server does not have: {away}. {cure}"
