"""What a task does not want: by extension, kind, size and date."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from services.engines.filters import Head, check, check_size, extensions, kind_of, too_large
from services.engines.options import Filters, Kind
from services.errors import ErrorCode, Skipped

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.ZIP", ("zip",)),
        ("a.tar.gz", ("tar.gz", "gz")),
        ("README", ()),
        ("a.", ()),
        ("a..gz", ("gz",)),
    ],
)
def test_extensions_of_a_name(name: str, expected: tuple[str, ...]) -> None:
    assert extensions(name) == expected


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.JPEG", Kind.IMAGE),
        ("a.webp", Kind.IMAGE),
        ("a.mkv", Kind.VIDEO),
        ("a.mp4", Kind.VIDEO),
        ("a.tar.gz", Kind.ARCHIVE),
        ("a.tar.zst", Kind.ARCHIVE),
        ("a.7z", Kind.ARCHIVE),
        ("a.iso", Kind.ARCHIVE),
        ("a.pdf", Kind.DOCUMENT),
        ("a.docx", Kind.DOCUMENT),
        ("a.jpg.txt", Kind.DOCUMENT),
        ("a.exe", None),
        ("jpg", None),
    ],
)
def test_extension_tells_the_kind(name: str, kind: Kind | None) -> None:
    assert kind_of(name, None) == kind


@pytest.mark.parametrize(
    ("media_type", "kind"),
    [
        ("image/x-new", Kind.IMAGE),
        ("Video/MP4; codecs=x", Kind.VIDEO),
        ("application/zip", Kind.ARCHIVE),
        ("application/x-7z-compressed", Kind.ARCHIVE),
        ("application/pdf", Kind.DOCUMENT),
        ("image/vnd.djvu", Kind.DOCUMENT),
        ("text/csv", Kind.DOCUMENT),
        (
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Kind.DOCUMENT,
        ),
        ("application/octet-stream", None),
        ("audio/mpeg", None),
        ("", None),
    ],
)
def test_media_type_tells_the_kind_where_the_name_does_not(
    media_type: str, kind: Kind | None
) -> None:
    assert kind_of("file.xyz", media_type) == kind


def test_extension_counts_before_the_media_type() -> None:
    assert kind_of("a.zip", "text/html") == Kind.ARCHIVE


@pytest.mark.parametrize(
    ("filters", "head", "message"),
    [
        (
            Filters(excluded_extensions=frozenset({"gz"})),
            Head("a.tar.GZ"),
            "The file has the extension gz, which the task excludes.",
        ),
        (
            Filters(excluded_extensions=frozenset({"tar.gz"})),
            Head("a.tar.gz"),
            "The file has the extension tar.gz, which the task excludes.",
        ),
        (
            Filters(excluded_kinds=frozenset({Kind.VIDEO})),
            Head("a", "video/mp4"),
            "The file is of the kind VIDEO, which the task excludes.",
        ),
        (
            Filters(max_size=10_000),
            Head("a", size=10_001),
            "The file has 10,001 bytes; the task takes at most 10,000.",
        ),
        (
            Filters(min_size=10_000),
            Head("a", size=9_999),
            "The file has 9,999 bytes; the task takes at least 10,000.",
        ),
        (
            Filters(modified_from=NOON),
            Head("a", modified=NOON - SECOND),
            (
                "The file is of 2026-05-04 11:59:59 UTC; "
                "the task takes none before 2026-05-04 12:00:00 UTC."
            ),
        ),
        (
            Filters(modified_to=NOON.astimezone(timezone(timedelta(hours=2)))),
            Head("a", modified=NOON + SECOND),
            (
                "The file is of 2026-05-04 12:00:01 UTC; "
                "the task takes none after 2026-05-04 12:00:00 UTC."
            ),
        ),
    ],
)
def test_unwanted_file_is_skipped_with_the_reason(
    filters: Filters, head: Head, message: str
) -> None:
    with pytest.raises(Skipped) as caught:
        check(filters, head)

    assert (caught.value.message, caught.value.code) == (message, ErrorCode.FILTERED)


STRICT = Filters(
    min_size=10,
    max_size=20,
    excluded_extensions=frozenset({"exe"}),
    excluded_kinds=frozenset({Kind.IMAGE}),
    modified_from=NOON,
    modified_to=NOON + SECOND,
)


@pytest.mark.parametrize(
    "head",
    [
        Head("a.zip", "image/png", 10, NOON),
        Head("a.zip", None, 20, NOON + SECOND),
        Head("exe"),
        Head("a.exe.zip"),
    ],
)
def test_wanted_or_unknown_file_passes(head: Head) -> None:
    check(STRICT, head)


def test_size_is_checked_after_the_fact() -> None:
    check_size(STRICT, 10)
    with pytest.raises(Skipped, match="9 bytes; the task takes at least 10"):
        check_size(STRICT, 9)


@pytest.mark.parametrize(("received", "expected"), [(20, False), (21, True)])
def test_more_than_the_greatest_size_is_too_large(received: int, expected: bool) -> None:
    assert too_large(STRICT, received) is expected


def test_nothing_is_too_large_without_a_limit() -> None:
    assert too_large(Filters(), 1 << 62) is False
