"""The end of the process."""

import subprocess
import sys

HELD = """
import threading
from concurrent.futures import ThreadPoolExecutor
from argosy.ending import leave

entered = threading.Event()
pool = ThreadPoolExecutor()
pool.submit(lambda: entered.set() or threading.Event().wait())
entered.wait()
print("told", end="")
leave(3)
"""


def test_thread_that_hangs_does_not_keep_the_process() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", HELD], capture_output=True, timeout=30, check=False
    )

    assert (ended.returncode, ended.stdout) == (3, b"told")
