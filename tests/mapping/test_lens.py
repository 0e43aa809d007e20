"""A lens gives every event the stage of the first touchpoint that matches it."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.logs import log_of
from tests.mapping.maps import a_map, stage

from giljabi.mapping import Lens
from giljabi.model import AllOf, AnyOf, Condition, EventIs, Matcher, Not, Stage, Touchpoint, event, prop

LOG = log_of(
    [[("look", 0), ("buy", 1), ("buy", 2), ("wave", 3)]],
    columns={"channel": [["app", "app", "web", None]]},
)


def test_events_get_the_number_of_their_stage_and_others_none() -> None:
    lens = Lens(a_map("look", "buy"), LOG)
    assert lens.by_name
    assert lens.stage_codes(LOG.buckets[0]).tolist() == [1, 2, 2, 0]


def test_conditions_on_properties_are_seen_per_event() -> None:
    lens = Lens(a_map("look", stage("app", match=event("buy") & (prop("channel") == "app"))), LOG)
    assert not lens.by_name
    assert lens.stage_codes(LOG.buckets[0]).tolist() == [1, 2, 0, 0]


def test_the_first_touchpoint_in_the_maps_order_wins() -> None:
    lens = Lens(a_map(stage("any", "buy", "look"), stage("app", match=prop("channel") == "app")), LOG)
    assert lens.touchpoint_codes(LOG.buckets[0]).tolist() == [1, 1, 1, 0]


def test_overlaps_tell_which_touchpoints_match_the_same_events() -> None:
    lens = Lens(a_map(stage("any", "buy", "look"), stage("app", match=prop("channel") == "app")), LOG)
    assert lens.overlaps() == [("any-point", "app-point", 2)]
    assert Lens(a_map("look", "buy"), LOG).overlaps() == []


def test_a_touchpoint_without_a_match_sees_nothing() -> None:
    dream = Stage("dream", touchpoints=(Touchpoint("sleep"),))
    lens = Lens(a_map(dream, "buy"), LOG)
    assert not lens.bound(dream)
    assert lens.stage_codes(LOG.buckets[0]).tolist() == [0, 2, 2, 0]


def test_negated_names_still_go_by_name_alone() -> None:
    lens = Lens(a_map(stage("not-look", match=~event("look"))), LOG)
    assert lens.by_name
    assert lens.stage_codes(LOG.buckets[0]).tolist() == [0, 1, 1, 1]


def test_names_that_may_match_are_told_for_the_sources() -> None:
    lens = Lens(a_map(stage("app", match=event("buy", "gone") & (prop("channel") == "app"))), LOG)
    assert lens.names_at({"app"}) == ["buy"]


CONDITIONS = st.one_of(
    st.sampled_from([("look",), ("buy", "wave"), ("gone",)]).map(EventIs),
    st.builds(
        Condition,
        st.sampled_from(["channel", "size", "absent"]),
        st.sampled_from(["equal", "contains", "greater"]),
        st.sampled_from(["app", "1", "2"]),
    ),
    st.builds(Condition, st.sampled_from(["channel", "size", "absent"]), st.just("exists"), st.booleans()),
)
MATCHERS = st.recursive(
    CONDITIONS,
    lambda parts: st.one_of(
        parts.map(Not),
        st.lists(parts, min_size=1, max_size=3).map(lambda some: AllOf(tuple(some))),
        st.lists(parts, min_size=1, max_size=3).map(lambda some: AnyOf(tuple(some))),
    ),
    max_leaves=4,
)
EVENTS = st.lists(
    st.tuples(
        st.sampled_from(["look", "buy", "wave"]),
        st.sampled_from(["app", "web", None]),
        st.sampled_from(["1", "2.0", "x", None]),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=60, deadline=None)
@given(st.lists(MATCHERS, min_size=1, max_size=4), EVENTS, st.booleans())
def test_all_ways_to_find_touchpoints_agree_with_the_matchers(
    matchers: list[Matcher], events: list[tuple[str, str | None, str | None]], in_bulk: bool
) -> None:
    log = log_of(
        [[(name, at) for at, (name, _, _) in enumerate(events)]],
        columns={
            "channel": [[channel for _, channel, _ in events]],
            "size": [[size for _, _, size in events]],
        },
    )
    # A log without any text in a column has it as numbers; the matchers then see none either way.
    lens = Lens(a_map(*(stage(f"s{at}", match=one) for at, one in enumerate(matchers))), log)
    if in_bulk:
        lens.__dict__["touchpoint_table"] = None
    expected = [
        next(
            (
                number
                for number, one in enumerate(matchers, start=1)
                if one.accepts(name, {"channel": channel, "size": size})
            ),
            0,
        )
        for name, channel, size in events
    ]
    assert lens.touchpoint_codes(log.buckets[0]).tolist() == expected
