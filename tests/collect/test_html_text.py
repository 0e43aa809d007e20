"""HTML becomes the text a reader would see, and never anything else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from giljabi.collect.html_text import text_of, text_of_html


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>하나</p><p>둘 &amp; 셋</p>", "하나\n\n둘 & 셋"),
        ("하나<br>둘<br/>셋", "하나\n둘\n셋"),
        ("하나\n둘", "하나 둘"),
        ("<ul><li>하나</li><li>둘</li></ul>", "하나\n\n둘"),
        ("<table><tr><td>하나</td><td>둘</td></tr></table>", "하나 둘"),
        ("<script>alert('<p>')</script>글<style>p{}</style>", "글"),
        ("<script>never closed", ""),
        ("<head><title>제목</title><body>글", "글"),
        ("<svg><script>1</script></svg>글", "글"),
        ("<p onclick='x()'>글 <b>굵게</b></p>", "글 굵게"),
        ("a < b &lt;script&gt;", "a < b <script>"),
        ("\u200b글\ufeff\x00", "글"),
    ],
)
def test_html_becomes_text(html: str, text: str) -> None:
    assert text_of_html(html) == text


def test_what_is_quoted_may_be_left_out() -> None:
    assert (
        text_of_html("글<blockquote>옛 글<blockquote>더</blockquote></blockquote>끝", quoted=False) == "글끝"
    )


def test_plain_text_stays_as_it_is() -> None:
    assert text_of("3 < 4, 그리고 a & b\n다음 줄") == "3 < 4, 그리고 a & b\n다음 줄"


@given(st.text(alphabet="<>/&;!-'\"= abscript가\n", max_size=200))
def test_nothing_breaks_it(html: str) -> None:
    text_of(html)
