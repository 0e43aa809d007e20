"""Somebody is found where they are named, and nobody else is taken for them."""

from __future__ import annotations

import pytest

from giljabi.privacy import ERASED, Mentions
from giljabi.resolve import normal

MENTIONS = Mentions(
    [
        ("email", "min.kim@example.org"),
        ("phone", "+821012345678"),
        ("user_id", "c-10042"),
        ("user_id", "7"),
        ("", "x9"),
    ],
    normal,
)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("write to Min.Kim@example.org.", f"write to {ERASED}."),
        ("010-1234-5678", ERASED),
        ("call 010 1234 5678 or +82 (0)10-1234-5678", f"call {ERASED} or {ERASED}"),
        ("https://shop/?u=c-10042&page=2", f"https://shop/?u={ERASED}&page=2"),
        ("c-100421, ac-10042, c-10042-2", "c-100421, ac-10042, c-10042-2"),
        ("a.min.kim@example.org, min.kim@example.org.kr", "a.min.kim@example.org, min.kim@example.org.kr"),
        ("7 of x9", "7 of x9"),
        ("0101234567", "0101234567"),
    ],
)
def test_texts_lose_what_names_somebody_and_nothing_else(text: str, left: str) -> None:
    assert MENTIONS.scrub(text) == left


@pytest.mark.parametrize(
    ("record", "named"),
    [
        ({"userId": "7"}, True),
        ({"userId": 7}, True),
        ({"quantity": "7"}, False),
        ({"context": {"externalIds": [{"type": "card", "id": "x9"}]}}, True),
        ({"traits": {"Email": "MIN.KIM@EXAMPLE.ORG"}}, True),
        ({"properties": {"note": "tell min.kim@example.org"}}, True),
        ({"properties": {"phone": 1012345678}}, False),
        ({"phone": "+82 10 1234 5678"}, True),
    ],
)
def test_records_name_somebody_by_what_says_who_it_is(record: dict[str, object], named: bool) -> None:
    assert MENTIONS.in_value(record) is named
