"""The schema, put together."""

import strawberry
from graphql import GraphQLSchema
from strawberry.schema.config import StrawberryConfig

from schema.mutation import Mutation
from schema.query import Query
from schema.subscription import Subscription
from schema.types.auditing import record_mutations
from schema.types.scalars import SCALARS


def build_schema() -> strawberry.Schema:
    """Return the whole schema."""
    schema = strawberry.Schema(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        config=StrawberryConfig(scalar_map=SCALARS, disable_field_suggestions=True),
    )
    record_mutations(executable(schema))
    return schema


def executable(schema: strawberry.Schema) -> GraphQLSchema:
    """Return what graphql-core executes."""
    return schema._schema  # noqa: SLF001 - Strawberry gives no other way to it


def print_schema() -> str:
    """Return the schema in GraphQL's own language."""
    return build_schema().as_str() + "\n"
