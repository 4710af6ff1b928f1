"""Bytes on their way from answers into the file, and the limits on how slow they may be."""

import asyncio
from collections.abc import Callable

from services.engines.digests import mismatch
from services.engines.engine import Job
from services.engines.filters import check_size, too_large
from services.engines.http.answer import content_length
from services.engines.http.body import Body, BrokenOff, can_be_taken, pour
from services.engines.http.coding import Decoder
from services.engines.http.exchange import Answer
from services.engines.http.plan import Segment
from services.engines.options import Patience
from services.engines.rates import LONGEST_PAUSE, portion, take
from services.engines.unfinished.unfinished import Unfinished
from services.engines.watch import silence, silent
from services.errors import ErrorCode, FetchFailed
from services.outgoing.client import chunks

LONG = 1 << 20  # bytes; the rest of a body that is shorter stays with the HTTP library
SMOOTH_SECONDS = 0.4  # over which the speed of a segment is taken: servers send in bursts


class _Enough(Exception):
    """Nothing more is wanted of an answer."""


class Stream:
    """What comes for one file, over all of its connections."""

    def __init__(self, unfinished: Unfinished, job: Job, buffer: memoryview) -> None:
        self._unfinished = unfinished
        self._job = job
        self._buffer = buffer
        self._now = asyncio.get_running_loop().time
        self.is_limited = False  # by us, so that more connections would not help
        self._open: dict[Segment, Callable[[Exception], None]] = {}
        self._bodies: dict[Segment, Body] = {}
        self._marks: dict[Segment, tuple[float, int]] = {}

    async def pour(self, answer: Answer, segment: Segment) -> None:
        """Write the body of `answer` into `segment`.

        Ends when the body does, or the segment. Raises `FetchFailed` when it breaks off.
        """
        segment.heard = self._now()
        self._marks[segment] = segment.heard, segment.at
        start = segment.at
        self.is_limited = False
        try:
            await self._keep_rates(segment, 0)  # others may have taken in advance
            if answer.coding is not None:
                await self._decode(answer, segment)
            else:
                await self._copy(answer, segment)
        except _Enough:
            return
        except BrokenOff as error:
            raise self._broken_off(answer, segment, start) from error
        finally:
            for kept in (self._open, self._bodies, self._marks):
                kept.pop(segment, None)
        came = segment.at - start
        if not segment.is_done and answer.length is not None and came < answer.length:
            raise self._broken_off(answer, segment, start)
        if answer.promised_part and came == answer.length:
            await self._check(answer, segment, start)

    def measure(self, now: float) -> None:
        """Take the speeds since the last time."""
        for segment, (at, position) in self._marks.items():
            if now > at:
                speed = (segment.at - position) / (now - at)
                weight = (now - at) / (now - at + SMOOTH_SECONDS) if segment.speed else 1.0
                segment.speed = speed * weight + segment.speed * (1 - weight)
                self._marks[segment] = now, segment.at

    def fail_silent(self, now: float, patience: Patience) -> None:
        """End what has been silent for too long."""
        longest = silence(patience)
        for segment, fail in list(self._open.items()):
            body = self._bodies.get(segment)
            if body is not None and body.is_paused:
                segment.heard, self.is_limited = now, True  # we do not listen
            elif now - segment.heard > longest:
                fail(silent(longest))

    def stop(self, segment: Segment) -> None:
        """Take no more for `segment`: others have what it lacked."""
        if fail := self._open.get(segment):
            fail(_Enough())

    def fail(self, error: FetchFailed) -> None:
        """End all with `error`."""
        for fail in list(self._open.values()):
            fail(error)

    async def _copy(self, answer: Answer, segment: Segment) -> None:
        response = answer.response
        rest = content_length(response.headers)
        if rest is not None and rest > LONG and can_be_taken(response):

            def began(body: Body) -> None:
                self._bodies[segment], self._open[segment] = body, body.fail

            await pour(
                response,
                lambda data: self._sink(segment, data),
                buffer=self._buffer,
                rates=self._job.rates,
                expected=rest,
                began=began,
            )
            return
        self._open[segment] = response.content.set_exception
        async for chunk in chunks(response, self._portion):
            if not self._sink(segment, memoryview(chunk)):
                take(self._job.rates, len(chunk), self._now())  # counted, and not waited for
                return
            await self._keep_rates(segment, len(chunk))

    async def _decode(self, answer: Answer, segment: Segment) -> None:
        response, decoder = answer.response, Decoder(answer.coding or "")
        self._open[segment] = response.content.set_exception
        async for chunk in chunks(response, self._portion):
            for piece in decoder.decode(chunk):
                self._sink(segment, memoryview(piece))
            await self._keep_rates(segment, len(chunk))
        decoder.finish()

    def _sink(self, segment: Segment, data: memoryview) -> bool:
        if segment.end is not None and segment.at + len(data) > segment.end:
            data = data[: max(0, segment.end - segment.at)]
        self._unfinished.write(segment.at, data)
        segment.at += len(data)
        segment.heard = self._now()
        received = self._unfinished.received
        self._job.meter.received = received
        if segment.end is None and too_large(self._job.options.filters, received):
            check_size(self._job.options.filters, received)
        return segment.end is None or segment.at < segment.end

    def _portion(self) -> int:
        return portion(self._job.rates, LONG)

    async def _keep_rates(self, segment: Segment, count: int) -> None:
        while pause := take(self._job.rates, count, self._now()):
            fail, count, self.is_limited = self._open.pop(segment, None), 0, True
            await asyncio.sleep(min(pause, LONGEST_PAUSE))  # a limit may be raised meanwhile
            segment.heard = self._now()
            if fail is not None:
                self._open[segment] = fail

    async def _check(self, answer: Answer, segment: Segment, start: int) -> None:
        """Check what was promised of this body alone, where it came as a whole."""
        wanted = frozenset(checksum.algorithm for checksum in answer.promised_part)
        found = await self._unfinished.digests(wanted, start, segment.at)
        if wrong := mismatch(answer.promised_part, found):
            self._unfinished.drop(start, segment.at)
            segment.at = start
            message = f"The {wrong.algorithm.value} of a part is not what the server said of it."
            raise FetchFailed(message, code=ErrorCode.CHECKSUM_MISMATCH, temporary=True)

    def _broken_off(self, answer: Answer, segment: Segment, start: int) -> FetchFailed:
        message = (
            f"{segment.at - start} of {answer.length} bytes came, then the answer ended. "
            "What came is kept."
        )
        return FetchFailed(message, code=ErrorCode.INCOMPLETE, temporary=True)
