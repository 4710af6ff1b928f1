"""The commands about plugins: `argosy plugin`."""

from pathlib import Path
from typing import Annotated

import typer

from argosy.cli.options import DataDir

plugin_app = typer.Typer(help="Plugins of this server.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="NAME", help="Which plugin.")]


@plugin_app.command("list")
def plugin_list(
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object a line, for scripts.")
    ] = False,
    data_dir: DataDir = None,
) -> None:
    """List all plugins that there are: name, version, whether they are on, what is wrong."""
    from argosy.cli.plugins import list_plugins
    from argosy.cli.setting import settings_or_exit

    list_plugins(settings_or_exit(data_dir=data_dir), as_json=as_json)


@plugin_app.command("enable")
def plugin_enable(name: Name, data_dir: DataDir = None) -> None:
    """Switch a plugin on, and grant it what it asks for. A running server does it in seconds."""
    from argosy.cli.plugins import enable_plugin
    from argosy.cli.setting import settings_or_exit

    enable_plugin(settings_or_exit(data_dir=data_dir), name)


@plugin_app.command("disable")
def plugin_disable(name: Name, data_dir: DataDir = None) -> None:
    """Switch a plugin off."""
    from argosy.cli.plugins import disable_plugin
    from argosy.cli.setting import settings_or_exit

    disable_plugin(settings_or_exit(data_dir=data_dir), name)


@plugin_app.command("check")
def plugin_check(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="NAME.py, or the folder NAME.")],
    *,
    settings: Annotated[
        str | None, typer.Option(metavar="JSON", help="Settings to try it with.")
    ] = None,
    url: Annotated[
        str | None, typer.Option(metavar="URL", help="One that its engine is to fetch.")
    ] = None,
) -> None:
    """Check a plugin that you write: its manifest, its imports, and each hook with a sample.

    Ends with 1 if something is wrong.
    """
    from argosy.cli.plugins import check_plugin

    raise typer.Exit(check_plugin(path, settings, url))
