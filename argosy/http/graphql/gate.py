"""What may be asked by those who have not proved who they are: to log in, and nothing else.

Of them little is read: a short body with one operation, whose fields are all open.
"""

from graphql import (
    FieldNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    parse,
)
from starlette.requests import Request

from argosy.http.graphql.request import GraphQLRequest
from schema.types.access import is_open

LARGEST = 16 * 1024  # bytes of a body
MOST_TOKENS = 200  # of a document


class Gate:
    """Knows what is open."""

    def __init__(self, schema: GraphQLSchema) -> None:
        mutations = schema.mutation_type.fields if schema.mutation_type else {}
        self._open = frozenset(name for name, field in mutations.items() if is_open(field))

    def lets_in(self, asked: GraphQLRequest) -> bool:
        """Whether anybody may ask this."""
        try:
            document = parse(asked.query, max_lexical_tokens=MOST_TOKENS)
        except (GraphQLError, RecursionError):
            return False
        match document.definitions:
            case (OperationDefinitionNode(operation=OperationType.MUTATION) as operation,):
                fields = operation.selection_set.selections
                return all(isinstance(f, FieldNode) and f.name.value in self._open for f in fields)
        return False


def is_worth_reading(request: Request) -> bool:
    """Whether the body of a request could be one that anybody may send."""
    length = request.headers.get("content-length", "")
    return request.method == "POST" and (not length.isdigit() or int(length) <= LARGEST)
