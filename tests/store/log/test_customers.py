"""One customer is found among many, with the events that are theirs and no others."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.event_tables import CUSTOMERS, event_rows, rows_of, table_of
from tests.oracles.ordered_events import Row

from giljabi.model import event
from giljabi.store.log import (
    Journey,
    Log,
    count_texts,
    customers_beginning_with,
    filter_events,
    find_customer,
    journey_of,
    latest_customers,
    memory_log,
    span_of,
    to_table,
)


def rows(journey: Journey) -> list[Row]:
    columns = journey.columns
    return [
        {"time": int(time), "event": name, **{column: columns[column][i] for column in columns}}
        for i, (time, name) in enumerate(zip(journey.time, journey.names, strict=True))
    ]


def expected(log: Log, customer: str) -> list[Row]:
    own = [row for row in rows_of(to_table(log)) if row["customer"] == customer]
    return [{name: value for name, value in row.items() if name != "customer"} for row in own]


@given(
    rows_=event_rows(), buckets=st.sampled_from((1, 3, 8)), customer=st.sampled_from((*CUSTOMERS, "nobody"))
)
@settings(max_examples=60, deadline=None)
def test_a_customer_is_found_with_all_events_in_order(rows_: list[Row], buckets: int, customer: str) -> None:
    log = memory_log(table_of(rows_), buckets=buckets)
    run = find_customer(log, customer)
    wanted = expected(log, customer)
    assert (run is None) == (not wanted)
    if run is not None:
        assert rows(journey_of(log, run)) == wanted
        assert span_of(log, run) == (wanted[0]["time"], wanted[-1]["time"])


@given(rows_=event_rows(), before=st.integers(-2, 5), limit=st.integers(1, 4))
@settings(max_examples=60, deadline=None)
def test_a_part_of_a_journey_is_its_last_events_before_a_time(
    rows_: list[Row], before: int, limit: int
) -> None:
    log = memory_log(table_of(rows_), buckets=3)
    for customer in {str(row["customer"]) for row in rows_}:
        run = find_customer(log, customer)
        assert run is not None
        earlier = [row for row in expected(log, customer) if row["time"] < before]
        assert rows(journey_of(log, run, before=before, limit=limit)) == earlier[-limit:]


@given(
    rows_=event_rows(), text=st.sampled_from(("", "a", "ab", "고", "x" * 39, "z")), limit=st.integers(1, 9)
)
@settings(max_examples=60, deadline=None)
def test_customers_are_listed_by_how_their_ids_begin(rows_: list[Row], text: str, limit: int) -> None:
    log = memory_log(table_of(rows_), buckets=3)
    ids = sorted({str(row["customer"]) for row in rows_})
    assert customers_beginning_with(log, text, limit) == [one for one in ids if one.startswith(text)][:limit]


@given(rows_=event_rows(), limit=st.integers(1, 9))
@settings(max_examples=60, deadline=None)
def test_the_latest_customers_are_those_with_the_latest_last_events(rows_: list[Row], limit: int) -> None:
    log = memory_log(table_of(rows_), buckets=3)
    last: dict[str, int] = {}
    for row in rows_of(to_table(log)):
        last[row["customer"]] = row["time"]
    found = latest_customers(log, limit)
    assert [time for _, time in found] == sorted(last.values(), reverse=True)[:limit]
    assert [last[customer] for customer, _ in found] == [time for _, time in found]


def test_customers_of_a_narrowed_log_are_found() -> None:
    rows_ = [{"customer": f"c{n}", "time": n, "event": ("view", "pay")[n % 2]} for n in range(50)]
    log = filter_events(memory_log(table_of(rows_), buckets=4), event("pay"))
    assert find_customer(log, "c4") is None
    run = find_customer(log, "c7")
    assert run is not None
    assert journey_of(log, run).names == ["pay"]


def test_values_of_a_column_of_texts_are_counted_for_one_customer() -> None:
    channels = ["web", "app", "web", None]
    rows_ = [{"customer": "a", "time": n, "event": "e", "channel": c} for n, c in enumerate(channels)]
    log = memory_log(table_of([*rows_, {"customer": "b", "time": 1, "event": "e", "channel": "call"}]))
    run = find_customer(log, "a")
    assert run is not None
    assert count_texts(log, run, "channel") == {"web": 2, "app": 1}
    assert count_texts(log, run, "plan") == {}
