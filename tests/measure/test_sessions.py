import csv
import gzip
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import rankdata
from tests.logs import log_of
from tests.oracles import sessions as oracle
from tests.oracles.journeys import Journey, journeys

from giljabi.kernels import wilson
from giljabi.measure import sessions
from giljabi.model.errors import BadParameter
from giljabi.store import Array, Log, MemoryBucket, to_table

NAMES = ["view", "cart", "pay", "call"]
MINUTE = 60_000
SHOP = log_of(
    [
        [("view", 0), ("cart", MINUTE), ("pay", 31 * MINUTE), ("view", 62 * MINUTE)],
        [("view", 0)],
        [("call", 0), ("view", 30 * MINUTE + 1), ("cart", 32 * MINUTE)],
    ],
    buckets=2,
    columns={"channel": [["web", "app", "web", "web"], ["app"], [None, "web", "web"]]},
)
PARTITION = Path(__file__).parents[3] / "shared/data/partition_delay0.5.csv.gz"


def test_a_gap_strictly_longer_begins_a_session() -> None:
    answer = sessions(SHOP, "30m")
    assert (answer.count, answer.customers) == (5, 3)
    assert [(one.event, one.count) for one in answer.starts] == [("view", 4), ("call", 1)]
    assert [(one.event, one.count) for one in answer.ends] == [
        ("view", 2),
        ("call", 1),
        ("cart", 1),
        ("pay", 1),
    ]
    assert answer.share == 3 / 5
    assert (answer.low, answer.high) == wilson(3, 5)


def test_sessions_have_durations_lengths_and_a_number_per_customer() -> None:
    answer = sessions(SHOP, timedelta(minutes=30))
    assert answer.median == timedelta(0)
    assert answer.p90 == timedelta(milliseconds=0.4 * 119_999 + 0.6 * 31 * MINUTE)
    assert (answer.median_events, answer.p90_events) == (1, 2.6)
    assert (answer.median_sessions, answer.mean_sessions) == (2, 5 / 3)
    assert {one.text(): one.count for one in answer.times if one.count} == {
        "0s": 3,
        "1m to 3m": 1,
        "30m to 1h": 1,
    }
    assert {one.low: one.count for one in answer.lengths if one.count} == {1: 3, 2: 1, 3: 1}
    assert {one.low: one.count for one in answer.repeats if one.count} == {1: 1, 2: 2}


def test_the_score_of_a_fixed_gap_is_the_gap_itself() -> None:
    scores = sessions(SHOP, "30m").scores()
    expected = [np.nan, MINUTE, 30 * MINUTE, 31 * MINUTE, np.nan, 30 * MINUTE + 1, 119_999, np.nan]
    np.testing.assert_array_equal(scores, expected)


def test_sessions_stand_in_a_log_of_their_own() -> None:
    log = sessions(SHOP, "30m").to_log()
    assert (log.customers, log.events, log.names) == (5, 8, SHOP.names)
    table = to_table(log).to_pydict()
    assert table["customer"] == ["c0#1"] * 3 + ["c0#2", "c2#1", "c2#2", "c2#2", "c1#1"]
    assert table["channel"] == ["web", "app", "web", "web", None, "web", "web", "app"]
    assert sessions(log, "30m").count == 5


VISITS = [
    [
        ("view", 0),
        ("cart", 5),
        ("pay", 9),
        ("view", 10_000),
        ("cart", 10_007),
        ("view", 10_012),
        ("pay", 10_019),
    ],
    [("view", 0), ("cart", 8), ("pay", 12), ("view", 20), ("pay", 25), ("view", 9_000), ("cart", 9_003)],
]


def test_learned_pairs_are_boundaries_everywhere_however_long_they_took() -> None:
    answer = sessions(log_of(VISITS), "learned")
    boundaries = {(one.source, one.target) for one in answer.pairs if one.boundary}
    assert boundaries == {("pay", "view")}
    assert answer.count == 5
    assert answer.pairs[0].mean == timedelta(milliseconds=(9991 + 8 + 8975) / 3)
    assert answer.pairs[0].count == 3


def test_a_learned_gap_cuts_where_it_was_long() -> None:
    answer = sessions(log_of(VISITS), "time")
    assert answer.count == 4
    assert timedelta(milliseconds=8) <= answer.threshold < timedelta(milliseconds=8975)


def test_a_threshold_may_be_given_instead() -> None:
    assert sessions(log_of(VISITS), "time", threshold="9s").count == 3
    assert sessions(log_of(VISITS), "learned", threshold="1h").count == 2


def test_a_log_without_customers_has_no_sessions() -> None:
    for gap in ("30m", "learned", "time"):
        answer = sessions(log_of([], names=["view"]), gap)
        assert (answer.count, answer.median, answer.share, answer.drawing()) == (0, None, None, "")
        assert answer.to_log().customers == len(answer.scores()) == 0


def test_customers_of_one_event_each_leave_nothing_to_learn() -> None:
    log = log_of([[("view", 0)], [("pay", 5)]])
    assert sessions(log, "learned").count == sessions(log, "time").count == 2


def test_the_picture_says_how_long_sessions_take() -> None:
    assert "30m to 1h" in sessions(SHOP).drawing()


def test_progress_is_told_to_the_end() -> None:
    told: list[tuple[str, float]] = []
    sessions(SHOP, progress=lambda what, share: told.append((what, share)))
    assert told == [("sessions", 0.5), ("sessions", 1.0)]


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"gap": "often"}, "no gap between sessions"),
        ({"gap": "0s"}, "no gap between sessions"),
        ({"gap": 30}, "no gap between sessions"),
        ({"gap": "30m", "threshold": "1h"}, "fixed gap"),
        ({"gap": "learned", "threshold": "high"}, "no duration"),
    ],
)
def test_what_cannot_be_asked_is_refused(asked: Any, told: str) -> None:
    with pytest.raises(BadParameter, match=told):
        sessions(SHOP, **asked)


@given(
    drawn=journeys(4),
    gap=st.sampled_from(["1ms", "5ms", "1h", "learned", "time"]),
    threshold=st.sampled_from([None, "3ms", "700ms"]),
    buckets=st.integers(1, 3),
)
@settings(max_examples=100, deadline=None)
def test_sessions_are_those_of_the_oracle(
    drawn: list[Journey], gap: str, threshold: str | None, buckets: int
) -> None:
    log = log_of([[(NAMES[code], time) for code, time in one] for one in drawn], buckets, names=NAMES)
    if gap not in {"learned", "time"}:
        threshold = None
    answer = sessions(log, gap, threshold=threshold)
    means = oracle.pair_means(drawn) if gap == "learned" else None
    limit = answer.rule.threshold
    if gap == "learned" and threshold is None and means:
        scores = [score for one in drawn for score in oracle.scores(one, means)]
        assert limit == pytest.approx(oracle.otsu(scores))
    parts = [oracle.cut(one, limit, means) for one in drawn]
    flat = [one for some in parts for one in some]
    assert answer.count == len(flat)
    assert answer.customers == sum(bool(one) for one in drawn)
    begins = Counter(NAMES[one[0][0]] for one in flat)
    assert {one.event: one.count for one in answer.starts} == begins
    if flat:
        times = [one[-1][1] - one[0][1] for one in flat]
        assert answer.median is not None
        assert answer.p90 is not None
        assert answer.median / timedelta(milliseconds=1) == pytest.approx(np.quantile(times, 0.5), abs=1e-3)
        assert answer.p90 / timedelta(milliseconds=1) == pytest.approx(np.quantile(times, 0.9), abs=1e-3)
        assert answer.p90_events == pytest.approx(np.quantile([len(one) for one in flat], 0.9))
        assert answer.median_sessions == np.quantile([len(some) for some in parts if some], 0.5)
    named = to_table(answer.to_log())["customer"].to_pylist()
    assert Counter(Counter(named).values()) == Counter(len(one) for one in flat)


def _auc(score: Array, boundary: Array) -> float:
    """Give the chance that a boundary has a higher score than another transition."""
    rank, many = rankdata(score), int(boundary.sum())
    rest = len(boundary) - many
    return float((rank[boundary].sum() - many * (many + 1) / 2) / (many * rest))


def _areas(log: Log, boundary: list[bool]) -> tuple[float, float]:
    areas = []
    for gap in ("time", "learned"):
        scores = sessions(log, gap).scores()
        kept = ~np.isnan(scores)
        areas.append(_auc(scores[kept], np.array(boundary)[kept]))
    return areas[0], areas[1]


def test_boundaries_of_the_published_log_are_found_as_well_as_published() -> None:
    if not PARTITION.exists():
        pytest.skip(f"{PARTITION} is not here")
    with gzip.open(PARTITION, "rt") as file:
        rows = list(csv.DictReader(file))
    merged: dict[str, list[tuple[str, int]]] = {}
    for row in rows:
        # Times are plain numbers; as hours, their order in ms is that of the file.
        merged.setdefault(row["journey_id"], []).append(
            (row["event"], round(float(row["timestamp"]) * 3_600_000))
        )
    time, learned = _areas(log_of(list(merged.values())), [row["new_trace"] == "True" for row in rows])
    assert abs(time - 0.692) < 0.01
    assert abs(learned - 0.914) < 0.01


def test_pairs_find_boundaries_that_gaps_alone_do_not() -> None:
    generator = np.random.default_rng(3)
    journeys_, boundary = [], []
    for _ in range(10):
        now, journey = 0.0, []
        for _ in range(60):
            for place, name in enumerate(["view", "cart", "pay"][: generator.integers(2, 4)]):
                # As in the published log: gaps are exponential, and half a mean longer between visits.
                now += generator.exponential(1.0) + (0.5 if place == 0 else 0.0)
                journey.append((name, round(now * 3_600_000)))
                boundary.append(place == 0)
        journeys_.append(journey)
    time, learned = _areas(log_of(journeys_), boundary)
    assert 0.6 < time < 0.75
    assert learned > 0.99


def test_one_customer_with_many_events_and_many_names_is_cut_too() -> None:
    names = [f"n{i}" for i in range(5000)]
    events = np.arange(200_000) % 5000
    time = np.cumsum(np.where(events == 0, 3_600_001, 10)).astype(np.int64)
    bucket = MemoryBucket(
        np.array([0, 200_000]), time, events.astype(np.uint16), log_of([[("a", 0)]]).buckets[0].customer_ids
    )
    log = Log(tuple(names), {}, (bucket,), 200_000, 1)
    for gap in ("1h", "learned", "time"):
        answer = sessions(log, gap)
        assert answer.count == 40
        assert answer.median == timedelta(milliseconds=4999 * 10)
        assert answer.median_events == 5000
