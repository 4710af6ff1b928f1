"""Documents that are asked for by their hash, by the protocol of Apollo (persisted queries).

A client sends the SHA-256 of a document in place of it. Where the server does not know it, the
client sends both, and the server remembers them: what is remembered is what the hash is of, so
nobody can put something else in its place.
"""

from collections import OrderedDict
from dataclasses import replace

from graphql import GraphQLError

from argosy.http.graphql.errors import NOT_PERSISTED, NOT_TRUSTED, RequestRefused
from argosy.http.graphql.request import GraphQLRequest
from argosy.http.graphql.trusted import TrustedDocuments, sha256_of
from services.errors import ErrorCode

MOST_KEPT = 1000  # documents
MOST_LETTERS = 2_000_000  # of all of them

WRONG_HASH = (
    "`extensions.persistedQuery.sha256Hash` is not the SHA-256 of `query`. Hash the text as it is "
    "sent, in UTF-8."
)
UNTRUSTED = (
    "This server takes trusted documents only, and this is none of them. Whoever runs it can add "
    "it (ARGOSY_TRUSTED_DOCUMENTS)."
)


class PersistedDocuments:
    """Knows the trusted documents, and remembers those that were sent with their hash."""

    def __init__(self, trusted: TrustedDocuments, *, only_trusted: bool) -> None:
        self._trusted = trusted
        self._only_trusted = only_trusted
        self._kept: OrderedDict[str, str] = OrderedDict()
        self._letters = 0  # of what is kept

    def whole(self, request: GraphQLRequest, *, is_stranger: bool = False) -> GraphQLRequest:
        """Return the request with its document; raise `RequestRefused`.

        Of what others have sent, strangers are told nothing.
        """
        if not request.query:
            return replace(request, query=self._found(request.sha256 or "", is_stranger))
        if request.sha256 is not None and sha256_of(request.query) != request.sha256:
            raise RequestRefused([GraphQLError(WRONG_HASH)], ErrorCode.INVALID_INPUT.value)
        if self._only_trusted and not self._trusted.has(request.query):
            raise _not_trusted()
        return request

    def keep(self, request: GraphQLRequest) -> None:
        """Remember a document that came with its hash, and that was found to be valid."""
        sha256, text = request.sha256, request.query
        if sha256 is None or sha256 in self._kept or self._trusted.text(sha256) is not None:
            return
        self._kept[sha256] = text
        self._letters += len(text)
        while len(self._kept) > MOST_KEPT or self._letters > MOST_LETTERS:
            _, oldest = self._kept.popitem(last=False)
            self._letters -= len(oldest)

    def clear(self) -> int:
        """Forget what was sent with its hash; return how many that were. It is sent again."""
        count = len(self._kept)
        self._kept.clear()
        self._letters = 0
        return count

    def _found(self, sha256: str, is_stranger: bool) -> str:
        text = self._trusted.text(sha256)
        if text is not None:
            return text
        if self._only_trusted:
            raise _not_trusted()
        if is_stranger or sha256 not in self._kept:
            # The words are the protocol's: older clients look for them.
            raise RequestRefused([GraphQLError("PersistedQueryNotFound")], NOT_PERSISTED)
        self._kept.move_to_end(sha256)
        return self._kept[sha256]


def _not_trusted() -> RequestRefused:
    return RequestRefused([GraphQLError(UNTRUSTED)], NOT_TRUSTED)
