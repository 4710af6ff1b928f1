"""Documents, parsed and validated once."""

import re
from collections import OrderedDict
from dataclasses import dataclass, field

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    get_operation_ast,
    parse,
)

from argosy.http.graphql.costs import cost_of
from argosy.http.graphql.errors import (
    LIMIT_EXCEEDED,
    PARSE_FAILED,
    VALIDATION_FAILED,
    RequestRefused,
)
from argosy.http.graphql.request import GraphQLRequest
from argosy.http.graphql.rules.limits import (
    COMMENTS,
    LENGTH,
    NESTING,
    TOKENS,
    LimitExceeded,
)
from argosy.http.graphql.rules.measuring import check_size
from argosy.http.graphql.rules.validation import check_validity

MOST_KEPT = 500  # documents
MOST_TOKENS_KEPT = 20_000  # of all of them: half a kilobyte each
LONGEST_KEPT = 16_384  # letters; a longer document is not worth its room
LONG = 2_000  # letters of a document of which the first faults are enough
# What the parser says where a document is too large.
TOO_LARGE = (
    (re.compile(r"more than \d+ tokens"), TOKENS),
    (re.compile(r"more than \d+ comments"), COMMENTS),
    (re.compile(r"nested too deeply"), NESTING),
)


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation of a valid document, and what it costs at most."""

    document: DocumentNode
    node: OperationDefinitionNode
    cost: int
    introspects: bool

    @property
    def type(self) -> OperationType:
        """Whether it is a query, a mutation or a subscription."""
        return self.node.operation


@dataclass(frozen=True, slots=True)
class _Checked:
    """A valid document, and what is known of its operations by their names."""

    document: DocumentNode
    introspecting: frozenset[str | None]
    costs: dict[str | None, int] = field(default_factory=dict)  # of those without variables


class Documents:
    """Turns the text of documents into operations, and remembers those used last."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        self._kept: OrderedDict[str, _Checked] = OrderedDict()
        self._tokens = 0  # of what is kept

    def operation(self, request: GraphQLRequest) -> Operation:
        """Return the operation that `request` means; raise `RequestRefused`."""
        try:
            checked = self._checked(request.query)
            node = get_operation_ast(checked.document, request.operation_name)
            if node is None:
                raise _refused([GraphQLError(_which(request.operation_name))])
            cost = self._cost(checked, node, request)
        except LimitExceeded as exceeded:
            error = GraphQLError(exceeded.message)
            raise RequestRefused([error], LIMIT_EXCEEDED, limit=exceeded.told) from exceeded
        introspects = _name(node) in checked.introspecting
        return Operation(checked.document, node, cost, introspects)

    def read(self, text: str) -> None:
        """Read a document ahead of time; raise `RequestRefused` for one that may not be asked."""
        try:
            self._checked(text)
        except LimitExceeded as exceeded:
            error = GraphQLError(exceeded.message)
            raise RequestRefused([error], LIMIT_EXCEEDED, limit=exceeded.told) from exceeded

    def knows(self, request: GraphQLRequest) -> bool:
        """Whether the document of a request was read before."""
        return request.query in self._kept

    def clear(self) -> int:
        """Forget all of them; return how many there were."""
        count = len(self._kept)
        self._kept.clear()
        self._tokens = 0
        return count

    def _checked(self, text: str) -> _Checked:
        known = self._kept.get(text)
        if known is not None:
            self._kept.move_to_end(text)
            return known
        document = _parse(text)
        try:
            introspecting = check_size(document)
        except GraphQLError as error:
            raise _refused([error]) from error
        if errors := check_validity(self._schema, document, is_long=len(text) > LONG):
            raise _refused(errors)
        checked = _Checked(document, introspecting)
        self._keep(text, checked)
        return checked

    def _cost(
        self, checked: _Checked, node: OperationDefinitionNode, request: GraphQLRequest
    ) -> int:
        if node.variable_definitions:
            return cost_of(self._schema, checked.document, node, request.variables)
        name = _name(node)
        if name not in checked.costs:
            checked.costs[name] = cost_of(self._schema, checked.document, node, None)
        return checked.costs[name]

    def _keep(self, text: str, checked: _Checked) -> None:
        if len(text) > LONGEST_KEPT:
            return
        self._kept[text] = checked
        self._tokens += checked.document.token_count
        while len(self._kept) > MOST_KEPT or self._tokens > MOST_TOKENS_KEPT:
            _, oldest = self._kept.popitem(last=False)
            self._tokens -= oldest.document.token_count


def _name(node: OperationDefinitionNode) -> str | None:
    return None if node.name is None else node.name.value


def _parse(text: str) -> DocumentNode:
    if len(text) > LENGTH.most:
        raise LimitExceeded(LENGTH, len(text))
    try:
        return parse(text, max_lexical_tokens=TOKENS.most, max_comments=COMMENTS.most)
    except GraphQLError as error:
        for said, limit in TOO_LARGE:
            if said.search(error.message):
                raise LimitExceeded(limit) from error
        raise RequestRefused([error], PARSE_FAILED) from error


def _refused(errors: list[GraphQLError]) -> RequestRefused:
    return RequestRefused(errors, VALIDATION_FAILED)


def _which(name: str | None) -> str:
    if name is None:
        return "The document has several operations, or none: say which with `operationName`."
    return f"The document has no operation {name[:60]!r}."
