"""The options that several commands take."""

from typing import Annotated

import typer

DataDir = Annotated[
    str | None,
    typer.Option("--data-dir", metavar="D", help="Folder of the database (ARGOSY_DATA_DIR)."),
]
ServerUrl = Annotated[
    str | None,
    typer.Option(
        "--server", metavar="URL", envvar="ARGOSY_URL", help="Default: the one on this machine."
    ),
]
ServerKey = Annotated[
    str | None,
    typer.Option(
        "--key", metavar="KEY", envvar="ARGOSY_KEY", help="Not needed for your own on this machine."
    ),
]
