"""The command `argosy`.

Each command imports what it needs when it runs: nobody waits for the server's libraries to
list their downloads.
"""

import sys
import traceback
from pathlib import Path
from typing import Annotated

import typer

from argosy.cli.backup_commands import backup_app
from argosy.cli.key_commands import key_app
from argosy.cli.options import DataDir, ServerKey, ServerUrl
from argosy.cli.plugin_commands import plugin_app
from argosy.cli.task_commands import queue_app, tasks_app, watch
from argosy.cli.user_commands import user_app
from argosy.version import VERSION
from services.errors import ArgosyError
from services.redaction import escape, redact
from services.text import plain

app = typer.Typer(
    name="argosy",
    help="A server that fetches things for you, and the commands to use it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
schema_app = typer.Typer(help="The GraphQL schema.", no_args_is_help=True)
app.command()(watch)
app.add_typer(tasks_app, name="tasks")
app.add_typer(queue_app, name="queue")
app.add_typer(user_app, name="user")
app.add_typer(key_app, name="key")
app.add_typer(plugin_app, name="plugin")
app.add_typer(backup_app, name="backup")
secrets_app = typer.Typer(help="What downloads have sealed.", no_args_is_help=True)
app.add_typer(secrets_app, name="secrets")
app.add_typer(schema_app, name="schema")

OUR_MISTAKE = 70  # as sysexits.h has it


def main() -> None:
    """Run the command that the arguments name."""
    try:
        app(prog_name="argosy")
    except ArgosyError as error:
        sys.exit(f"argosy: {error.message}")
    except OSError as error:
        _explain()
        sys.exit(f"argosy: {error.strerror or error}{_about(error)}")
    except Exception as error:  # noqa: BLE001 - a sentence is more use than a traceback
        _explain()
        what = plain(redact(f"{type(error).__name__}: {error}"))[:200]
        typer.echo(
            f"argosy: this is a mistake of Argosy's own ({what}). Please report it, with what "
            "ARGOSY_LOG_LEVEL=DEBUG adds.",
            err=True,
        )
        sys.exit(OUR_MISTAKE)


def _explain() -> None:
    """Print where an error came from, for those who want to know."""
    from argosy.loading import wants_details

    if wants_details():
        shown = escape(redact(traceback.format_exc()), lines=True)
        typer.echo(shown, err=True, nl=False)


def _about(error: OSError) -> str:
    return "" if error.filename is None else f": {plain(str(error.filename))}"


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(metavar="H", help="ARGOSY_HOST")] = None,
    port: Annotated[int | None, typer.Option(metavar="P", help="ARGOSY_PORT")] = None,
    data_dir: DataDir = None,
) -> None:
    """Run the server."""
    from argosy.cli.setting import settings_or_exit
    from argosy.logs import configure_logs, log_what_escapes

    settings = settings_or_exit(host=host, port=port, data_dir=data_dir)
    configure_logs(settings.log_level, keeps=True)
    log_what_escapes()
    from argosy.server import serve as run

    sys.exit(run(settings, typer.echo))


@app.command()
def get(
    urls: Annotated[list[str], typer.Argument(metavar="URL...", help="What to download.")],
    *,
    folder: Annotated[
        str, typer.Option(metavar="F", help="Where below your own folder it goes.")
    ] = "",
    name: Annotated[
        str | None, typer.Option(metavar="N", help="The file's name; for one URL.")
    ] = None,
    checksum: Annotated[
        list[str] | None,
        typer.Option(metavar="C", help="sha256:… or the like, for one URL; all must hold."),
    ] = None,
    connections: Annotated[
        int | None, typer.Option(metavar="N", help="At most so many at once for a file, 1-64.")
    ] = None,
    limit: Annotated[
        str | None, typer.Option(metavar="S", help="Bytes a second for each: 500K, 2M.")
    ] = None,
    header: Annotated[
        list[str] | None,
        typer.Option(
            metavar="H",
            help="'Name: value', for the host of the URL; @FILE has one a line, unseen by others.",
        ),
    ] = None,
    cookies: Annotated[
        str | None, typer.Option(metavar="FILE", help="A cookies.txt, as browsers export it.")
    ] = None,
    username: Annotated[
        str | None, typer.Option(metavar="U", help="For the host of the URL.")
    ] = None,
    password_file: Annotated[
        str | None, typer.Option(metavar="FILE", help="Its first line is the password.")
    ] = None,
    proxy: Annotated[
        str | None,
        typer.Option(
            metavar="P",
            help="none, system, or a URL of http or socks5; @FILE has it in its first line.",
        ),
    ] = None,
    conflict: Annotated[
        str | None,
        typer.Option(
            metavar="W",
            help="Where there is a file of that name: rename, skip, overwrite or compare.",
        ),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Fetch again what you have fetched already.")
    ] = False,
    priority: Annotated[
        str | None, typer.Option(metavar="P", help="low, normal or high, among your own.")
    ] = None,
    start_at: Annotated[
        str | None,
        typer.Option(metavar="T", help="Not before that: 22:30, +2h, '2026-12-24 20:15'."),
    ] = None,
    group: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="All URLs are one task of this name, a file for each."),
    ] = None,
    server: ServerUrl = None,
    key: ServerKey = None,
    data_dir: DataDir = None,
) -> None:
    """Download URLs with the running server, and watch.

    Ends with 0 if all came, 1 if some did not, 2 if something is wrong with the URLs, 3 if the
    server could not be reached, 4 if it does not take the key.
    """
    from argosy.cli.get import get as run
    from argosy.cli.wishes import Wishes

    wishes = Wishes(
        name=name,
        checksums=checksum or (),
        connections=connections,
        limit=limit,
        headers=header or (),
        cookies=cookies,
        username=username,
        password_file=password_file,
        proxy=proxy,
        conflict=conflict,
        force=force,
        priority=priority,
        start_at=start_at,
        group=group,
    )
    sys.exit(run(urls, folder=folder, wishes=wishes, server=server, key=key, data_dir=data_dir))


@app.command()
def doctor(data_dir: DataDir = None) -> None:
    """Look at everything the server needs, and explain the settings."""
    from argosy.cli.doctor import examine
    from argosy.cli.setting import settings_or_exit

    sys.exit(examine(settings_or_exit(data_dir=data_dir)))


@app.command()
def migrate(data_dir: DataDir = None) -> None:
    """Bring the database up to date. The server does this at its start by itself."""
    from argosy.cli.administer import migrate as run
    from argosy.cli.setting import settings_or_exit

    run(settings_or_exit(data_dir=data_dir))


@app.command()
def setup_link(data_dir: DataDir = None) -> None:
    """Print a link to choose the administrator's first password, alone. It works for 24 hours."""
    from argosy.cli.administer import print_setup_link
    from argosy.cli.setting import settings_or_exit

    print_setup_link(settings_or_exit(data_dir=data_dir))


@app.command()
def version() -> None:
    """Print the version."""
    typer.echo(VERSION)


@secrets_app.command("rotate")
def secrets_rotate(data_dir: DataDir = None) -> None:
    """Seal the secrets of all downloads with a new key, beside a running server or without one."""
    from argosy.cli.administer import rotate_secrets
    from argosy.cli.setting import settings_or_exit

    rotate_secrets(settings_or_exit(data_dir=data_dir))


@schema_app.command("documents")
def schema_documents(
    place: Annotated[
        Path | None,
        typer.Argument(
            metavar="FOLDER", help="Of `.graphql` files; Argosy's own if none is given."
        ),
    ] = None,
) -> None:
    """Print documents by their SHA-256, as a manifest for ARGOSY_TRUSTED_DOCUMENTS."""
    import json

    from argosy.http.graphql.trusted import OURS, manifest

    typer.echo(json.dumps(manifest(place or OURS), indent=2))


@schema_app.command("print")
def schema_print() -> None:
    """Print the schema in GraphQL's own language."""
    from schema.build import print_schema

    typer.echo(print_schema(), nl=False)
