"""Does with gql what each line on the standard input asks for; see drive.mjs beside it.

python drive.py URL KEY
"""

import asyncio
import sys
from typing import Any

import orjson
from examples import gql_client

RETRY_SECONDS = 0.1


def say(**what: Any) -> None:
    sys.stdout.buffer.write(orjson.dumps(what) + b"\n")
    sys.stdout.buffer.flush()


async def drive(url: str, key: str) -> None:
    session = await gql_client.connect(url, key, RETRY_SECONDS)

    async def tell(document: str, variables: dict[str, Any]) -> None:
        async for data in gql_client.follow(session, document, RETRY_SECONDS, **variables):
            say(data=data)

    followed = []
    while line := await asyncio.to_thread(sys.stdin.buffer.readline):
        asked = orjson.loads(line)
        document, variables = asked["document"], asked["variables"]
        if asked["verb"] == "follow":
            followed.append(asyncio.create_task(tell(document, variables)))
        else:
            say(answer=await gql_client.ask(session, document, **variables))
    for task in followed:
        task.cancel()
    await asyncio.gather(*followed, return_exceptions=True)
    await session.close()


asyncio.run(drive(*sys.argv[1:]))
