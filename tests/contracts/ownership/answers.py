"""What may be answered: each a claim about what comes back, and about what does not."""

import re
from dataclasses import dataclass
from typing import Any

from services.access.identity import Scope

TIMES = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|\+00:00)")
REQUEST_IDS = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Heard:
    """What came back, by whatever way. `traces` are words that are the owner's alone."""

    status: int
    text: str
    data: Any
    errors: tuple[tuple[str, str], ...]  # code and message, of the answer and of payloads
    traces: tuple[str, ...]

    @property
    def codes(self) -> list[str]:
        return [code for code, _ in self.errors]

    def without(self, *asked: str) -> str:
        """Return the text without what is different each time, and without what was asked for."""
        text = REQUEST_IDS.sub("*", TIMES.sub("*", self.text))
        for word in asked:
            text = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", "*", text)
        return text


Figures = tuple[tuple[str, int | None], ...]  # numbers by where they stand: `queue.running`


@dataclass(frozen=True, slots=True)
class Sees:
    """It works, and shows something of the owner's.

    Where that is no word of theirs it is in `figures`; where it `shows` nothing, it changes what is
    theirs, or is about nobody.
    """

    shows: bool = True
    figures: Figures = ()

    def check(self, heard: Heard) -> None:
        assert heard.status == 200, heard.text
        assert not heard.errors, heard.text
        assert heard.traces or not self.shows, heard.text
        _check(heard, self.figures)


@dataclass(frozen=True, slots=True)
class Own:
    """It works, is about whoever asks, and shows nothing of the owner's.

    `figures` are numbers that must be these: sums in which the owner's would show.
    """

    figures: Figures = ()

    def check(self, heard: Heard) -> None:
        assert heard.status == 200, heard.text
        assert not heard.errors, heard.text
        assert not heard.traces, heard.text
        _check(heard, self.figures)


@dataclass(frozen=True, slots=True)
class Absent:
    """To the letter what is answered where there is no such thing."""

    code: str = "NOT_FOUND"

    def check(self, heard: Heard) -> None:
        assert heard.status == 200, heard.text
        assert set(heard.codes) == {self.code}, heard.text


@dataclass(frozen=True, slots=True)
class Nothing:
    """Null without an error, as where there is no such thing."""

    def check(self, heard: Heard) -> None:
        assert heard.status == 200, heard.text
        assert not heard.errors, heard.text
        assert all(value in (None, [None]) for value in heard.data.values()), heard.text


@dataclass(frozen=True, slots=True)
class Refused:
    """It is understood and cannot be done, whoever asks."""

    code: str

    def check(self, heard: Heard) -> None:
        assert set(heard.codes) == {self.code}, heard.text
        assert not heard.traces, heard.text


@dataclass(frozen=True, slots=True)
class Forbidden:
    """Whoever asks may not do this at all; with `scope`, that is what is missing."""

    scope: Scope | None = None

    def check(self, heard: Heard) -> None:
        assert set(heard.codes) == {"FORBIDDEN"}, heard.text
        assert not heard.traces, heard.text
        assert self.scope is None or self.scope.value in heard.text, heard.text


@dataclass(frozen=True, slots=True)
class Nobody:
    """It is not answered to who has not proved who they are."""

    def check(self, heard: Heard) -> None:
        assert heard.status == 401, heard.text
        assert heard.codes == ["UNAUTHORIZED"], heard.text
        assert not heard.traces, heard.text


Expected = Sees | Own | Absent | Nothing | Refused | Forbidden | Nobody


def _check(heard: Heard, figures: Figures) -> None:
    for path, figure in figures:
        value = heard.data
        for step in path.split("."):
            value = value[step]
        assert value == figure, (path, heard.text)
