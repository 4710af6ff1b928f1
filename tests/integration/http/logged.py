"""What the server logs, taken by it as when it runs as a program."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from argosy.logs import configure_logs
from services.logs.handler import LogHandler
from services.logs.levels import FOREIGN, LogLevel


@contextmanager
def logged(level: LogLevel = LogLevel.INFO) -> Iterator[None]:
    """Set logging up as `argosy serve` does, without a console, and take it down again."""
    root = logging.getLogger()
    loggers = [root, *map(logging.getLogger, FOREIGN)]
    handlers, levels, raises = (
        root.handlers,
        [each.level for each in loggers],
        logging.raiseExceptions,
    )
    configure_logs(level, keeps=True)
    structlog.configure(cache_logger_on_first_use=False)  # or tests that come later cannot listen
    root.handlers = [found for found in root.handlers if isinstance(found, LogHandler)]
    try:
        yield
    finally:
        structlog.reset_defaults()
        root.handlers, logging.raiseExceptions = handlers, raises
        for each, before in zip(loggers, levels, strict=True):
            each.setLevel(before)
