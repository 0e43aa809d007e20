from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.event_tables import CUSTOMERS, EVENTS, event_rows, rows_of, table_of
from tests.logs import log_of
from tests.oracles.ordered_events import Row

from giljabi.model import Matcher, event, prop
from giljabi.model.errors import BadParameter, UnknownColumn
from giljabi.store.log import Log, between, filter_customers, filter_events, memory_log, sample, to_table

ROWS = [
    {"customer": f"c{n % 20}", "time": n * 1000, "event": ("view", "pay")[n % 3 == 0]} for n in range(100)
]
LOG = memory_log(table_of(ROWS), buckets=4)


def _naive(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)


def expect(narrowed: Log, log: Log, kept: list[Row]) -> None:
    assert rows_of(to_table(narrowed)) == kept
    assert narrowed.events == len(kept)
    assert narrowed.customers == len({row["customer"] for row in kept})
    assert (narrowed.names, narrowed.columns) == (log.names, log.columns)
    assert [len(bucket.offsets) - 1 for bucket in narrowed.buckets] == [b.customers for b in narrowed.buckets]


@given(rows=event_rows(), names=st.sets(st.sampled_from(EVENTS)), buckets=st.sampled_from((1, 3)))
@settings(max_examples=40, deadline=None)
def test_filtering_events_drops_the_others_and_customers_left_without_any(
    rows: list[Row], names: set[str], buckets: int
) -> None:
    log = memory_log(table_of(rows), buckets=buckets)
    matcher: Matcher = event(*(name for name in log.names if name in names))
    kept = [row for row in rows_of(to_table(log)) if row["event"] in names]
    expect(filter_events(log, matcher), log, kept)


@given(rows=event_rows(), keep=st.lists(st.sampled_from(CUSTOMERS)), buckets=st.sampled_from((1, 3)))
@settings(max_examples=40, deadline=None)
def test_filtering_customers_keeps_all_of_their_events(
    rows: list[Row], keep: list[str], buckets: int
) -> None:
    log = memory_log(table_of(rows), buckets=buckets)
    kept = [row for row in rows_of(to_table(log)) if row["customer"] in keep]
    expect(filter_customers(log, keep), log, kept)
    masks = [np.array([name in keep for name in b.customer_ids.to_pylist()], np.bool_) for b in log.buckets]
    expect(filter_customers(log, masks), log, kept)


def test_customers_without_events_drop_out() -> None:
    log = log_of([[], [("view", 1)], [], [("pay", 2), ("view", 3)]])
    assert filter_events(log, event("view")).buckets[0].customer_ids.to_pylist() == ["c1", "c3"]


def test_filtering_by_what_the_log_lacks_is_refused() -> None:
    with pytest.raises(UnknownColumn):
        filter_events(LOG, prop("device") == "app")


@pytest.mark.parametrize("masks", [[np.ones(3, np.bool_)], [np.ones(b.customers) for b in LOG.buckets]])
def test_masks_that_do_not_fit_the_buckets_are_refused(
    masks: list[np.ndarray[tuple[int], np.dtype[np.bool_]]],
) -> None:
    with pytest.raises(BadParameter, match="one bool array per bucket"):
        filter_customers(LOG, masks)


@pytest.mark.parametrize(
    ("start", "end", "low", "high"),
    [
        (_naive(10), _naive(20), 10_000, 20_000),
        (datetime(1970, 1, 1, 9, 0, 10, tzinfo=timezone(timedelta(hours=9))), None, 10_000, 10**9),
        (None, datetime(1970, 1, 1, 0, 0, 20, 1, tzinfo=UTC), 0, 20_001),
        (datetime(1970, 1, 1, 0, 0, 10, 1, tzinfo=UTC), None, 10_001, 10**9),
        (None, None, 0, 10**9),
    ],
)
def test_between_keeps_the_start_and_leaves_the_end(
    start: datetime | None, end: datetime | None, low: int, high: int
) -> None:
    kept = [row for row in rows_of(to_table(LOG)) if low <= row["time"] < high]
    expect(between(LOG, start, end), LOG, kept)


def test_an_end_before_the_start_is_refused() -> None:
    with pytest.raises(BadParameter, match="must lie after the start"):
        between(LOG, datetime(2026, 1, 2, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC))


def test_a_sample_keeps_whole_customers_and_the_seed_fixes_which() -> None:
    drawn = sample(LOG, 5, seed=1)
    assert drawn.customers == 5
    names = {row["customer"] for row in rows_of(to_table(drawn))}
    expect(drawn, LOG, [row for row in rows_of(to_table(LOG)) if row["customer"] in names])
    assert to_table(sample(LOG, 5, seed=1)).equals(to_table(drawn))
    assert not to_table(sample(LOG, 5, seed=2)).equals(to_table(drawn))


def test_a_sample_of_more_customers_than_there_are_is_the_log() -> None:
    assert sample(LOG, 21, seed=1).customers == 20


def test_a_sample_of_nobody_is_refused() -> None:
    with pytest.raises(BadParameter, match="at least one customer"):
        sample(LOG, 0, seed=1)
