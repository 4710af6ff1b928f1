"""The commands about users: `argosy user`. Passwords are typed, or stand in a file, and never in
the command: others on the machine can read that.
"""

from typing import Annotated

import typer

from argosy.cli.options import DataDir

user_app = typer.Typer(help="Users of this server.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="NAME", help="The user's name.")]
PasswordFile = Annotated[
    str | None,
    typer.Option(metavar="FILE", help="Its first line is the password; - is standard input."),
]


@user_app.command("create")
def user_create(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Small letters, digits, - and _.")],
    *,
    role: Annotated[str, typer.Option(metavar="admin|user", help="What kind of user.")] = "user",
    tier: Annotated[str | None, typer.Option(metavar="T", help="Which quotas hold.")] = None,
    password: Annotated[
        bool, typer.Option("--password", help="Ask for a password. Without one: keys alone.")
    ] = False,
    password_file: PasswordFile = None,
    data_dir: DataDir = None,
) -> None:
    """Make a user."""
    from argosy.cli.passwords import read_password
    from argosy.cli.setting import settings_or_exit
    from argosy.cli.users import create

    settings = settings_or_exit(data_dir=data_dir)
    given = read_password(password_file) if password or password_file else None
    create(settings, name, role, tier, given)


@user_app.command("list")
def user_list(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    data_dir: DataDir = None,
) -> None:
    """List all users."""
    from argosy.cli.setting import settings_or_exit
    from argosy.cli.users import show_all

    show_all(settings_or_exit(data_dir=data_dir), as_json=as_json)


@user_app.command("update")
def user_update(
    name: Name,
    *,
    role: Annotated[
        str | None, typer.Option(metavar="admin|user", help="What kind of user.")
    ] = None,
    tier: Annotated[str | None, typer.Option(metavar="T", help="Which quotas hold.")] = None,
    active: Annotated[
        bool | None,
        typer.Option("--active/--inactive", help="Whether they may use the server."),
    ] = None,
    reset_second_factor: Annotated[
        bool, typer.Option("--reset-second-factor", help="Forget it, if it is lost.")
    ] = False,
    data_dir: DataDir = None,
) -> None:
    """Change a user. A running server obeys within a second."""
    from argosy.cli.setting import settings_or_exit
    from argosy.cli.users import update

    settings = settings_or_exit(data_dir=data_dir)
    update(settings, name, role, tier, active, resets_second_factor=reset_second_factor)


@user_app.command("password")
def user_password(
    name: Name, *, password_file: PasswordFile = None, data_dir: DataDir = None
) -> None:
    """Give a user another password, and log them out everywhere."""
    from argosy.cli.passwords import read_password
    from argosy.cli.setting import settings_or_exit
    from argosy.cli.users import set_password

    settings = settings_or_exit(data_dir=data_dir)
    set_password(settings, name, read_password(password_file))


@user_app.command("delete")
def user_delete(
    name: Name,
    *,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask again.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Remove a user with their keys, logins and tasks. Their finished files stay."""
    from argosy.cli.setting import settings_or_exit
    from argosy.cli.users import look_up, remove

    settings = settings_or_exit(data_dir=data_dir)
    if not yes:
        look_up(settings, name)  # nobody is asked about a user that there is not
        typer.confirm(f"Remove {name}, with all their tasks?", abort=True, err=True)
    remove(settings, name)
