from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.logs import log_of
from tests.oracles import variants as oracle
from tests.oracles.journeys import Journey, journeys

from giljabi.discover import variants
from giljabi.model.errors import BadParameter


def test_variants_are_told_with_share_and_median() -> None:
    log = log_of(
        [
            [("a", 0), ("b", 10)],
            [("a", 5), ("b", 25)],
            [("b", 0), ("a", 1)],
            [],
            [("a", 0), ("b", 60)],
        ],
        buckets=3,
    )
    answer = variants(log)
    assert answer.to_dict() == {
        "events": [["a", "b"], ["b", "a"]],
        "customers": [3, 1],
        "share": [0.75, 0.25],
        "median": [timedelta(milliseconds=20), timedelta(milliseconds=1)],
    }
    assert (answer.total, answer.customers) == (2, 4)


@given(drawn=journeys(3, longest=3, customers=20), at_once=st.integers(4, 20), top=st.integers(1, 5))
@settings(max_examples=60, deadline=None)
def test_the_answer_does_not_depend_on_how_many_customers_are_counted_at_once(
    drawn: list[Journey], at_once: int, top: int
) -> None:
    log = log_of([[("abc"[code], time) for code, time in one] for one in drawn], 2, names="abc")
    assert variants(log, top, at_once=at_once) == variants(log, top)


@given(drawn=journeys(2, longest=4, customers=14), buckets=st.integers(1, 3), top=st.integers(1, 5))
@settings(max_examples=60, deadline=None)
def test_variants_are_those_of_the_oracle(drawn: list[Journey], buckets: int, top: int) -> None:
    log = log_of([[("ab"[code], time) for code, time in one] for one in drawn], buckets, names="ab")
    answer, slow = variants(log, top), oracle.variants(drawn)
    assert answer.total == len(slow)
    assert answer.customers == sum(slow.values())
    assert [one.customers for one in answer.variants] == sorted(slow.values(), reverse=True)[:top]
    for one in answer.variants:
        codes = tuple("ab".index(name) for name in one.events)
        assert one.customers == slow[codes]
        took = [j[-1][1] - j[0][1] for j in drawn if tuple(code for code, _ in j) == codes]
        assert one.median == timedelta(milliseconds=float(np.median(took)))


@given(drawn=journeys(2, longest=5, customers=14), top=st.integers(1, 5))
@settings(max_examples=30, deadline=None)
def test_the_answer_does_not_depend_on_the_buckets(drawn: list[Journey], top: int) -> None:
    named = [[("ab"[code], time) for code, time in one] for one in drawn]
    assert variants(log_of(named, 1, names="ab"), top) == variants(log_of(named, 3, names="ab"), top)


def test_a_log_without_customers_has_no_variants() -> None:
    answer = variants(log_of([]))
    assert (answer.variants, answer.total, answer.customers) == ((), 0, 0)


def test_top_is_at_least_one() -> None:
    with pytest.raises(BadParameter):
        variants(log_of([]), top=0)
