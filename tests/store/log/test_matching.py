from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.event_tables import EVENTS, event_rows, rows_of, table_of
from tests.oracles.ordered_events import Row

from giljabi.model import AllOf, AnyOf, Condition, EventIs, Matcher, Not, event, prop
from giljabi.model.errors import UnknownColumn, UnknownEvent
from giljabi.store.log import check_matcher, event_codes, event_mask, memory_log, to_table

_COLUMNS = st.sampled_from(("channel", "value", "device", "weight", "new", "absent", "customer", "time"))
_TEXTS = st.sampled_from(("web", "app", "1", "10", "10.0", "true", "e", "", "abc", "-1.5", "1e300"))
_SCALARS: st.SearchStrategy[Any] = st.one_of(
    _TEXTS, st.sampled_from((0, 1, 10, 10.0, -1.5, True, False, 0.5))
)


@st.composite
def conditions(draw: st.DrawFn) -> Condition:
    operands: dict[Any, st.SearchStrategy[Any]] = {
        "equal": _SCALARS,
        "in": st.lists(_SCALARS, max_size=3).map(tuple),
        "greater": _SCALARS,
        "less": _SCALARS,
        "contains": _SCALARS,
        "exists": st.booleans(),
        "regex": st.sampled_from(("^w", "1", ".", "^$", "true|app", r"\.5$", "e[+]")),
    }
    test = draw(st.sampled_from(sorted(operands)))
    return Condition(draw(_COLUMNS), test, draw(operands[test]))


def _combined(parts: st.SearchStrategy[Matcher]) -> st.SearchStrategy[Matcher]:
    several = st.lists(parts, max_size=3).map(tuple)
    return st.one_of(several.map(AllOf), several.map(AnyOf), parts.map(Not))


_NAMES = st.lists(st.sampled_from((*EVENTS, "never")), min_size=1, max_size=3)
MATCHERS = st.recursive(
    st.one_of(conditions(), _NAMES.map(lambda names: EventIs(tuple(names)))), _combined, max_leaves=4
)


@given(
    rows=event_rows(max_size=25),
    matchers=st.lists(MATCHERS, min_size=1, max_size=6),
    buckets=st.sampled_from((1, 3)),
)
@settings(max_examples=60, deadline=None)
def test_a_mask_accepts_just_the_events_that_the_matcher_accepts(
    rows: list[Row], matchers: list[Matcher], buckets: int
) -> None:
    log = memory_log(table_of(rows), buckets=buckets)
    stored = rows_of(to_table(log))
    for matcher in matchers:
        masks = [event_mask(log, bucket, matcher) for bucket in log.buckets]
        assert all(mask.dtype == np.bool_ for mask in masks)
        expected = [matcher.accepts(row["event"], {n: row[n] for n in log.columns}) for row in stored]
        assert np.concatenate(masks).tolist() == expected


def test_operands_that_are_equal_but_not_the_same_are_told_apart() -> None:
    rows = [
        {"customer": "a", "time": n, "event": "x", "channel": text} for n, text in enumerate(("1", "true"))
    ]
    log = memory_log(table_of(rows))
    assert event_mask(log, log.buckets[0], prop("channel") == 1).tolist() == [True, False]
    assert event_mask(log, log.buckets[0], prop("channel") == True).tolist() == [False, True]  # noqa: E712


SHOP = memory_log(table_of([{"customer": "a", "time": 0, "event": "view", "channel": "web"}]))


def test_codes_are_places_among_the_names() -> None:
    assert event_codes(SHOP, ["view", "view"]) == [0, 0]


def test_a_name_that_never_occurs_is_refused_with_near_ones() -> None:
    with pytest.raises(UnknownEvent, match="did you mean 'view'"):
        event_codes(SHOP, ["veiw"])


@pytest.mark.parametrize(
    "wrap", [lambda m: m, lambda m: ~m, lambda m: m & event("view"), lambda m: event("view") | m]
)
def test_a_check_finds_unknown_names_and_columns_at_any_depth(wrap: Any) -> None:
    with pytest.raises(UnknownEvent):
        check_matcher(SHOP, wrap(event("pay")))
    with pytest.raises(UnknownColumn):
        check_matcher(SHOP, wrap(prop("device").exists()))
    check_matcher(SHOP, wrap(prop("channel") == "web"))
