"""Hashes of passwords that are made at once."""

import hashlib
import threading


class FakeHasher:
    """Remembers what it was asked to check, and in which thread it worked."""

    def __init__(self, version: int = 1) -> None:
        self.version = version
        self.checked: list[str] = []
        self.threads: set[int] = set()

    def hash(self, password: bytes) -> str:
        self.threads.add(threading.get_ident())
        return f"{self.version}${hashlib.sha256(password).hexdigest()}"

    def verify(self, kept: str, password: bytes) -> bool:
        self.threads.add(threading.get_ident())
        self.checked.append(kept)
        return kept.partition("$")[2] == hashlib.sha256(password).hexdigest()

    def is_outdated(self, kept: str) -> bool:
        return kept.partition("$")[0] != str(self.version)
