"""Few journeys stand for all, and what is told of them is true of every customer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.logs import log_of
from tests.oracles import representatives as oracle

from giljabi.discover import representatives
from giljabi.model import Customers
from giljabi.model.errors import BadParameter, NotFound
from giljabi.store import Log

NAMES = [str(code) for code in range(20)]


def ways(*words: Sequence[str], buckets: int = 1) -> Log:
    """Make a log of words: each letter (or list entry) an event."""
    letters = sorted({letter for word in words for letter in word})
    return log_of([[(one, at) for at, one in enumerate(word)] for word in words], buckets, names=letters)


def test_each_crowd_gets_the_journey_most_like_it() -> None:
    crowd = [*["abcdef"] * 5, "abcdf", "abxdef", *["uvwxyz"] * 3, "uvwyz"]
    answer = representatives(ways(*crowd), 2)
    assert answer.to_dict() == {
        "events": [list("abcdef"), list("uvwxyz")],
        "customers": [7, 4],
        "share": [7 / 11, 4 / 11],
        "exact": [5, 3],
        "distance": [pytest.approx(2 / 6 / 7), pytest.approx(1 / 6 / 4)],
    }
    assert answer.coverage == 1
    assert answer.distance == pytest.approx(3 / 6 / 11)
    assert (answer.customers, answer.variants, answer.compared, answer.capped) == (11, 5, 5, 0)


def test_the_number_is_chosen_so_that_nearly_all_are_near_to_one() -> None:
    answer = representatives(ways(*["abcdef"] * 50, *["uvwxyz"] * 30, *["ghijkl"] * 20))
    assert [one.customers for one in answer.representatives] == [50, 30, 20]
    assert answer.chosen
    assert representatives(ways(*["abcdef"] * 50)).distance == 0


def test_where_twenty_do_not_suffice_the_number_at_the_knee_is_chosen() -> None:
    generator = np.random.default_rng(7)
    stray = ["".join(generator.choice(list("abcdefgh"), 12)) for _ in range(60)]
    answer = representatives(ways(*["abcdefghabcd"] * 60, *["hhggffeeddcc"] * 60, *stray))
    assert [one.exact for one in answer.representatives] == [60, 60]
    assert answer.coverage is not None
    assert answer.coverage < 0.95


def test_customers_of_a_representative_are_an_audience() -> None:
    log = ways("abc", "xyz", "abc", "xy", "", "abd", buckets=2)
    answer = representatives(log, 2)
    assert answer.audience(1) == Customers(("c0", "c2", "c5"))
    assert answer.audience(2) == Customers(("c1", "c3"))
    with pytest.raises(NotFound, match="there are 2"):
        answer.audience(3)


@given(drawn=st.lists(st.text("ab", max_size=5), max_size=9), k=st.integers(1, 3), buckets=st.integers(1, 3))
@settings(max_examples=80, deadline=None)
def test_figures_are_those_of_the_table_of_distances(drawn: list[str], k: int, buckets: int) -> None:
    answer = representatives(
        log_of([[(one, at) for at, one in enumerate(way)] for way in drawn], buckets, names="ab"), k
    )
    some = [way for way in drawn if way]
    assert answer.customers == len(some)
    assert answer.variants == len(set(some))
    if not some:
        assert (answer.representatives, answer.coverage, answer.distance) == ((), None, None)
        return
    chosen = [one.events for one in answer.representatives]
    near = [min(oracle.distance(way, one) for one in chosen) for way in some]
    assert answer.distance == pytest.approx(np.mean(near), abs=1e-6)
    assert answer.coverage == pytest.approx(np.mean([apart < 0.5 for apart in near]))
    assert sum(one.exact for one in answer.representatives) == near.count(0)
    mass = [one.share for one in answer.representatives]
    assert sum(mass) == pytest.approx(1)
    assert answer.emd == pytest.approx(oracle.earth_movers(some, chosen, mass), abs=1e-6)


@given(drawn=st.lists(st.text("abc", min_size=1, max_size=5), min_size=1, max_size=8), k=st.integers(1, 3))
@settings(max_examples=80, deadline=None)
def test_the_choice_is_nearly_the_best_of_all(drawn: list[str], k: int) -> None:
    answer = representatives(ways(*drawn), k)
    assert answer.distance is not None
    # Exchanges one at a time may end beside the best of all choices, never far from it.
    assert answer.distance * len(drawn) <= oracle.least_cost(drawn, k) * 1.25 + 1e-5


@given(drawn=st.lists(st.text("abc", max_size=6), max_size=9), buckets=st.integers(2, 4))
@settings(max_examples=40, deadline=None)
def test_the_answer_does_not_depend_on_the_buckets(drawn: list[str], buckets: int) -> None:
    assert representatives(ways(*drawn), 2) == representatives(ways(*drawn, buckets=buckets), 2)


def test_among_many_variants_prototypes_are_found_from_a_sample() -> None:
    generator = np.random.default_rng(4)
    log, truth = noisy(generator, 24_000, 4)
    answer = representatives(log, 4, seed=3)
    assert answer.variants > answer.compared == 16_384
    assert {one.events for one in answer.representatives} == truth
    assert answer == representatives(log, 4, seed=3)
    assert sum(one.customers for one in answer.representatives) == 24_000


def noisy(
    generator: np.random.Generator, customers: int, prototypes: int
) -> tuple[Log, set[tuple[str, ...]]]:
    """Make a log of copies in which three events in ten are random, but one copy in twenty is true."""
    truth = generator.integers(0, 20, (prototypes, 12))
    codes = truth[generator.integers(0, prototypes, customers)]
    wrong = generator.random(codes.shape) < np.where(generator.random((customers, 1)) < 0.05, 0, 0.3)
    codes = np.where(wrong, generator.integers(0, 20, codes.shape), codes)
    log = log_of([[(NAMES[code], at) for at, code in enumerate(row)] for row in codes], 3, names=NAMES)
    return log, {tuple(NAMES[code] for code in row) for row in truth}


def test_of_long_journeys_the_beginning_counts() -> None:
    long = "ab" * 200
    answer = representatives(ways(long, long + "x", "c"), 2)
    assert [(len(one.events), one.customers) for one in answer.representatives] == [(256, 2), (1, 1)]
    assert (answer.capped, answer.distance) == (2, 0)
    assert [one.exact for one in answer.representatives] == [0, 1]


def test_a_customer_with_a_million_events_is_compared_by_the_beginning() -> None:
    answer = representatives(ways("ab" * 500_000, *["abc"] * 5), 1)
    assert answer.representatives[0].events == ("a", "b", "c")
    assert answer.capped == 1


def test_an_empty_log_has_no_representatives() -> None:
    answer = representatives(log_of([]))
    assert (answer.rows(), answer.coverage, answer.emd, answer.drawing()) == ([], None, None, "")


def test_the_picture_names_the_journeys() -> None:
    assert "a → b" in representatives(ways("ab", "ab", "xy"), 2).drawing()


@pytest.mark.parametrize("k", [0, 101])
def test_a_number_out_of_range_is_refused(k: int) -> None:
    with pytest.raises(BadParameter, match="1 to 100"):
        representatives(ways("ab"), k)


def test_progress_ends_with_all_done() -> None:
    seen: list[float] = []
    representatives(ways("ab", "cd", buckets=2), progress=lambda step, done: seen.append(done))
    assert seen == sorted(seen)
    assert seen[-1] == pytest.approx(1)


@pytest.mark.parametrize(
    ("number", "most"),
    [(len, 0.205), (lambda truth: None, 0.25)],
    ids=["as many as the truth has", "number chosen"],
)
def test_published_noisy_journeys_give_back_their_truth(
    shared_data: Path, number: Callable[[set[tuple[str, ...]]], int | None], most: float
) -> None:
    apart = []
    for level in range(1, 9):
        for file in range(1, 6):
            stem = shared_data / "representatives" / f"noise{level}-{file}"
            drawn, truth = (
                [line.split("-") for line in stem.with_suffix(kind).read_text().split()]
                for kind in (".data", ".gt")
            )
            true = {tuple(way) for way in truth}
            answer = representatives(ways(*drawn), number(true))
            found = {one.events for one in answer.representatives}
            apart.append(1 - len(found & true) / len(found | true))
    assert len(apart) == 40
    assert np.mean(apart) < most


def test_noisy_copies_give_back_their_truth() -> None:
    crowd = [*["0122"] * 4, "012", "0112", *["3405"] * 3, "345", "12345"]
    assert {one.events for one in representatives(ways(*crowd), 3).representatives} == {
        tuple("0122"),
        tuple("3405"),
        tuple("12345"),
    }
