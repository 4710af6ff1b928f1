"""Documents, parsed and validated once."""

from collections import OrderedDict
from dataclasses import dataclass

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    OperationType,
    get_operation_ast,
    parse,
    validate,
)

from argosy.http.graphql.costs import check_cost
from argosy.http.graphql.errors import PARSE_FAILED, VALIDATION_FAILED, RequestRefused
from argosy.http.graphql.request import GraphQLRequest

MOST_TOKENS = 2000
MOST_KEPT = 500  # documents
LONGEST_KEPT = 16_384  # letters; a longer document is not worth its room


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation of a valid document."""

    document: DocumentNode
    type: OperationType


class Documents:
    """Turns the text of documents into operations, and remembers those used last."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        self._kept: OrderedDict[str, DocumentNode] = OrderedDict()

    def operation(self, request: GraphQLRequest) -> Operation:
        """Return the operation that `request` means; raise `RequestRefused`."""
        document = self._kept.get(request.query)
        if document is None:
            document = self._read(request.query)
            self._keep(request.query, document)
        else:
            self._kept.move_to_end(request.query)
        operation = get_operation_ast(document, request.operation_name)
        if operation is None:
            raise RequestRefused([GraphQLError(_which(request.operation_name))], VALIDATION_FAILED)
        try:
            check_cost(self._schema, document, operation, request.variables)
        except GraphQLError as error:
            raise RequestRefused([error], VALIDATION_FAILED) from error
        return Operation(document, operation.operation)

    def _read(self, text: str) -> DocumentNode:
        try:
            document = parse(text, max_lexical_tokens=MOST_TOKENS)
        except GraphQLError as error:
            raise RequestRefused([error], PARSE_FAILED) from error
        if errors := validate(self._schema, document, max_errors=20, hide_suggestions=True):
            raise RequestRefused(errors, VALIDATION_FAILED)
        return document

    def _keep(self, text: str, document: DocumentNode) -> None:
        if len(text) > LONGEST_KEPT:
            return
        self._kept[text] = document
        if len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)


def _which(name: str | None) -> str:
    if name is None:
        return "The document has several operations, or none: say which with `operationName`."
    return f"The document has no operation {name[:60]!r}."
