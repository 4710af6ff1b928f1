"""The commands about access keys: `argosy key`."""

from typing import Annotated

import typer

from argosy.cli.options import DataDir

key_app = typer.Typer(help="Access keys of this server.", no_args_is_help=True)


@key_app.command("create")
def key_create(
    user: Annotated[str, typer.Option(metavar="NAME", help="Whose key it is.")],
    name: Annotated[
        str, typer.Option(metavar="LABEL", help="To tell it from others.")
    ] = "command line",
    scope: Annotated[
        list[str] | None,
        typer.Option(metavar="S", help="What it may do, such as tasks:read. Default: everything."),
    ] = None,
    expires: Annotated[
        str | None,
        typer.Option(metavar="T", help="Until when: 90d, 12h, 2027-01-31. Default: for ever."),
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """Make an access key and print it, alone. It cannot be shown again."""
    from argosy.cli.keys import create_key
    from argosy.cli.setting import settings_or_exit

    settings = settings_or_exit(data_dir=data_dir)
    create_key(settings, user, name=name, scopes=scope or [], expires=expires)


@key_app.command("list")
def key_list(
    user: Annotated[
        str | None, typer.Option(metavar="NAME", help="Whose keys. Default: everybody's.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object a line, for scripts.")
    ] = False,
    data_dir: DataDir = None,
) -> None:
    """List access keys, without their values."""
    from argosy.cli.keys import list_keys
    from argosy.cli.setting import settings_or_exit

    list_keys(settings_or_exit(data_dir=data_dir), user, as_json=as_json)


@key_app.command("revoke")
def key_revoke(
    key: Annotated[
        list[str],
        typer.Argument(metavar="KEY...", help="An id, its end, or the first letters of a key."),
    ],
    data_dir: DataDir = None,
) -> None:
    """Take access keys away, at once. What they have open is ended within a second."""
    from argosy.cli.keys import revoke_keys
    from argosy.cli.setting import settings_or_exit

    revoke_keys(settings_or_exit(data_dir=data_dir), key)
