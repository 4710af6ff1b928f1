"""One file over HTTP: from whatever an earlier attempt left to the finished file."""

import structlog

from services.engines.engine import Fetched, Job
from services.engines.http.crew import OURS
from services.engines.http.exchange import Asker, CannotResume
from services.engines.http.links import Links
from services.engines.http.reception import Reception, Tools
from services.engines.unfinished.finish import (
    Mismatch,
    fetched,
    finish,
    refuse_existing,
)
from services.engines.unfinished.unfinished import Unfinished
from services.errors import ErrorCode, FetchFailed
from services.outgoing.addresses import ForbiddenAddress
from services.outgoing.visitor import Visitor

ROUNDS = 2  # how often a file is fetched whose digests are wrong
CHANGES = 3  # how often in one attempt it is begun anew because it is another one now

log = structlog.get_logger(__name__)


async def fetch(tools: Tools, unfinished: Unfinished, job: Job, visitor: Visitor) -> Fetched:
    """Go on from wherever an earlier attempt stopped, to the finished file."""
    if done := await unfinished.recover(job.place, conflict=job.options.conflict):
        return fetched(job, done, unfinished.source)
    if job.options.name:
        refuse_existing(unfinished, job, job.options.name)
    links = Links(job)
    asker = Asker(tools.client, visitor, job.options.patience)
    reception = Reception(tools=tools, unfinished=unfinished, job=job, links=links, asker=asker)
    for number in range(ROUNDS):
        await _receive(reception, unfinished, links, job)
        source = unfinished.source
        if source is None:
            message = "nothing was begun"
            raise ValueError(message)
        try:
            return await finish(
                *(unfinished, job, source, reception.promised, tools.settings.hash),
                together=tools.together,
            )
        except Mismatch as wrong:
            log.warning("fetch.mismatch", reason=str(wrong.error))
            if number + 1 == ROUNDS:
                unfinished.remove()
                raise wrong.error from None
            _throw_away(unfinished, wrong, links)
    raise AssertionError


async def _receive(reception: Reception, unfinished: Unfinished, links: Links, job: Job) -> None:
    """Fetch all bytes that are missing, from whichever URL gives them."""
    resume = True
    changes = 0
    while True:
        try:
            await reception.receive(resume=resume)
        except CannotResume as reason:
            log.info("fetch.starts_over", reason=str(reason))
            resume = False
            changes += 1
            # Where each connection leads to another file, one must bring it all.
            reception.is_alone = True
            if changes > CHANGES:
                message = "The file is another one each time that it is asked for. Try later."
                raise FetchFailed(message, code=ErrorCode.BAD_RESPONSE, temporary=True) from None
        except (FetchFailed, ForbiddenAddress) as error:
            source = unfinished.source
            kept = unfinished.received if source and source.validator else 0
            if error.code in OURS or not await links.replace(error, kept):
                raise
            log.info("fetch.other_url", reason=error.message)
            resume = True
        else:
            return


def _throw_away(unfinished: Unfinished, wrong: Mismatch, links: Links) -> None:
    """Forget the bytes that are wrong; ask others for them first, and none that was named."""
    if wrong.bad:
        for start, end in wrong.bad:
            unfinished.drop(start, end)
    else:
        unfinished.drop(0, unfinished.had.end)
    if not links.distrust() and len(links.urls) > 1:
        links.urls.append(links.urls.pop(0))
