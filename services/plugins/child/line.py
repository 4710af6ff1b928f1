"""The line to the server, as the process of a plugin holds it.

A thread of its own listens: so the end of the server is heard even while a hook never returns,
and the process ends with it.
"""

import os
import signal
import socket
import threading
from queue import SimpleQueue
from typing import Any

from services.plugins.frames import (
    HEAD,
    LARGEST_CHUNK,
    Message,
    pack,
    pack_chunk,
    read_head,
    unpack,
)


class Refused(Exception):
    """The server did not do what was asked of it; the message says why."""


class Line:
    """Calls come, and what becomes of them goes; in between, the plugin asks the server."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._calls: SimpleQueue[Message] = SimpleQueue()
        self._answers: SimpleQueue[Message] = SimpleQueue()
        self._sending = threading.Lock()
        self._asking = threading.Lock()
        threading.Thread(target=self._listen, name="line", daemon=True).start()

    def next_call(self) -> Message:
        """Wait for what is to be done next."""
        return self._calls.get()

    def send(self, message: Message) -> None:
        """Send a message. Raises `BadFrame` where it cannot be one."""
        frame = pack(message)
        with self._sending:
            self._connection.sendall(frame)

    def send_chunk(self, chunk: bytes) -> None:
        """Send bytes of a file, however many."""
        with self._sending:
            for start in range(0, len(chunk), LARGEST_CHUNK):
                self._connection.sendall(pack_chunk(chunk[start : start + LARGEST_CHUNK]))

    def ask(self, what: str, **arguments: Any) -> Any:
        """Have the server do something, and return what came of it. Raises `Refused`."""
        with self._asking:
            self.send({"ask": what, "arguments": arguments})
            answer = self._answers.get()
        if "refused" in answer:
            raise Refused(answer["refused"])
        return answer["answer"]

    def _listen(self) -> None:
        try:
            while True:
                size, _ = read_head(self._receive(HEAD.size))
                message = unpack(self._receive(size))
                (self._calls if "call" in message else self._answers).put(message)
        finally:
            os.killpg(0, signal.SIGKILL)  # with whatever the plugin has started

    def _receive(self, size: int) -> bytes:
        received = bytearray()
        while len(received) < size:
            part = self._connection.recv(size - len(received))
            if not part:
                raise EOFError
            received += part
        return bytes(received)
