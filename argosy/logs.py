"""Structured logs, to standard error: lines for people on a terminal, JSON elsewhere."""

import logging
import sys

import structlog
from structlog.typing import Processor

# What these tell at the level INFO, the command itself tells to people who look.
TOLD_TO_PEOPLE = ("argosy.server", "services.store.migrations")
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
        [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
        if on_terminal
        else [
            # Without local variables: they hold keys, and URLs with what is secret in them.
            structlog.processors.ExceptionRenderer(
                structlog.tracebacks.ExceptionDictTransformer(show_locals=False, max_frames=20)
            ),
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
