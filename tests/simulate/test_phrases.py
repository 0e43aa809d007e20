"""What simulated customers write."""

from __future__ import annotations

import re

import numpy as np
import pytest

from giljabi.simulate.phrases import MOODS, as_typed, particle, phrase_book


@pytest.mark.parametrize(
    ("word", "kind", "expected"),
    [
        ("니트", "이", "가"),
        ("수건", "이", "이"),
        ("원두", "을", "를"),
        ("쿠션", "을", "을"),
        ("조명", "은", "은"),
        ("김치", "과", "와"),
        ("립밤", "으로", "으로"),
        ("이불", "으로", "로"),
        ("USB", "이", "가"),
    ],
)
def test_particles_fit_the_last_sound(word: str, kind: str, expected: str) -> None:
    assert particle(word, kind) == expected


def test_every_sentence_is_korean_and_has_no_open_slot() -> None:
    for text in phrase_book().texts:
        assert re.search("[가-힣]", text)
        assert not re.search(r"[{}|]", text)


def test_there_are_many_different_sentences_for_every_topic_and_mood() -> None:
    book = phrase_book()
    for topic in range(len(book.topics)):
        for mood in range(len(MOODS)):
            start = book.starts[topic, mood]
            assert len(set(book.texts[start : start + 400])) >= 80


def test_a_picked_sentence_is_of_its_topic_and_mood() -> None:
    book = phrase_book()
    topic = np.full(50, book.topics.index("delivery"))
    picked = book.pick(np.random.default_rng(1), topic, np.zeros(50, np.int64))
    start = book.starts[book.topics.index("delivery"), 0]
    assert ((picked >= start) & (picked < start + 400)).all()


def test_some_sentences_are_typed_with_slips_and_tears() -> None:
    rng = np.random.default_rng(4)
    typed = {as_typed("왜 안 돼요? 너무 늦어요.", "negative", rng) for _ in range(200)}
    assert any("ㅠㅠ" in text for text in typed)
    assert any("넘 늦어요" in text for text in typed)
    assert "왜 안 돼요? 너무 늦어요." in typed
