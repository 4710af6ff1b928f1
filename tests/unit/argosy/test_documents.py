"""Which documents are remembered."""

from graphql import build_schema

from argosy.http.graphql import documents as module
from argosy.http.graphql.documents import Documents
from argosy.http.graphql.request import GraphQLRequest

SCHEMA = build_schema("type Query { a(x: [Int!]): Int }")


def request(number: int, tokens: int) -> GraphQLRequest:
    return GraphQLRequest(f"query Q{number} {{ a(x: [{'1 ' * tokens}]) }}", None, None)


def test_many_small_documents_are_remembered() -> None:
    documents = Documents(SCHEMA)
    asked = [request(number, 10) for number in range(500)]

    for each in asked:
        documents.operation(each)

    assert all(map(documents.knows, asked))


def test_of_large_documents_few_are_remembered() -> None:
    documents = Documents(SCHEMA)
    asked = [request(number, 1900) for number in range(30)]

    for each in asked:
        documents.operation(each)
    known = [documents.knows(each) for each in asked]

    assert known == [False] * 20 + [True] * 10
    assert documents._tokens <= module.MOST_TOKENS_KEPT
