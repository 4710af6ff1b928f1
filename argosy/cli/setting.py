"""The settings, or an end with all that is wrong with them."""

import typer

from argosy.loading import BadSettings, load_settings
from argosy.settings import Settings


def settings_or_exit(**flags: object) -> Settings:
    """Return the settings; print what is wrong with them and exit with 2."""
    try:
        return load_settings(**flags)
    except BadSettings as bad:
        typer.echo("argosy: these settings cannot be used:", err=True)
        for problem in bad.problems:
            typer.echo(f"  {problem}", err=True)
        raise typer.Exit(2) from None
