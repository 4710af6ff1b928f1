"""Structured logs, to standard error: lines for people on a terminal, JSON elsewhere.

The server keeps the same lines as JSON in files: `services/logs/`.

Nothing is written before what looks like a secret is taken out of it, whoever tells it: we, a
library, or an exception.
"""

import json
import logging
import sys
import threading
from typing import Any

import orjson
import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from services.logs.handler import LogHandler
from services.logs.levels import SUCCESS_WORD, LogLevel, set_threshold
from services.redaction import escape, redact_content

# What these tell at the level INFO, the command itself tells to people who look.
TOLD_TO_PEOPLE = ("argosy.server", "services.store.migrations")
OF_SEVERAL_LINES = ("exception", "stack")


class BoundLogger(structlog.stdlib.BoundLogger):
    """Structlog's own, which gives Python's logging the level SUCCESS too."""

    def _proxy_to_logger(
        self, method_name: str, event: str | None = None, *event_args: str, **event_kw: Any
    ) -> Any:
        if event_kw.get("level") != SUCCESS_WORD:
            return super()._proxy_to_logger(method_name, event, *event_args, **event_kw)
        try:
            args, kw = self._process_event(method_name, event, event_kw)
        except structlog.DropEvent:
            return None
        return self._logger.log(LogLevel.SUCCESS.number, *args, **kw)


class JsonFormatter(structlog.stdlib.ProcessorFormatter):
    """Makes each line once, for whoever wants it as JSON."""

    def format(self, record: logging.LogRecord) -> str:
        made = getattr(record, "as_json", None)
        if not isinstance(made, str):
            made = record.as_json = super().format(record)
        return made


def configure_logs(level: LogLevel, *, keeps: bool = False) -> None:
    """Set up logging for this process, our own and that of the libraries.

    With `keeps`, a server of this process takes the lines too (`services/logs/handler.py`).
    """
    logging.addLevelName(LogLevel.SUCCESS.number, LogLevel.SUCCESS.value)
    logging.raiseExceptions = False  # or a line that cannot be written is printed with its secrets
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        _add_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[
            _drop_below,
            *shared,
            structlog.processors.UnicodeDecoder(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=BoundLogger,
        cache_logger_on_first_use=True,
    )
    as_json = JsonFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            # Without local variables: they hold keys, and URLs with what is secret in them.
            structlog.processors.ExceptionRenderer(
                structlog.tracebacks.ExceptionDictTransformer(show_locals=False, max_frames=20)
            ),
            hide_secrets,
            structlog.processors.JSONRenderer(serializer=_dumps),
        ],
    )
    console = logging.StreamHandler(sys.stderr)
    console.setFormatter(as_json)
    if sys.stderr.isatty():
        console.setFormatter(_for_people(shared))
        console.addFilter(_is_not_told_already)
    handlers: list[logging.Handler] = [console]
    if keeps:
        kept = LogHandler()
        kept.setFormatter(as_json)
        handlers.append(kept)
    logging.getLogger().handlers = handlers
    set_threshold(level)


def _for_people(shared: list[Processor]) -> logging.Formatter:
    """Return what makes lines for a terminal."""
    levels = structlog.dev.ConsoleRenderer.get_default_level_styles()
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.ExceptionRenderer(),
            hide_secrets,
            structlog.dev.ConsoleRenderer(
                exception_formatter=structlog.dev.plain_traceback,
                level_styles=levels | {SUCCESS_WORD: levels["info"]},
            ),
        ],
    )


def _is_not_told_already(record: logging.LogRecord) -> bool:
    """Leave out what the command itself tells to people who look."""
    is_told = record.name in TOLD_TO_PEOPLE and record.levelno < logging.WARNING
    return not (is_told and logging.getLogger().level == logging.INFO)


def _drop_below(logger: WrappedLogger, method: str, line: EventDict) -> EventDict:
    """Drop lines of a level that is not logged, before anything is made of them."""
    if line.get("level") != SUCCESS_WORD:
        return structlog.stdlib.filter_by_level(logger, method, line)
    if logger.disabled or logger.getEffectiveLevel() > LogLevel.SUCCESS.number:
        raise structlog.DropEvent
    return line


def _add_level(logger: WrappedLogger, method: str, line: EventDict) -> EventDict:
    if line.get("level") == SUCCESS_WORD:
        return line
    return structlog.stdlib.add_log_level(logger, method, line)


def _dumps(line: EventDict, **_: object) -> str:
    try:
        return orjson.dumps(line).decode()
    except (TypeError, ValueError):  # a number that is too large, half a letter
        return json.dumps(line, default=str)


def log_what_escapes() -> None:
    """Log what ends a thread or a finalizer; Python itself would write it as it is."""

    def log_thread(found: threading.ExceptHookArgs) -> None:
        if found.exc_type is not SystemExit:
            _tell("thread.crashed", found.exc_value)

    def log_unraisable(found: "sys.UnraisableHookArgs") -> None:
        _tell("finalizer.crashed", found.exc_value)

    threading.excepthook = log_thread
    sys.unraisablehook = log_unraisable


def _tell(event: str, error: BaseException | None) -> None:
    structlog.get_logger(__name__).error(event, exc_info=error or True)


def hide_secrets(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
    """Take secrets out of a line, and write out what a terminal would obey."""
    return {
        escape(name): _escaped(redact_content(value, name=name), lines=name in OF_SEVERAL_LINES)
        for name, value in line.items()
    }


def _escaped(content: Any, *, lines: bool) -> Any:
    if isinstance(content, str):
        return escape(content, lines=lines)
    if isinstance(content, list):
        return [_escaped(item, lines=lines) for item in content]
    if isinstance(content, dict):
        return {name: _escaped(value, lines=lines) for name, value in content.items()}
    return content
