"""Counts attempts, and refuses those past a number."""

from collections import Counter
from datetime import timedelta

from services.errors import RateLimited


class FakeAttempts:
    """Lets `most` attempts at one account from one address through."""

    def __init__(self, most: int = 5) -> None:
        self.most = most
        self.counted: Counter[tuple[str, str]] = Counter()

    async def count(self, name: str, address: str) -> None:
        self.counted[name, address] += 1
        if self.counted[name, address] > self.most:
            message = "Too many attempts."
            raise RateLimited(message, retry_after=timedelta(minutes=1))

    async def forgive(self, name: str, address: str) -> None:
        del self.counted[name, address]
