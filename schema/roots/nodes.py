"""The fields at the root about whatever has an id."""

import strawberry

import resolvers.nodes
from schema.types.access import Needs
from schema.types.node import Node
from services.access.identity import Scope


@strawberry.type
class NodeQueries:
    node: Node | None = strawberry.field(
        resolver=resolvers.nodes.node,
        description="Whatever has this id; null if there is nothing that you may see.",
        extensions=[Needs(Scope.TASKS_READ)],
    )
    nodes: list[Node | None] = strawberry.field(
        resolver=resolvers.nodes.nodes,
        description=(
            "Whatever has these ids, in their order; null where there is nothing that you may see."
        ),
        extensions=[Needs(Scope.TASKS_READ)],
    )
