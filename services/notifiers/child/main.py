"""Reads one order from standard input, does it, and writes what came of it to standard output.

It is started for one message and ends with it. The order is JSON: `do` (`check` or `send`), `url`,
`proxy`, and of a message `title`, `body` and `level`. Nothing of it stands in the arguments or the
environment, which others on the machine may read.
"""

import json
import logging
import os
import signal
import sys
from typing import Any

from services.notifiers.child.belt import Belt, limit
from services.notifiers.child.dialing import Dialer
from services.notifiers.child.services import Refused, make, name_of, secrets_in, shown

HIDDEN = "[hidden]"
LONGEST_ERROR = 300
LEVELS = {"info": "info", "warning": "warning", "critical": "failure"}


class Complaints(logging.Handler):
    """Keeps the last thing that apprise complained about."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.last: str | None = None

    def emit(self, record: logging.LogRecord) -> None:
        self.last = record.getMessage()


def main(code: str) -> None:
    """Do one order. `code` is the folder of our own modules."""
    order = json.loads(sys.stdin.buffer.read())
    signal.alarm(int(order["seconds"]) + 1)  # should nobody be left to end it
    answers = os.dup(1)
    os.dup2(2, 1)  # libraries that print are not to be taken for the answer
    complaints = _listen()
    dialer = Dialer(*order["proxy"])
    belt = Belt(dialer.proxy, code)
    _load()
    limit()
    dialer.install()
    belt.fasten()
    answer = _do(order, complaints, dialer, belt)
    os.write(answers, json.dumps(answer).encode())
    os._exit(0)  # what a library would still do at the end is not waited for


def _load() -> None:
    """Import what will be needed while that is still allowed."""
    import apprise  # noqa: F401
    from apprise.plugins import N_MGR

    N_MGR.load_modules()  # type: ignore[no-untyped-call]


def _listen() -> Complaints:
    complaints = Complaints()
    logging.getLogger("apprise").addHandler(complaints)
    return complaints


def _do(
    order: dict[str, Any], complaints: Complaints, dialer: Dialer, belt: Belt
) -> dict[str, Any]:
    try:
        service = make(order["url"])
        about = {"service": name_of(service), "shown": shown(service)}
        if order["do"] == "check" or _send(service, order):
            return {"ok": True, **about}
    except Refused as refused:
        return {"ok": False, "error": belt.refusal or str(refused)}
    except Exception as error:  # noqa: BLE001 - of a library of many parts
        complaints.last = complaints.last or f"{type(error).__name__}: {error}"
    if refusal := dialer.refusal or belt.refusal:
        return {"ok": False, "error": refusal, "code": dialer.code}
    if complaints.last is None:
        return {"ok": False, "error": "The service did not take the message."}
    said = _plain(complaints.last, order["url"])
    return {"ok": False, "error": f"The service did not take the message: {said}"}


def _send(service: Any, order: dict[str, Any]) -> bool:
    from apprise import Apprise

    sender = Apprise(asset=service.asset)
    sender.add(service)
    kind = LEVELS.get(order["level"], "info")
    sent = sender.notify(
        body=order["body"], title=order["title"], notify_type=kind, body_format="text"
    )
    return bool(sent)


def _plain(text: str, url: str) -> str:
    """Return a reason without anything of the URL in it that may be secret."""
    for part in secrets_in(url):
        text = text.replace(part, HIDDEN)
    return text[:LONGEST_ERROR]
