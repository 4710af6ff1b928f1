"""How often, and how much at once, somebody may ask."""

from pydantic import BaseModel, Field


class LimitSettings(BaseModel):
    """Limits of requests and of connections."""

    rate_limit_graphql: int = Field(
        default=100,
        ge=0,
        le=1_000_000,
        description="GraphQL requests a minute over HTTP, for each key; 0 is no limit.",
    )
    rate_limit_ws: int = Field(
        default=1000,
        ge=0,
        le=1_000_000,
        description="Messages a minute over WebSockets, for each key; 0 is no limit.",
    )
    max_connections_per_user: int = Field(
        default=20,
        ge=1,
        le=10_000,
        description="How many WebSockets and event streams one user may have open.",
    )
    max_subscriptions_per_connection: int = Field(
        default=50, ge=1, le=10_000, description="How many subscriptions one WebSocket may run."
    )
    max_subscriptions_per_user: int = Field(
        default=500, ge=1, le=100_000, description="How many subscriptions one user may run."
    )
