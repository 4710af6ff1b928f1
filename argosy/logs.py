"""Structured logs, to standard error: lines for people on a terminal, JSON elsewhere.

Nothing is written before what looks like a secret is taken out of it, whoever tells it: we, a
library, or an exception.
"""

import logging
import sys
import threading
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from services.redaction import escape, redact_content

# What these tell at the level INFO, the command itself tells to people who look.
TOLD_TO_PEOPLE = ("argosy.server", "services.store.migrations")
OF_SEVERAL_LINES = ("exception", "stack")
FOREIGN = ("uvicorn.error", "asyncio", "tortoise", "aiosqlite", "asyncpg", "aioftp", "asyncssh")


def configure_logs(level: str) -> None:
    """Set up logging for this process, our own and that of the libraries."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    on_terminal = sys.stderr.isatty()
    last: list[Processor] = (
        [
            structlog.processors.ExceptionRenderer(),
            hide_secrets,
            structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback),
        ]
        if on_terminal
        else [
            # Without local variables: they hold keys, and URLs with what is secret in them.
            structlog.processors.ExceptionRenderer(
                structlog.tracebacks.ExceptionDictTransformer(show_locals=False, max_frames=20)
            ),
            hide_secrets,
            structlog.processors.JSONRenderer(),
        ]
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.processors.UnicodeDecoder(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    quiet = logging.WARNING if on_terminal and root.level == logging.INFO else logging.NOTSET
    for name in TOLD_TO_PEOPLE:
        logging.getLogger(name).setLevel(quiet)
    # The libraries tell more than an operator wants to know.
    for name in FOREIGN:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))


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
