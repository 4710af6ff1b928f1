"""An application of the same packages that does nothing: what Argosy's start is held against."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aerich  # noqa: F401 - it is one of the packages
import aiohttp  # noqa: F401
import prometheus_client  # noqa: F401
import strawberry
from starlette.applications import Starlette
from starlette.routing import Route
from strawberry.asgi import GraphQL
from tortoise.context import TortoiseContext


@strawberry.type
class Query:
    @strawberry.field
    async def version(self) -> str:
        return "0"


@asynccontextmanager
async def lifespan(_app: Starlette) -> AsyncIterator[None]:
    async with TortoiseContext() as context:
        database = f"sqlite://{os.environ['EMPTY_APP_DATABASE']}"
        await context.init(db_url=database, modules={"models": ["aerich.models"]})
        yield


app = Starlette(lifespan=lifespan, routes=[Route("/graphql", GraphQL(strawberry.Schema(Query)))])
