"""The commands about tasks: `argosy tasks`, `argosy queue` and `argosy watch`."""

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from argosy.cli.ends import INTERRUPTED, WRONGLY_ASKED, status_of
from argosy.cli.options import DataDir, ServerKey, ServerUrl
from services.errors import ArgosyError

if TYPE_CHECKING:
    from argosy.cli.client import Client

tasks_app = typer.Typer(
    help="List tasks, and change them. Without a command it lists them.",
    invoke_without_command=True,
)
queue_app = typer.Typer(
    help="The queue: show it, pause it, let it go on.", invoke_without_command=True
)

Ids = Annotated[
    list[str],
    typer.Argument(metavar="ID...", help="An id, or its end as `argosy tasks` shows it."),
]
WithFiles = Annotated[
    bool, typer.Option("--with-files", help="Delete their files when the minute is over.")
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line, for scripts.")]
States = Annotated[
    list[str] | None,
    typer.Option("--state", metavar="S", help="running, pending, failed …; several with commas."),
]


def using(
    server: str | None, key: str | None, data_dir: str | None, run: Callable[["Client"], int]
) -> None:
    """Run something with the server and exit with its status, or with that of what went wrong."""
    from argosy.cli.client import Client
    from argosy.cli.whereabouts import Whereabouts

    try:
        sys.exit(run(Client(Whereabouts(server=server, key=key, data_dir=data_dir))))
    except ArgosyError as error:
        typer.echo(f"argosy: {error.message}", err=True)
        sys.exit(status_of(error))
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


@tasks_app.callback()
def tasks(
    context: typer.Context,
    *,
    state: States = None,
    kind: Annotated[
        list[str] | None,
        typer.Option("--kind", metavar="K", help="image, video, archive or document."),
    ] = None,
    host: Annotated[
        list[str] | None, typer.Option("--host", metavar="H", help="Such as example.com.")
    ] = None,
    text: Annotated[
        str | None, typer.Option(metavar="T", help="What the name or the URL has in it.")
    ] = None,
    owner: Annotated[
        str | None,
        typer.Option(metavar="U", help="me, or the number of a user; for administrators."),
    ] = None,
    order: Annotated[
        str,
        typer.Option(
            metavar="O",
            help="newest, oldest, finished, finished-oldest, name, name-reversed, largest, "
            "smallest or queue.",
        ),
    ] = "newest",
    limit: Annotated[int, typer.Option(metavar="N", min=1, help="How many at most.")] = 25,
    as_json: AsJson = False,
    server: ServerUrl = None,
    key: ServerKey = None,
    data_dir: DataDir = None,
) -> None:
    """List tasks, and change them. Without a command it lists them."""
    if is_for_a_command(context):
        return
    from argosy.cli.tasks import Wanted, list_tasks

    wanted = Wanted(state or (), kind or (), host or (), text, owner, order, limit)
    using(server, key, data_dir, lambda client: list_tasks(client, wanted, as_json=as_json))


def is_for_a_command(context: typer.Context) -> bool:
    """Return whether a command follows; refuse options before it, which it would not see."""
    if context.invoked_subcommand is None:
        return False
    for name in context.params:
        source = context.get_parameter_source(name)
        if source is not None and source.name == "COMMANDLINE":
            command = context.invoked_subcommand
            typer.echo(f"argosy: give options behind `{command}`, not before it", err=True)
            raise typer.Exit(WRONGLY_ASKED)
    return True


@tasks_app.command("pause")
def tasks_pause(
    ids: Ids, server: ServerUrl = None, key: ServerKey = None, data_dir: DataDir = None
) -> None:
    """Stop tasks until they are resumed. What has come of them is kept."""
    from argosy.cli.act import PAUSE, act

    using(server, key, data_dir, lambda client: act(client, PAUSE, ids))


@tasks_app.command("resume")
def tasks_resume(
    ids: Ids, server: ServerUrl = None, key: ServerKey = None, data_dir: DataDir = None
) -> None:
    """Let paused tasks go on."""
    from argosy.cli.act import RESUME, act

    using(server, key, data_dir, lambda client: act(client, RESUME, ids))


@tasks_app.command("cancel")
def tasks_cancel(
    ids: Ids, server: ServerUrl = None, key: ServerKey = None, data_dir: DataDir = None
) -> None:
    """Stop tasks, and throw away what has come of them."""
    from argosy.cli.act import CANCEL, act

    using(server, key, data_dir, lambda client: act(client, CANCEL, ids))


@tasks_app.command("retry")
def tasks_retry(
    ids: Ids, server: ServerUrl = None, key: ServerKey = None, data_dir: DataDir = None
) -> None:
    """Try again what failed, or was cancelled or skipped."""
    from argosy.cli.act import RETRY, act

    using(server, key, data_dir, lambda client: act(client, RETRY, ids))


@tasks_app.command("remove")
def tasks_remove(
    ids: Ids,
    *,
    with_files: WithFiles = False,
    server: ServerUrl = None,
    key: ServerKey = None,
    data_dir: DataDir = None,
) -> None:
    """Remove tasks from the list; for a minute they can be restored. Files stay."""
    from argosy.cli.act import REMOVE, act

    asked = {"withFiles": with_files}
    using(server, key, data_dir, lambda client: act(client, REMOVE, ids, asked))


@tasks_app.command("restore")
def tasks_restore(
    ids: Annotated[
        list[str],
        typer.Argument(metavar="ID...", help="A whole id, or what `remove` has printed."),
    ],
    server: ServerUrl = None,
    key: ServerKey = None,
    data_dir: DataDir = None,
) -> None:
    """Restore what was removed less than a minute ago."""
    from argosy.cli.act import restore

    using(server, key, data_dir, lambda client: restore(client, ids))


@tasks_app.command("move")
def tasks_move(
    ids: Ids,
    *,
    top: Annotated[bool, typer.Option("--top", help="Before all of its priority.")] = False,
    bottom: Annotated[bool, typer.Option("--bottom", help="After all of its priority.")] = False,
    before: Annotated[str | None, typer.Option(metavar="ID", help="Just before this one.")] = None,
    after: Annotated[str | None, typer.Option(metavar="ID", help="Just after this one.")] = None,
    server: ServerUrl = None,
    key: ServerKey = None,
    data_dir: DataDir = None,
) -> None:
    """Move tasks within the queue; they keep the order in which they are given."""
    from argosy.cli.act import move

    def run(client: "Client") -> int:
        return move(client, ids, top=top, bottom=bottom, before=before, after=after)

    using(server, key, data_dir, run)


@tasks_app.command("set")
def tasks_set(
    ids: Ids,
    *,
    priority: Annotated[str | None, typer.Option(metavar="P", help="low, normal or high.")] = None,
    limit: Annotated[
        str | None, typer.Option(metavar="S", help="Bytes a second: 500K, 2M; none lifts it.")
    ] = None,
    start_at: Annotated[
        str | None,
        typer.Option(metavar="T", help="22:30, +2h, '2026-12-24 20:15', or now."),
    ] = None,
    server: ServerUrl = None,
    key: ServerKey = None,
    data_dir: DataDir = None,
) -> None:
    """Change how urgent tasks are, how fast they may be, or when they start."""
    from argosy.cli.act import SET, act
    from argosy.cli.wishes import changes

    def run(client: "Client") -> int:
        asked: dict[str, Any] = changes(priority=priority, limit=limit, start_at=start_at)
        return act(client, SET, ids, asked)

    using(server, key, data_dir, run)


@tasks_app.command("clear")
def tasks_clear(
    state: States = None,
    with_files: WithFiles = False,
    server: ServerUrl = None,
    key: ServerKey = None,
    data_dir: DataDir = None,
) -> None:
    """Remove all your finished tasks from the list; for a minute they can be restored."""
    from argosy.cli.act import clear
    from argosy.cli.tasks import Wanted

    def run(client: "Client") -> int:
        return clear(client, Wanted(state or ()).states_asked(), with_files=with_files)

    using(server, key, data_dir, run)


@queue_app.callback()
def queue(
    context: typer.Context,
    as_json: AsJson = False,
    server: ServerUrl = None,
    key: ServerKey = None,
    data_dir: DataDir = None,
) -> None:
    """Show the queue. `pause` and `resume` stop it and let it go on."""
    if is_for_a_command(context):
        return
    from argosy.cli.queue import show

    using(server, key, data_dir, lambda client: show(client, as_json=as_json))


OfServer = Annotated[
    bool, typer.Option("--everybody", help="That of all users; for administrators.")
]


@queue_app.command("pause")
def queue_pause(
    everybody: OfServer = False,
    server: ServerUrl = None,
    key: ServerKey = None,
    data_dir: DataDir = None,
) -> None:
    """Start nothing more, and put back what runs."""
    _pause(server, key, data_dir, is_paused=True, of_server=everybody)


@queue_app.command("resume")
def queue_resume(
    everybody: OfServer = False,
    server: ServerUrl = None,
    key: ServerKey = None,
    data_dir: DataDir = None,
) -> None:
    """Let tasks start again."""
    _pause(server, key, data_dir, is_paused=False, of_server=everybody)


def _pause(
    server: str | None, key: str | None, data_dir: str | None, *, is_paused: bool, of_server: bool
) -> None:
    from argosy.cli.queue import pause

    using(
        server,
        key,
        data_dir,
        lambda client: pause(client, is_paused=is_paused, of_server=of_server),
    )


def watch(
    *,
    events: Annotated[
        bool, typer.Option("--events", help="Only a line for each event, no bars.")
    ] = False,
    everybody: OfServer = False,
    after: Annotated[
        str | None,
        typer.Option(metavar="CURSOR", help="Begin behind this event, as --json shows it."),
    ] = None,
    as_json: AsJson = False,
    server: ServerUrl = None,
    key: ServerKey = None,
    data_dir: DataDir = None,
) -> None:
    """Watch your queue until Ctrl-C: what runs, and each event as it happens."""
    from argosy.cli.watch import Wanted
    from argosy.cli.watch import watch as run

    wanted = Wanted(events, everybody, as_json, after)
    using(server, key, data_dir, lambda client: run(client, wanted))
