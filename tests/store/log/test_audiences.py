from __future__ import annotations

import gc
import pickle
import weakref
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.logs import log_of

from giljabi.model import Audience, Customers, Did, Segment, did, event, in_variant, prop
from giljabi.model.errors import BadParameter, UnknownColumn, UnknownEvent
from giljabi.store import Log, audience_mask, filter_audience, read_groups, to_table

NAMES = ["view", "cart", "pay"]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SHOP = log_of(
    [
        [("view", 0), ("pay", 10), ("pay", 20)],
        [("view", 0), ("cart", 10)],
        [("pay", 50)],
    ],
    buckets=2,
    columns={"channel": [[None, "app", "web"], ["web", "app"], [None]], "amount": [[1, 2, 3], [4, 5], [6]]},
)


def members(log: Log, audience: Audience) -> set[str]:
    return {
        str(customer)
        for bucket in log.buckets
        for customer, inside in zip(bucket.customer_ids, audience_mask(log, bucket, audience), strict=True)
        if inside
    }


def test_an_audience_is_kept_with_all_events() -> None:
    found = filter_audience(SHOP, did("pay", at_least=2))
    assert (found.customers, found.events) == (1, 3)


def test_a_period_bounds_what_was_done() -> None:
    late = did("pay", since=EPOCH + timedelta(milliseconds=15), until=EPOCH + timedelta(milliseconds=50))
    assert members(SHOP, late) == {"c0"}


def test_properties_variants_and_customers_make_audiences() -> None:
    assert members(SHOP, did(prop("channel") == "web")) == {"c0", "c1"}
    assert members(SHOP, in_variant(["pay"], ["view", "cart"])) == {"c1", "c2"}
    assert members(SHOP, Customers(("c2", "nobody"))) == {"c2"}
    assert members(SHOP, did("view") & ~did(event("cart") & (prop("amount") > 4))) == {"c0"}


def test_a_column_groups_by_the_first_value_there_is() -> None:
    groups = read_groups(SHOP, "channel")
    of = {
        str(customer): groups.labels[code]
        for bucket in SHOP.buckets
        for customer, code in zip(bucket.customer_ids, groups.codes(SHOP, bucket), strict=True)
    }
    assert of == {"c0": "app", "c1": "web", "c2": None}


def test_of_several_audiences_the_first_takes_a_customer() -> None:
    groups = read_groups(SHOP, {"payers": did("pay"), "viewers": did("view")})
    assert groups.labels == (None, "payers", "viewers")
    assert [list(groups.codes(SHOP, bucket)) for bucket in SHOP.buckets] == [[1, 1], [2]]
    assert read_groups(SHOP, did("cart")).labels == (None, "in")


@pytest.mark.parametrize(
    ("audience", "error"),
    [(did("buy"), UnknownEvent), (did(prop("x") == 1), UnknownColumn), (in_variant(["buy"]), UnknownEvent)],
)
def test_what_the_log_does_not_have_is_refused(audience: Audience, error: type[Exception]) -> None:
    with pytest.raises(error):
        filter_audience(SHOP, audience)


def test_an_audience_that_holds_nobody_by_its_numbers_is_refused() -> None:
    with pytest.raises(BadParameter, match="leave nobody"):
        did("pay", at_least=3, at_most=1)
    with pytest.raises(BadParameter, match="numbers"):
        read_groups(SHOP, "amount")


instants = st.one_of(st.none(), st.integers(0, 40).map(lambda ms: EPOCH + timedelta(milliseconds=ms)))
single = st.one_of(
    st.builds(
        Did,
        st.sampled_from([event("view"), event("cart", "pay"), prop("amount") > 2]),
        st.integers(0, 3),
        st.one_of(st.none(), st.integers(0, 3)),
        instants,
        instants,
    ),
    st.lists(st.lists(st.sampled_from(NAMES), min_size=1, max_size=3), max_size=3).map(
        lambda v: in_variant(*v)
    ),
    st.lists(st.sampled_from(["c0", "c1", "c2", "x"]), max_size=2).map(lambda ids: Customers(tuple(ids))),
)
audiences = st.recursive(
    single,
    lambda part: st.one_of(
        st.tuples(part, part).map(lambda two: two[0] & two[1]),
        st.tuples(part, part).map(lambda two: two[0] | two[1]),
        part.map(lambda one: ~one),
    ),
    max_leaves=4,
)


@given(
    drawn=st.lists(st.lists(st.tuples(st.sampled_from(NAMES), st.integers(0, 40)), max_size=4), max_size=5),
    audience=audiences,
    buckets=st.integers(1, 3),
)
@settings(max_examples=100, deadline=None)
def test_masks_are_what_the_audience_says_of_each_customer(
    drawn: list[list[tuple[str, int]]], audience: Audience, buckets: int
) -> None:
    amounts = [[float(k) for k in range(len(one))] for one in drawn]
    log = log_of(drawn, buckets, columns={"amount": amounts}, names=NAMES)
    expected: dict[str, bool] = {}
    table = to_table(log).to_pylist()
    for customer in [str(one) for bucket in log.buckets for one in bucket.customer_ids]:
        events = [(row["event"], row["time"], row) for row in table if row["customer"] == customer]
        expected[customer] = audience.accepts(customer, events)
    found = {
        str(customer): bool(inside)
        for bucket in log.buckets
        for customer, inside in zip(bucket.customer_ids, audience_mask(log, bucket, audience), strict=True)
    }
    assert found == expected
    assert all(audience_mask(log, bucket, audience).dtype == np.bool_ for bucket in log.buckets)


def test_a_long_list_of_customers_is_looked_up_exactly() -> None:
    log = log_of([[("view", 0)] for _ in range(300)], buckets=3)
    wanted = Customers((*(f"c{i}" for i in range(0, 300, 7)), *(f"c{i}x" for i in range(2000)), "", "c"))
    assert members(log, wanted) == {f"c{i}" for i in range(0, 300, 7)}
    assert members(log, Customers(())) == set()
    assert members(log_of([]), wanted) == set()


def test_the_customers_of_an_audience_keep_their_columns() -> None:
    log = filter_audience(SHOP, did("pay"))
    assert to_table(log).to_pydict()["channel"] == [None, "app", "web", None]
    assert to_table(filter_audience(log, did("view"))).to_pydict()["amount"] == [1, 2, 3]


def test_a_narrowed_log_goes_to_another_process_as_it_is() -> None:
    log = filter_audience(SHOP, did("cart"))
    assert to_table(pickle.loads(pickle.dumps(log))).equals(to_table(log))


def test_a_mask_that_is_kept_is_that_of_the_log_it_was_made_for() -> None:
    one = log_of([[("view", 0)], [("pay", 0)]], names=["view", "pay"])
    other = Log(("pay", "view"), one.columns, one.buckets, one.events, one.customers)
    assert (members(one, did("pay")), members(other, did("pay"))) == ({"c1"}, {"c0"})
    assert (members(one, did("pay")), members(one, did(event("pay", "view")))) == ({"c1"}, {"c0", "c1"})


def test_kept_masks_let_go_of_a_log_that_is_gone() -> None:
    log = log_of([[("view", 0)]])
    (bucket,) = log.buckets
    gone = weakref.ref(bucket)
    members(log, did("view"))
    filter_audience(log, did("view"))
    del log, bucket
    gc.collect()
    assert gone() is None


def test_what_only_a_workspace_knows_is_refused() -> None:
    with pytest.raises(BadParameter, match="known to a workspace only"):
        filter_audience(SHOP, Segment("loyal") | did("pay"))
