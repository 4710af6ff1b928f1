"""Passwords as they come to the command line: typed twice, or from a file."""

import sys
from getpass import getpass
from pathlib import Path

from services.errors import InvalidInput

LONGEST_LINE = 8192  # letters


def read_password(file: str | None) -> str:
    """Return the first line of `file`, or of standard input for `-`; without one, ask for it.

    Raises `InvalidInput` where there is none, and where nobody can be asked.
    """
    if file is not None:
        return first_line(file)
    if not sys.stdin.isatty():
        message = "There is no terminal to ask for a password. Put it in a file: --password-file."
        raise InvalidInput(message)
    password = getpass("Password: ")
    if getpass("Once more: ") != password:
        message = "These were two passwords. Try again."
        raise InvalidInput(message)
    return password


def first_line(file: str) -> str:
    """Return the first line of `file`, or of standard input for `-`; raise `InvalidInput`."""
    try:
        if file == "-":
            line = sys.stdin.readline(LONGEST_LINE)
        else:
            with Path(file).open(encoding="utf-8") as opened:
                line = opened.readline(LONGEST_LINE)
    except UnicodeDecodeError as error:
        message = "The file with the password is not UTF-8."
        raise InvalidInput(message) from error
    if not (password := line.rstrip("\r\n")):
        message = "There is no password in the first line."
        raise InvalidInput(message)
    return password
