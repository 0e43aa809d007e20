"""Calls that depart from the tracking plan are counted by what is wrong, and an example is kept."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from giljabi.collect import departures
from giljabi.collect.calls import Call, CallType, Value
from giljabi.store import PlannedEvent, PlannedProperty, PropertyKind

PAID = PlannedEvent(
    "Paid",
    properties=(
        PlannedProperty("amount", "number", required=True),
        PlannedProperty("way", "text", one_of=("card", "cash")),
        PlannedProperty("at", "time"),
        PlannedProperty("gift", "truth"),
    ),
)


def call(event: str = "Paid", type: CallType = "track", time: int = 0, **properties: Value) -> Call:  # noqa: A002
    return Call(type, "m", time, {"user_id": "u"}, event, properties=properties)


def kinds(*calls: Call, plan: tuple[PlannedEvent, ...] = (PAID,)) -> list[tuple[str, str, str, int]]:
    found = departures(calls, ["web"] * len(calls), plan)
    return sorted((one.event, one.property, one.kind, one.count) for one in found)


def test_calls_as_planned_do_not_depart() -> None:
    assert kinds(call(amount=3.0), call(amount=0.0, way="card", at="2026-05-01T12:00:00Z", gift=False)) == []


def test_nothing_departs_from_a_plan_that_expects_nothing() -> None:
    assert kinds(call("Anything", a=1.0), plan=()) == []


def test_an_unknown_event_is_counted_once_a_call() -> None:
    assert kinds(call("Payd"), call("Payd"), call(amount=1.0)) == [("Payd", "", "unknown_event", 2)]


def test_unknown_missing_and_bad_properties_are_told_apart() -> None:
    found = kinds(call(amonut=1.0), call(amount="3"), call(amount=1.0, way="check", at="noon", gift="yes"))
    assert found == [
        ("Paid", "amonut", "unknown_property", 1),
        ("Paid", "amount", "bad_value", 1),
        ("Paid", "amount", "missing_property", 1),
        ("Paid", "at", "bad_value", 1),
        ("Paid", "gift", "bad_value", 1),
        ("Paid", "way", "bad_value", 1),
    ]


def test_a_property_without_a_value_is_missing_only_where_it_is_required() -> None:
    assert kinds(call(amount=None, way=None)) == [("Paid", "amount", "missing_property", 1)]


def test_an_event_planned_without_properties_takes_any() -> None:
    assert kinds(call("Seen", any="x"), plan=(PlannedEvent("Seen"),)) == []


def test_pages_need_not_be_planned_but_are_looked_at_where_they_are() -> None:
    home = PlannedEvent("Home", properties=(PlannedProperty("path", "text", required=True),))
    pages = (call("Cart", "page"), call("Home", "page"), call("Main", "screen"))
    assert kinds(*pages, plan=(home,)) == [("Home", "path", "missing_property", 1)]


def test_the_value_of_an_event_counts_as_its_property() -> None:
    plan = (PlannedEvent("Bought", properties=(PlannedProperty("value", "number", required=True),)),)
    bought = Call("track", "m", 0, {"user_id": "u"}, "Bought", value=3.0)
    assert kinds(bought, plan=plan) == []
    assert kinds(call("Bought"), plan=plan) == [("Bought", "value", "missing_property", 1)]


def test_who_somebody_is_has_no_plan_and_libraries_may_add_context() -> None:
    enriched = call(amount=1.0, library="analytics.js", page_path="/", utm_source="mail")
    assert kinds(Call("identify", "m", 0, {"user_id": "u"}), enriched) == []


def test_numbers_and_truths_can_be_listed_as_words() -> None:
    plan = (
        PlannedEvent(
            "Rated",
            properties=(
                PlannedProperty("stars", one_of=("1", "2", "0.5")),
                PlannedProperty("again", one_of=("true",)),
            ),
        ),
    )
    assert kinds(call("Rated", stars=2.0, again=True), call("Rated", stars=0.5), plan=plan) == []
    assert kinds(call("Rated", stars=3.0, again=False), plan=plan) == [
        ("Rated", "again", "bad_value", 1),
        ("Rated", "stars", "bad_value", 1),
    ]


def test_the_source_the_span_and_a_short_example_are_kept() -> None:
    calls = [call("New", time=5000, note="a" * 1000), call("New", time=1000), call("New", time=9000)]
    (found,) = departures(calls, ["app", "web", "web"], [PAID])
    assert (found.source, found.count) == ("app", 3)
    assert found.example.startswith('{"note":"aaa')
    assert len(found.example) == 300
    assert (found.first_at, found.last_at) == (
        datetime.fromtimestamp(1, UTC),
        datetime.fromtimestamp(9, UTC),
    )


def test_examples_are_written_as_they_were_sent() -> None:
    found = departures([call("New", n=3.0, m=0.5, ok=True), call(amount=True)], ["web", "web"], [PAID])
    assert [one.example for one in found] == ['{"n":3,"m":0.5,"ok":true}', "true"]


VALUES = st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=4)


@given(
    st.lists(st.dictionaries(st.sampled_from("abcd"), VALUES), max_size=8),
    st.lists(
        st.builds(
            PlannedProperty,
            st.sampled_from("abc"),
            st.sampled_from(["text", "number", "truth", "any"]),
            st.booleans(),
        ),
        max_size=3,
        unique_by=lambda one: one.name,
    ),
)
def test_counts_are_those_of_looking_at_each_property_of_each_call(
    said: list[dict[str, Value]], planned: list[PlannedProperty]
) -> None:
    types: dict[PropertyKind, type] = {"text": str, "number": float, "truth": bool, "any": object}
    slow: dict[tuple[str, str, str, int], int] = {}

    def count(name: str, kind: str) -> None:
        slow["e", name, kind, 0] = slow.get(("e", name, kind, 0), 0) + 1

    for properties in said:
        for one in planned:
            value = properties.get(one.name)
            if value is None and one.required:
                count(one.name, "missing_property")
            if value is not None and not isinstance(value, types[one.kind]):
                count(one.name, "bad_value")
        for name in properties:
            if planned and name not in {one.name for one in planned}:
                count(name, "unknown_property")
    calls = [Call("track", "m", 0, {}, "e", properties=properties) for properties in said]
    found = kinds(*calls, plan=(PlannedEvent("e", properties=tuple(planned)),))
    assert found == sorted((*key[:3], many) for key, many in slow.items())
