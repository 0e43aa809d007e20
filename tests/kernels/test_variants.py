import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.oracles.journeys import Journey, columns, journeys
from tests.oracles.variants import variants

from giljabi.kernels import group_hashes, hash_journeys


@given(drawn=journeys(names=2, longest=4, customers=12))
@settings(max_examples=60, deadline=None)
def test_groups_are_the_distinct_sequences(drawn: list[Journey]) -> None:
    drawn = [journey for journey in drawn if journey]
    offsets, _, event = columns(drawn)
    group, first, total = group_hashes(*hash_journeys(offsets, event), np.ones(len(drawn), np.int64))
    sequences = [tuple(code for code, _ in journey) for journey in drawn]
    assert {sequences[at]: int(n) for at, n in zip(first, total, strict=True)} == variants(drawn)
    assert [sequences[first[one]] for one in group] == sequences


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2), st.integers(1, 5)), max_size=20))
@settings(max_examples=40, deadline=None)
def test_groups_of_buckets_merge_by_weight(items: list[tuple[int, int, int]]) -> None:
    high, low, weight = (np.array(column) for column in zip(*items, strict=True)) if items else ([], [], [])
    group, first, total = group_hashes(np.array(high), np.array(low), np.array(weight))
    expected: dict[tuple[int, int], int] = {}
    for one_high, one_low, one_weight in items:
        expected[one_high, one_low] = expected.get((one_high, one_low), 0) + one_weight
    assert list(expected.values()) == total.tolist()
    assert [list(expected)[one] for one in group] == [(a, b) for a, b, _ in items]
    assert [items[at][:2] for at in first] == list(expected)


def test_a_million_sequences_that_differ_little_have_different_hashes() -> None:
    customers = 1_000_000
    codes = np.arange(customers)
    event = np.stack([codes % 100, codes // 100 % 100, codes // 10_000 % 100], axis=1).astype(np.uint16)
    high, low = hash_journeys(np.arange(0, 3 * customers + 1, 3), event.ravel())
    assert len(np.unique(high)) == customers
    assert len(np.unique(low)) == customers


def test_the_two_lanes_are_independent() -> None:
    generator = np.random.default_rng(3)
    event = generator.integers(0, 40, 200_000).astype(np.uint16)
    high, low = hash_journeys(np.arange(0, 200_001, 10), event)
    agree = np.unpackbits((high ^ low).view(np.uint8)).mean()
    assert abs(agree - 0.5) < 0.01


def test_order_and_length_make_different_variants() -> None:
    event = np.array([0, 1, 1, 0, 0, 0, 0, 0, 0], np.uint16)
    high, low = hash_journeys(np.array([0, 2, 4, 6, 9]), event)
    assert len(set(zip(high.tolist(), low.tolist(), strict=True))) == 4
