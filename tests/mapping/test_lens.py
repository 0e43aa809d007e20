"""A lens gives every event the stage of the first touchpoint that matches it."""

from __future__ import annotations

from tests.logs import log_of
from tests.mapping.maps import a_map, stage

from giljabi.mapping import Lens
from giljabi.model import Stage, Touchpoint, event, prop

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
