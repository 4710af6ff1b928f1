"""Documents by their hashes: what is remembered, and what is never given."""

import pytest

from argosy.http.graphql import persisted as module
from argosy.http.graphql.errors import NOT_PERSISTED, NOT_TRUSTED, RequestRefused
from argosy.http.graphql.persisted import PersistedDocuments
from argosy.http.graphql.request import GraphQLRequest, read_object
from argosy.http.graphql.trusted import TrustedDocuments, sha256_of
from services.errors import InvalidInput

TEXT = "{ viewer { name } }"
ASKED = {"version": 1, "sha256Hash": sha256_of(TEXT)}


def by_hash(text: str) -> GraphQLRequest:
    return GraphQLRequest("", None, None, sha256_of(text))


def with_hash(text: str) -> GraphQLRequest:
    return GraphQLRequest(text, None, None, sha256_of(text))


def persisted(*, only_trusted: bool = False) -> PersistedDocuments:
    return PersistedDocuments(TrustedDocuments(None), only_trusted=only_trusted)


def test_what_was_found_to_be_valid_is_given_by_its_hash() -> None:
    documents = persisted()
    with pytest.raises(RequestRefused) as caught:
        documents.whole(by_hash(TEXT))
    documents.keep(documents.whole(with_hash(TEXT)))

    assert caught.value.code == NOT_PERSISTED
    assert [error.message for error in caught.value.errors] == ["PersistedQueryNotFound"]
    assert documents.whole(by_hash(TEXT)).query == TEXT


def test_strangers_learn_nothing_of_what_others_have_sent() -> None:
    documents = persisted()
    documents.keep(with_hash(TEXT))

    with pytest.raises(RequestRefused) as caught:
        documents.whole(by_hash(TEXT), is_stranger=True)

    assert caught.value.code == NOT_PERSISTED


def test_hash_of_another_text_is_refused() -> None:
    documents = persisted()

    with pytest.raises(RequestRefused) as caught:
        documents.whole(GraphQLRequest(TEXT, None, None, sha256_of("another")))

    assert caught.value.code == "INVALID_INPUT"


def test_half_a_letter_has_a_hash_too() -> None:
    text = '{ a(x: "\ud800") }'

    assert persisted().whole(with_hash(text)).query == text


def test_memory_is_bounded_and_what_is_used_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_KEPT", 3)
    documents = persisted()
    texts = [f"{{ a{number} }}" for number in range(4)]
    for text in texts[:3]:
        documents.keep(with_hash(text))
    documents.whole(by_hash(texts[0]))
    documents.keep(with_hash(texts[3]))

    assert list(documents._kept.values()) == [texts[2], texts[0], texts[3]]
    assert documents._letters == sum(map(len, documents._kept.values()))


def test_letters_are_bounded() -> None:
    documents = persisted()
    for number in range(100):
        documents.keep(with_hash(f"{number}" + " " * 49_000))

    assert documents._letters <= module.MOST_LETTERS
    assert 30 < len(documents._kept) < 50


def test_only_trusted_ones_are_taken_where_that_is_so() -> None:
    documents = persisted(only_trusted=True)

    for request in (by_hash(TEXT), with_hash(TEXT), GraphQLRequest(TEXT, None, None)):
        with pytest.raises(RequestRefused) as caught:
            documents.whole(request)
        assert caught.value.code == NOT_TRUSTED


@pytest.mark.parametrize("query", [{}, {"query": None}, {"query": ""}, {"query": TEXT}])
def test_hash_stands_in_the_extensions(query: dict[str, object]) -> None:
    request = read_object({**query, "extensions": {"persistedQuery": ASKED}}, what="The body")

    assert (request.query, request.sha256) == (query.get("query") or "", ASKED["sha256Hash"])


@pytest.mark.parametrize(
    "asked",
    [
        5,
        {},
        {**ASKED, "version": 2},
        {**ASKED, "version": True},
        {**ASKED, "version": "1"},
        {"version": 1},
        {"version": 1, "sha256Hash": None},
        {"version": 1, "sha256Hash": "abc"},
        {"version": 1, "sha256Hash": "g" * 64},
        {"version": 1, "sha256Hash": "1" * 64 + "\n"},
    ],
)
def test_extension_that_makes_no_sense_is_refused(asked: object) -> None:
    content = {"query": TEXT, "extensions": {"persistedQuery": asked}}

    with pytest.raises(InvalidInput) as caught:
        read_object(content, what="The body")

    assert caught.value.field == "extensions.persistedQuery"
