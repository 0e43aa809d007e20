"""Stages follow order, belonging and time, and their figures are those of the customers."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.logs import log_of
from tests.mapping.real_logs import xes
from tests.oracles import stages as oracle
from tests.oracles.journeys import Journey, journeys

from giljabi.discover import StagesAnswer, stage_facts, stages
from giljabi.discover.stage_order import nearness
from giljabi.kernels import OCTAVES
from giljabi.model.errors import BadParameter
from giljabi.store import Log

MINUTE = 60_000
DAY = 1440 * MINUTE


def ways(*words: str, buckets: int = 1) -> Log:
    """Make a log of words: each letter an event, a minute apart."""
    return log_of([[(letter, at * MINUTE) for at, letter in enumerate(word)] for word in words], buckets)


def events(answer: StagesAnswer) -> list[set[str]]:
    return [set(one.events) for one in answer.stages]


def test_events_that_go_to_and_fro_are_one_stage() -> None:
    answer = stages(ways(*["axyxyxb", "ayxyxyb"] * 20))
    assert events(answer) == [{"a"}, {"x", "y"}, {"b"}]
    assert [one.customers for one in answer.stages] == [40, 40, 40]
    assert answer.score is not None
    assert answer.score > 0.9
    assert answer.chosen


def test_ways_that_exclude_each_other_are_one_stage() -> None:
    assert events(stages(ways(*["axb"] * 20, *["ayb"] * 20))) == [{"a"}, {"x", "y"}, {"b"}]


def test_a_long_wait_parts_what_a_short_one_holds_together() -> None:
    def journey(*gaps: int) -> list[tuple[str, int]]:
        return list(zip("abc", np.cumsum([0, *gaps]).tolist(), strict=True))

    late, early = stages(log_of([journey(1000, DAY)] * 20), 2), stages(log_of([journey(DAY, 1000)] * 20), 2)
    assert events(late) == [{"a", "b"}, {"c"}]
    assert events(early) == [{"a"}, {"b", "c"}]
    assert late.stages[0].gap == timedelta(days=1)
    assert late.stages[0].median == timedelta(seconds=1)
    assert late.stages[1].gap is None


def test_rare_events_are_named_as_left_out() -> None:
    answer = stages(ways(*["ab"] * 97, "aqb", "aqb", "azb"))
    assert events(answer) == [{"a"}, {"b"}]
    assert answer.left_out == ("q", "z")
    assert answer.kept == 200 / 203


@given(drawn=journeys(4, longest=7, customers=8), k=st.integers(1, 4), buckets=st.integers(1, 3))
@settings(max_examples=80, deadline=None)
def test_figures_are_those_seen_event_by_event(drawn: list[Journey], k: int, buckets: int) -> None:
    log = log_of([[("abcd"[code], time) for code, time in one] for one in drawn], buckets, names="abcd")
    answer = stages(log, k)
    stage_of = {"abcd".index(name): one.stage for one in answer.stages for name in one.events}
    some = [journey for journey in drawn if journey]
    assert answer.customers == len(some)
    if not some:
        assert (answer.rows(), answer.score, answer.kept) == ([], None, None)
        return
    for one in answer.stages:
        assert one.customers == sum(any(stage_of.get(c) == one.stage for c, _ in way) for way in some)
        assert one.share == one.customers / len(some)
        assert one.median == median(oracle.times_within(some, stage_of, one.stage))
        assert one.gap == median(oracle.gaps(some, stage_of, one.stage))
    assert answer.order == pytest.approx(oracle.in_order(some, stage_of))
    facts = stage_facts(log)
    assert answer.cohesion == pytest.approx(
        oracle.agreement(
            lambda a, b: float(facts.cohesion[a, b]),
            range(len(facts.codes)),
            lambda a, b: stage_of[facts.codes[a]] == stage_of[facts.codes[b]],
        )
    )
    assert answer.score == pytest.approx((answer.cohesion or 0) * (answer.order or 0))


def median(values: list[int]) -> timedelta | None:
    return timedelta(milliseconds=float(np.median(values))) if values else None


@given(drawn=journeys(4, longest=7, customers=8), buckets=st.integers(2, 4))
@settings(max_examples=40, deadline=None)
def test_the_answer_does_not_depend_on_the_buckets(drawn: list[Journey], buckets: int) -> None:
    named = [[("abcd"[code], time) for code, time in one] for one in drawn]
    assert stages(log_of(named, 1, names="abcd")) == stages(log_of(named, buckets, names="abcd"))


@given(drawn=journeys(5, longest=7, customers=8))
@settings(max_examples=60, deadline=None)
def test_no_event_would_stand_better_elsewhere_in_the_order(drawn: list[Journey]) -> None:
    if not any(drawn):
        return
    log = log_of([[("abcde"[code], time) for code, time in one] for one in drawn], names="abcde")
    facts = stage_facts(log)

    def against(order: list[int]) -> int:
        at = {event: place for place, event in enumerate(order)}
        return sum(
            int(facts.precedence.before[a, b]) for a in order for b in order if a != b and at[a] > at[b]
        )

    found = against(list(facts.order))
    for event in facts.order:
        rest = [one for one in facts.order if one != event]
        for place in range(len(facts.order)):
            assert against([*rest[:place], event, *rest[place:]]) >= found


def test_the_chosen_number_has_the_greatest_score() -> None:
    answer = stages(ways(*["axyxyxbcd", "ayxyxybdc"] * 20))
    tried = dict(answer.scores)
    assert list(tried) == [1, 2, 3, 4, 5, 6][: len(tried)]
    assert tried[len(answer.stages)] == max(tried.values()) == answer.score


def test_short_steps_are_near_and_long_ones_far() -> None:
    octaves = np.zeros((3, 3, OCTAVES), np.int64)
    octaves[0, 1, 5], octaves[1, 2, 20] = 10, 10
    octaves[2, 2, 1] = 1000
    near = nearness(octaves)
    assert near[0, 1] == near[1, 0] == 0.5
    assert near[1, 2] == -0.5
    assert near[0, 2] == 0


def test_thousands_of_names_and_a_customer_of_a_million_events_are_cut() -> None:
    rare = [[(f"rare {i}", at) for at, i in enumerate(range(one, 5000, 60))] for one in range(60)]
    long = [("ab"[at % 2], at) for at in range(300_000)]
    crowd = [[("a", 0), ("b", MINUTE), ("c", DAY)]] * 100
    answer = stages(log_of([*crowd, *rare, long]))
    assert set().union(*events(answer)) == {"a", "b", "c"}
    assert len(answer.left_out) == 5000


def test_one_event_is_one_stage() -> None:
    answer = stages(ways("a", "aa"))
    assert [(one.events, one.score) for one in answer.stages] == [(("a",), 1.0)]


def test_an_empty_log_has_no_stages() -> None:
    answer = stages(log_of([]))
    assert (answer.rows(), answer.score, answer.drawing()) == ([], None, "")


def test_the_picture_names_the_events() -> None:
    assert "x · y" in stages(ways(*["axyxyxb", "ayxyxyb"] * 20)).drawing()


@pytest.mark.parametrize("k", [0, 41])
def test_a_number_out_of_range_is_refused(k: int) -> None:
    with pytest.raises(BadParameter, match="1 to 40"):
        stages(ways("ab"), k)


def test_progress_ends_with_all_done() -> None:
    seen: list[float] = []
    stages(ways("ab"), progress=lambda step, done: seen.append(done))
    assert seen == sorted(seen)
    assert seen[-1] == 1


def test_the_help_desk_waits_while_in_charge(shared_data: Path) -> None:
    answer = stages(xes(shared_data / "helpdesk.xes.gz"))
    assert [one.events for one in answer.stages] == [
        ("Assign seriousness",),
        ("Take in charge ticket", "Wait"),
        ("Resolve ticket",),
        ("Closed",),
    ]
