"""The commands about backups: `argosy backup`. They work beside a running server too."""

from typing import Annotated

import typer

from argosy.cli.options import DataDir

backup_app = typer.Typer(help="Backups of the database and the settings.", no_args_is_help=True)

PassphraseFile = Annotated[
    str | None,
    typer.Option(
        metavar="FILE",
        help="Its first line wraps the key that seals secrets; - is standard input.",
    ),
]


@backup_app.command("create")
def backup_create(
    *,
    name: Annotated[
        str | None, typer.Option(metavar="NAME", help="What the file is called before the time.")
    ] = None,
    description: Annotated[str, typer.Option(metavar="TEXT", help="What to say of it.")] = "",
    passphrase_file: PassphraseFile = None,
    data_dir: DataDir = None,
) -> None:
    """Make a backup, and print where it lies. Without a passphrase the key stays out of it."""
    from argosy.cli.backups import create
    from argosy.cli.passwords import first_line
    from argosy.cli.setting import settings_or_exit

    settings = settings_or_exit(data_dir=data_dir)
    passphrase = None if passphrase_file is None else first_line(passphrase_file)
    create(settings, name, description, passphrase)


@backup_app.command("list")
def backup_list(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    data_dir: DataDir = None,
) -> None:
    """List the backups that there are, the newest first. The database is not needed."""
    from argosy.cli.backups import show_all
    from argosy.cli.setting import settings_or_exit

    show_all(settings_or_exit(data_dir=data_dir), as_json=as_json)


@backup_app.command("verify")
def backup_verify(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="A name out of the list, or a path anywhere.")
    ],
    *,
    data_dir: DataDir = None,
) -> None:
    """Check each byte of a backup. Ends with 1 where something is wrong with it."""
    from argosy.cli.backups import verify
    from argosy.cli.setting import settings_or_exit

    verify(settings_or_exit(data_dir=data_dir), file)


@backup_app.command("prune")
def backup_prune(*, data_dir: DataDir = None) -> None:
    """Remove the backups of the schedule that are not to be kept, and print their names."""
    from argosy.cli.backups import prune
    from argosy.cli.setting import settings_or_exit

    prune(settings_or_exit(data_dir=data_dir))


@backup_app.command("preview")
def backup_preview(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="A name out of the list, or a path anywhere.")
    ],
    *,
    data_dir: DataDir = None,
) -> None:
    """Print what restoring a backup would add (+), change (~) and remove (-). Nothing changes."""
    from argosy.cli.restores import preview
    from argosy.cli.setting import settings_or_exit

    preview(settings_or_exit(data_dir=data_dir), file)


@backup_app.command("restore")
def backup_restore(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="A name out of the list, or a path anywhere.")
    ],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    passphrase_file: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="Its first line opens the key in the backup; - is standard input.",
        ),
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """Put a backup in the place of all that there is, while no server runs.

    A backup of now is made first. What goes wrong, or is ended, leaves everything as it was.
    """
    from argosy.cli.passwords import first_line
    from argosy.cli.restores import restore
    from argosy.cli.setting import settings_or_exit

    settings = settings_or_exit(data_dir=data_dir)
    passphrase = None if passphrase_file is None else first_line(passphrase_file)
    restore(settings, file, passphrase, is_sure=yes)
