"""What has an id of its own."""

import strawberry


@strawberry.interface(description="What can be had again by its id.")
class Node:
    id: strawberry.ID = strawberry.field(description="A word for what it is, and a UUID.")
