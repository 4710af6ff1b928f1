"""Room on the disk: some is always left free, and what was promised is not promised twice."""

import ctypes
import errno
import os
import shutil
from functools import cache
from pathlib import Path
from threading import Event
from uuid import UUID

from services.errors import ErrorCode, FetchFailed

LEAST_FREE = 1 << 30  # bytes; or a twentieth of the disk, if that is less
STEP = 64 << 20  # bytes that are set aside at once: a write waits no longer than for these

_fallocate = ctypes.CDLL(None, use_errno=True).fallocate64
_fallocate.argtypes = [ctypes.c_int, ctypes.c_int, ctypes.c_int64, ctypes.c_int64]

MOUNTS = Path("/proc/self/mountinfo")
IN_MEMORY = ("tmpfs ", "ramfs ")

# What a file system answers that cannot set room aside.
CANNOT = frozenset({errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL})


class Space:
    """The room on the disk of the download folder."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._promised: dict[UUID, int] = {}

    def has_room(self) -> bool:
        """Whether there is more free than what is always left free."""
        total, free = self._look()
        return free > kept_free(total)

    def is_full(self) -> bool:
        """Whether there is no more than that; where nobody can tell, it is not."""
        try:
            return not self.has_room()
        except OSError:
            return False

    def reason(self) -> str:
        """Return a sentence on how full the disk is."""
        total, free = self._look()
        return (
            f"{free >> 20} MiB are free on the disk of the download folder and "
            f"{kept_free(total) >> 20} MiB are left free. Make room; downloads go on by themselves."
        )

    def reserve(self, task_id: UUID, size: int) -> None:
        """Promise a task `size` more bytes until `release`.

        Raises `FetchFailed`: for good where the disk could never hold them.
        """
        total, free = self._look()
        others = sum(size for owner, size in self._promised.items() if owner != task_id)
        if size > total:
            message = f"The file has {size} bytes, more than the whole disk. Fetch it elsewhere."
            raise FetchFailed(message, code=ErrorCode.DISK_FULL, temporary=False)
        room = free - others - kept_free(total)
        if room <= 0 or size > room:
            message = (
                f"There is room for {max(0, room)} more bytes on the disk, and the file needs "
                f"{size or 'some'}. Make room; the download goes on by itself."
            )
            raise FetchFailed(message, code=ErrorCode.DISK_FULL, temporary=True)
        self._promised[task_id] = size

    def release(self, task_id: UUID) -> None:
        """Take the promise back: the bytes are there, or will not come."""
        self._promised.pop(task_id, None)

    def allocate(self, descriptor: int, size: int, abandoned: Event) -> bool:
        """Make the file `size` bytes long and set its room aside; return whether that was done.

        Blocks; stops when `abandoned` is set. Raises `OSError` where the disk is full.
        """
        if is_in_memory(descriptor):
            return False
        for at in range(0, size, STEP):
            if abandoned.is_set():
                return False
            if _fallocate(descriptor, 0, at, min(STEP, size - at)):
                code = ctypes.get_errno()
                if code not in CANNOT:
                    raise OSError(code, os.strerror(code))
                return False  # the file grows as it is written
        return True

    def _look(self) -> tuple[int, int]:
        usage = shutil.disk_usage(self._root)
        return usage.total, usage.free


def kept_free(total: int) -> int:
    """Return how many bytes are left free on a disk of `total`."""
    return min(LEAST_FREE, total // 20)


def is_in_memory(descriptor: int) -> bool:
    """Whether a file lies in memory: there, setting room aside costs as much as writing."""
    device = os.fstat(descriptor).st_dev
    return f"{os.major(device)}:{os.minor(device)}" in _memory_devices()


@cache
def _memory_devices() -> frozenset[str]:
    """Return the file systems in memory, as `/proc/self/mountinfo` numbers them (proc(5))."""
    try:
        mounts = MOUNTS.read_text(errors="replace").splitlines()
    except OSError:
        return frozenset()
    return frozenset(
        line.split(" ")[2] for line in mounts if line.partition(" - ")[2].startswith(IN_MEMORY)
    )
