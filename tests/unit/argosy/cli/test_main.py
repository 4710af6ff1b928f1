"""How the command ends when something goes wrong in it."""

import errno
import os

import pytest

from argosy.cli import main as command
from services.errors import Conflict


def end_of(error: Exception, monkeypatch: pytest.MonkeyPatch) -> object:
    """Return with what the command exits when `error` comes out of it."""

    def fail(**_: object) -> None:
        raise error

    monkeypatch.setattr(command, "app", fail)
    with pytest.raises(SystemExit) as caught:
        command.main()
    return caught.value.code


def test_error_of_ours_is_its_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    assert end_of(Conflict("It is taken."), monkeypatch) == "argosy: It is taken."


def test_error_of_the_system_names_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    error = OSError(errno.EACCES, os.strerror(errno.EACCES), "/a\x1b/b")

    assert end_of(error, monkeypatch) == "argosy: Permission denied: /a/b"


@pytest.mark.parametrize(("level", "is_traced"), [("INFO", False), ("DEBUG", True)])
def test_mistake_is_a_sentence_and_a_traceback_only_on_demand(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    level: str,
    is_traced: bool,
) -> None:
    monkeypatch.setenv("ARGOSY_LOG_LEVEL", level)

    status = end_of(ValueError("no\x1b[31m\nway"), monkeypatch)

    said = capsys.readouterr().err
    assert status == 70
    assert "own (ValueError: no[31m way). Please report it" in said
    assert ("Traceback" in said) is is_traced
