from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.logs import log_of
from tests.oracles import prefixes as oracle
from tests.oracles.journeys import Journey, journeys

from giljabi.discover import PrefixNode, prefix_tree
from giljabi.model.errors import BadParameter

NAMES = ["d", "b", "a", "c"]


@given(
    drawn=journeys(4, longest=7, customers=12),
    buckets=st.integers(1, 3),
    depth=st.integers(1, 5),
    rare=st.integers(1, 4),
)
@settings(max_examples=80, deadline=None)
def test_a_tree_is_that_of_the_oracle(drawn: list[Journey], buckets: int, depth: int, rare: int) -> None:
    log = log_of([[(NAMES[code], time) for code, time in one] for one in drawn], buckets, names=NAMES)
    present = sum(1 for one in drawn if one)
    answer = prefix_tree(log, depth, min_share=min(1.0, rare / present) if present else 1.0)
    slow = {
        prefix: one
        for prefix, one in oracle.prefixes(drawn, depth).items()
        if one.customers >= min(rare, present)
    }
    told = [node for node in answer.nodes() if node.event is not None]
    assert {tuple(NAMES.index(str(event)) for event in node.events) for node in told} == slow.keys()
    for node in told:
        expected = slow[tuple(NAMES.index(str(event)) for event in node.events)]
        assert (node.customers, node.ends) == (expected.customers, expected.ends)
        assert node.share == expected.customers / present
        if expected.gaps:
            assert node.median == timedelta(milliseconds=float(np.median(expected.gaps)))
        else:
            assert node.median is None
        if len(node.events) < depth:
            assert node.customers - _sum(node.children) == node.ends
    if present:
        assert _sum(answer.children) == present


def _sum(children: tuple[PrefixNode, ...]) -> int:
    return sum(child.customers for child in children)


def test_rare_ways_are_told_together() -> None:
    common = [[("a", 0), ("b", 10)]] * 8
    answer = prefix_tree(log_of([*common, [("a", 0), ("c", 1)], [("a", 0), ("d", 1)]], 2), 2, min_share=0.2)
    (first,) = answer.children
    assert (first.events, first.customers, first.ends, first.share_of_parent) == (("a",), 10, 0, 1.0)
    kept, others = first.children
    assert (kept.event, kept.customers, kept.median) == ("b", 8, timedelta(milliseconds=10))
    assert (others.event, others.customers, others.ends, others.events) == (None, 2, None, ("a", None))
    assert answer.rows()[2]["events"] == ["a", "…"]
    assert "<svg" in answer.drawing()


def test_thousands_of_variants_fit_under_few_prefixes() -> None:
    generator = np.random.default_rng(3)
    ways = generator.integers(0, 60, (4500, 6))
    log = log_of([[(f"e{code}", step) for step, code in enumerate(way)] for way in ways], 3)
    answer = prefix_tree(log, 6, min_share=0.01)
    assert _sum(answer.children) == 4500
    assert all(child.event is None for node in answer.children for child in node.children)


def test_an_empty_log_has_an_empty_tree() -> None:
    for log in (log_of([]), log_of([[], []], 2)):
        answer = prefix_tree(log)
        assert (answer.children, answer.customers, answer.rows()) == ((), 0, [])
        assert "<svg" in answer.drawing()


@pytest.mark.parametrize(("depth", "share"), [(0, 0.1), (51, 0.1), (3, 0.0), (3, 1.5), (3, float("nan"))])
def test_parameters_are_in_range(depth: int, share: float) -> None:
    with pytest.raises(BadParameter):
        prefix_tree(log_of([[("a", 0)]]), depth, share)


def test_progress_ends_at_one() -> None:
    told: list[float] = []
    prefix_tree(log_of([[("a", 0), ("b", 1)]], 2), 2, progress=lambda _, done: told.append(done))
    assert told == sorted(told)
    assert told[-1] == 1.0
