"""What servers say of other places of the same file."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from services.engines.http.duplicates import MOST_DUPLICATES, duplicates

BASE = URL("https://a.example/files/a.zip")


@pytest.mark.parametrize(
    ("headers", "urls"),
    [
        (["<https://b.example/a.zip>; rel=duplicate"], ["https://b.example/a.zip"]),
        (["<b.zip>;rel=duplicate"], ["https://a.example/files/b.zip"]),
        (['<//b.example/a>; rel="nofollow Duplicate"; geo=gb'], ["https://b.example/a"]),
        (
            ["</1>; rel=duplicate", "</2>; rel=duplicate; pri=2, </3>; pri=1; rel=duplicate"],
            ["https://a.example/3", "https://a.example/2", "https://a.example/1"],
        ),
        (["</1>; rel=duplicate, </1>; rel=duplicate"], ["https://a.example/1"]),
        (['</1>; title="a, <b>; c"; rel=duplicate'], ["https://a.example/1"]),
        (['</1>; title="</2>; rel=duplicate"; rel=next'], []),
        (["</1>; rel=next; rel=duplicate"], []),
        (['</1>; rel=describedby; type="application/metalink4+xml"'], []),
        (["<ftp://b.example/a>; rel=duplicate"], []),
        (["<https://u:p@b.example/a>; rel=duplicate"], []),
        (["<https://[b/a>; rel=duplicate"], []),
        (["<>; rel", "</1", "garbage", "", "<</1>; rel=duplicate"], ["https://a.example/1"]),
        ([], []),
    ],
)
def test_duplicates_are_read(headers: list[str], urls: list[str]) -> None:
    assert [str(url) for url in duplicates(headers, BASE)] == urls


def test_only_some_are_taken() -> None:
    headers = [f"</{n}>; rel=duplicate" for n in range(10_000)]

    assert len(duplicates(headers, BASE)) == MOST_DUPLICATES


@given(st.text(alphabet='<>;,="/ areldupict\t\\', max_size=300))
def test_no_header_breaks_the_reader(text: str) -> None:
    assert len(duplicates([text], BASE)) <= MOST_DUPLICATES
