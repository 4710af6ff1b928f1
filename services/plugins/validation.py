"""Whether the settings of a plugin are what its schema wants.

Whoever wrote a schema may have written a pattern that takes for ever on some text, and Python
answers nobody meanwhile. So settings are matched with patterns in a process of its own, which has
a few seconds for it.
"""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson

from services.errors import InvalidInput
from services.plugins.preferences import Schema, Settings, is_secret_at
from services.store.rows import write_json
from services.text import plain

MOST_ERRORS = 20
LARGEST = 64 << 10  # letters of all settings together
PATTERNS = frozenset({"pattern", "patternProperties"})
SECONDS = 5.0  # for matching
ROOT = Path(__file__).parents[2]
PROGRAM = (
    "import sys; sys.path.insert(0, sys.argv.pop()); "
    "from services.plugins.validation import main; main()"
)


def problem_of(schema: Schema) -> str | None:
    """Return what is wrong with a schema of settings, if anything."""
    from jsonschema import Draft202012Validator  # slow to import, and seldom needed
    from jsonschema.exceptions import SchemaError

    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        where = ".".join(map(str, error.absolute_path))
        return f"Its schema of settings is none, at {where or 'its top'}: {error.message[:200]}"
    return None


def errors_in(
    schema: Schema, settings: Settings, *, seconds: float = SECONDS
) -> list[InvalidInput]:
    """Return what is wrong with settings; the fields are paths such as `settings.retry.count`.

    It blocks: call it in a thread.
    """
    if problem := problem_of(schema):
        return [InvalidInput(problem, field="settings")]
    try:
        size = len(write_json(settings))
    except TypeError:
        message = "Settings hold something that cannot be kept, such as a number of many digits."
        return [InvalidInput(message, field="settings")]
    if size > LARGEST:
        return [InvalidInput(f"Settings have up to {LARGEST} letters.", field="settings")]
    found = _apart(schema, settings, seconds) if _has_patterns(schema) else _wrong(schema, settings)
    return [InvalidInput(message, field=field) for field, message in found]


def main() -> None:
    """Answer what is asked on standard input."""
    schema, settings = orjson.loads(sys.stdin.buffer.read())
    sys.stdout.buffer.write(orjson.dumps(_wrong(schema, settings)))


Wrong = list[tuple[str, str]]  # the field, and what is wrong with it


def _wrong(schema: Schema, settings: Settings) -> Wrong:
    try:
        return list(_first_errors(schema, settings))
    except RecursionError as error:
        reason = plain(str(error), most=200)
        return [("settings", f"Its schema of settings cannot be used: {reason}.")]


def _apart(schema: Schema, settings: Settings, seconds: float) -> Wrong:
    try:
        done = subprocess.run(  # noqa: S603 - our own program, and no word from outside
            [sys.executable, "-P", "-c", PROGRAM, str(ROOT)],
            input=orjson.dumps([schema, settings]),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=seconds,
            check=True,
            env={},
            cwd="/",
        )
    except subprocess.TimeoutExpired:
        reason = f"matching them with the patterns of its schema took over {seconds:g} seconds"
    except (OSError, subprocess.SubprocessError):
        reason = "what matches them with the patterns of its schema ended"
    else:
        return [(field, message) for field, message in orjson.loads(done.stdout)]
    return [("settings", f"These settings cannot be checked: {reason}. Give others.")]


def _first_errors(schema: Schema, settings: Settings) -> Iterator[tuple[str, str]]:
    from jsonschema import Draft202012Validator

    for number, error in enumerate(Draft202012Validator(schema).iter_errors(settings), 1):
        path = [str(part) for part in error.absolute_path]
        if error.validator == "required" and isinstance(error.instance, Mapping):
            names = [n for n in error.validator_value if n not in error.instance]
            path += [name for name in names if f"'{name}'" in error.message][:1]
        is_hidden = is_secret_at(schema, path)
        told = f"It does not meet `{error.validator}`." if is_hidden else error.message
        yield plain(".".join(["settings", *path]), most=200), plain(told, most=300)
        if number == MOST_ERRORS:
            return


def _has_patterns(content: Any) -> bool:
    """Whether a schema, or what is in it, says what text must look like."""
    if isinstance(content, Mapping):
        return any(key in PATTERNS or _has_patterns(below) for key, below in content.items())
    return isinstance(content, list) and any(_has_patterns(below) for below in content)
