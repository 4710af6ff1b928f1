"""Why an archive is not restored. Nothing has been changed then."""

from services.errors import ErrorCode, InvalidInput

FIELD = "filename"


class UnusableBackup(InvalidInput):
    """The archive is damaged, or none of ours."""

    default_code = ErrorCode.BACKUP_UNUSABLE


class NewerBackup(InvalidInput):
    """The archive was made by a newer Argosy than this one."""

    default_code = ErrorCode.BACKUP_TOO_NEW


def unusable(reason: str) -> UnusableBackup:
    """Return the error that says what is wrong with an archive: "its manifest is missing"."""
    message = f"This archive cannot be restored: {reason}. Nothing was changed; take another."
    return UnusableBackup(message, field=FIELD)


def too_new(version: str, unknown: str) -> NewerBackup:
    """Return the error that says which version can restore an archive."""
    message = (
        f"This archive was made by Argosy {version}, and its tables are newer than this Argosy "
        f"knows ({unknown}). Install {version} or a later version, and restore it there. "
        "Nothing was changed."
    )
    return NewerBackup(message, field=FIELD)
