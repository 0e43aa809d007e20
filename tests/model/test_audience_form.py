"""The text form of audiences: lossless, and every mistake told."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.strategies import journey_maps as drawn

from giljabi.model import (
    Audience,
    Customers,
    Did,
    EveryOf,
    InVariant,
    JourneyMap,
    Outside,
    ReachedStage,
    Segment,
    SomeOf,
    Stage,
    Touchpoint,
    audience_form,
    audience_of,
    did,
    event,
    in_variant,
    parse_audience,
    prop,
    resolve_audience,
    write_audience,
)
from giljabi.model.errors import AudienceMistakes, BadParameter, NotFound

days = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)).map(lambda t: t.replace(tzinfo=UTC))  # noqa: DTZ001
bounds = st.one_of(
    st.tuples(st.none(), st.none()),
    st.lists(days, min_size=2, max_size=2, unique=True).map(lambda two: (min(two), max(two))),
)


def _did(matcher: object, least: int, more: int | None, period: tuple[datetime | None, ...]) -> Did:
    return Did(matcher, least, None if more is None else least + more, *period)  # type: ignore[arg-type]


names = st.lists(drawn.some_texts, min_size=1, max_size=3).map(tuple)
single = st.one_of(
    st.builds(_did, drawn.matchers, st.integers(0, 9), st.one_of(st.none(), st.integers(0, 9)), bounds),
    st.lists(names, min_size=1, max_size=3).map(lambda some: InVariant(tuple(some))),
    st.lists(drawn.texts, max_size=4).map(lambda some: Customers(tuple(some))),
    st.builds(Segment, drawn.some_texts),
    st.builds(ReachedStage, drawn.some_texts, drawn.some_texts),
)


def _combined(part: st.SearchStrategy[Audience]) -> st.SearchStrategy[Audience]:
    several = st.lists(part, min_size=1, max_size=3).map(tuple)
    return st.one_of(several.map(EveryOf), several.map(SomeOf), part.map(Outside))


audiences = st.recursive(single, _combined, max_leaves=5)


@given(audiences)
@settings(max_examples=100, deadline=None)
def test_an_audience_reads_back_as_it_was_written(audience: Audience) -> None:
    text = write_audience(audience)
    assert parse_audience(text) == audience
    assert "\n" not in text
    assert audience_of(audience_form(audience)) == audience


@pytest.mark.parametrize(
    ("text", "audience"),
    [
        ("{did: {event: pay}, at_least: 2, since: 2026-03-01}", did("pay", at_least=2, since="2026-03-01")),
        ('{"did": {"where": {"channel": "app"}}}', did(prop("channel") == "app")),
        ("variant: [view, cart, pay]", in_variant(["view", "cart", "pay"])),
        ("{variant: [[view], [view, cart]]}", in_variant(["view"], ["view", "cart"])),
        ("{customers: [a, b]}", Customers(("a", "b"))),
        ("{all: [{segment: loyal}, {not: {customers: []}}]}", EveryOf((Segment("loyal"), ~Customers(())))),
        ("{any: [{reached: pay, map: m1}]}", SomeOf((ReachedStage("pay", "m1"),))),
    ],
)
def test_the_forms_mean_what_they_say(text: str, audience: Audience) -> None:
    assert parse_audience(text) == audience


def test_a_mapping_may_hold_dates() -> None:
    form = {"did": {"event": ["pay"]}, "since": date(2026, 3, 1), "until": datetime(2026, 4, 1, tzinfo=UTC)}
    assert audience_of(form) == did("pay", since="2026-03-01", until="2026-04-01")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "this audience is empty"),
        ("{}", "this audience is empty"),
        ("[a]", "must be a mapping"),
        ("{dd: {event: x}}", "did you mean 'did'"),
        ("{did: {evnt: x}}", "did you mean 'event'"),
        ("{did: {event: x}, at_lest: 2}", "did you mean 'at_least'"),
        ("{did: {event: x}, at_least: -1}", "a whole number from 0"),
        ("{did: {event: x}, at_least: 3, at_most: 2}", "`at_most` must be at least `at_least`"),
        ("{did: {event: x}, since: soon}", "2026-03-01T10:05"),
        ("{did: {event: x}, since: 2026-02-01, until: 2026-02-01}", "`until` must be after `since`"),
        ("{did: {event: x}, any: [{customers: [a]}]}", "side by side"),
        ("{customers: [7]}", 'write "7"'),
        ("{reached: pay}", "must have the key `map`"),
        ("{any: []}", "`any` is empty"),
        ("{not: " * 50 + "{customers: []}" + "}" * 50, "deeper than"),
        ("{did: {event: x}", "this is no YAML"),
    ],
)
def test_a_mistake_is_told_with_what_would_be_right(text: str, told: str) -> None:
    with pytest.raises(AudienceMistakes) as raised:
        parse_audience(text)
    assert told in str(raised.value)


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(AudienceMistakes) as raised:
        audience_of({"did": {"event": 5}, "at_least": "two", "untl": "2026"})
    assert len(raised.value.mistakes) == 3


def test_a_mapping_that_nests_too_deep_is_refused() -> None:
    form: dict[str, object] = {"customers": ["a"]}
    for _ in range(60):
        form = {"not": form}
    with pytest.raises(AudienceMistakes, match="deeper than"):
        audience_of(form)


MAP = JourneyMap("m", (Stage("pay", touchpoints=(Touchpoint("till", match=event("pay")),)),))
SEGMENTS = {
    "payers": did("pay"),
    "loyal": Segment("payers") & did("pay", at_least=3),
    "self": ~Segment("other"),
    "other": ~Segment("self"),
}


def test_names_give_way_to_what_a_workspace_keeps() -> None:
    asked = SomeOf((Segment("loyal"), ~ReachedStage("pay", "m1")))
    found = resolve_audience(asked, SEGMENTS.__getitem__, lambda _: MAP)
    assert found == SomeOf((EveryOf((did("pay"), did("pay", at_least=3))), Outside(Did(event("pay")))))


def test_a_segment_made_of_itself_and_an_unknown_stage_are_refused() -> None:
    with pytest.raises(BadParameter, match="made of itself"):
        resolve_audience(Segment("self"), SEGMENTS.__getitem__, lambda _: MAP)
    with pytest.raises(NotFound, match="no stage"):
        resolve_audience(ReachedStage("leave", "m1"), SEGMENTS.__getitem__, lambda _: MAP)


def test_an_audience_that_names_what_a_workspace_keeps_judges_nobody() -> None:
    with pytest.raises(BadParameter, match="known to a workspace only"):
        Segment("loyal").accepts("c1", [])
