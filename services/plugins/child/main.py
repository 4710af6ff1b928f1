"""The process of one plugin: it loads the plugin, and calls its hooks one after another.

Started with the number of the socket that leads to the server. It ends when that does.
"""

import contextlib
import logging
import os
import resource
import socket
import sys
import traceback
from typing import Any

from services.plugins.child.context import Context, NotFound, Remote, TryLater
from services.plugins.child.line import Line
from services.plugins.child.loading import BadPlugin, load
from services.plugins.frames import BadFrame, Message

LONGEST_ERROR = 500
LONGEST_TRACE = 4000
LONGEST_LINE = 2000  # letters of a log line
NICE = 10  # what a plugin computes waits for what the server does
OUT_OF_MEMORY = 137  # how a process ends that was killed for its memory


class _Logs(logging.Handler):
    """Gives log lines to the server."""

    def __init__(self, line: Line) -> None:
        super().__init__()
        self._line = line

    def emit(self, record: logging.LogRecord) -> None:
        message = record.getMessage()[:LONGEST_LINE]
        with contextlib.suppress(BadFrame):
            self._line.send({"log": record.levelname.lower(), "message": message})


def main(number: int) -> None:
    """Do what the server says, for ever."""
    line = Line(socket.socket(fileno=number))
    first = line.next_call()["arguments"]
    _restrain(first["memory"])
    log = logging.getLogger(first["name"])
    log.addHandler(_Logs(line))
    log.setLevel(logging.DEBUG)
    log.propagate = False
    context = Context(
        name=first["name"],
        settings=first["settings"],
        state=first["state"],
        server=line,
        log=log,
    )
    try:
        hooks = load(first["name"], first["file"], first["module"], first["hooks"])
    except BaseException as error:  # noqa: BLE001 - whatever a stranger's code raises
        line.send(_told(error))
        return
    line.send({"result": None})
    while True:
        _answer(line, hooks, context, line.next_call())


def _restrain(memory: int) -> None:
    """Take from this process what would hurt others."""
    os.nice(NICE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


def _answer(line: Line, hooks: Any, context: Context, call: Message) -> None:
    """Call a hook, and tell the server what came of it."""
    try:
        result = getattr(hooks, call["call"])(**call["arguments"], context=context)
        if call["call"] == "read_file":
            for chunk in result if result is not None else ():
                line.send_chunk(_bytes(chunk))
            result = None
        line.send({"result": _plain(result) if call["call"] != "progress" else None})
    except MemoryError:
        # What leaked is given back by nothing but the end.
        with contextlib.suppress(BaseException):
            line.send({"error": "MemoryError", "message": "It has used up its memory."})
        os._exit(OUT_OF_MEMORY)
    except BadFrame as error:
        line.send({"error": "TypeError", "message": f"What the hook returned: {error}"})
    except BaseException as error:  # noqa: BLE001 - whatever a stranger's code raises
        line.send(_told(error))


def _plain(result: Any) -> Any:
    """Return the result as JSON takes it. Of hooks that all answer, nobody reads what they say."""
    if isinstance(result, Remote):
        modified = None if result.modified is None else result.modified.isoformat()
        return {"size": result.size, "name": result.name, "modified": modified}
    return None if isinstance(result, list) else result


def _bytes(chunk: Any) -> bytes:
    if not isinstance(chunk, bytes | bytearray | memoryview):
        message = f"read_file yields bytes, not {type(chunk).__name__}."
        raise TypeError(message)
    return bytes(chunk)


def _told(error: BaseException) -> Message:
    """Return what is told of an error: what it says, and where it came from."""
    kind = "BadPlugin" if isinstance(error, BadPlugin) else type(error).__name__
    if isinstance(error, NotFound | TryLater):
        kind = "NotFound" if isinstance(error, NotFound) else "TryLater"
    try:
        message = str(error)[:LONGEST_ERROR]
        trace = "".join(traceback.format_exception(error))[-LONGEST_TRACE:]
    except Exception:  # noqa: BLE001 - an error that cannot even be shown
        message, trace = "", ""
    return {
        "error": kind[:LONGEST_ERROR].encode(errors="replace").decode(),
        "message": message.encode(errors="replace").decode(),
        "trace": trace.encode(errors="replace").decode(),
    }


if __name__ == "__main__":
    main(int(sys.argv[1]))
