"""Friction by event."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from tests.logs import log_of
from tests.oracles.journeys import Journey, journeys

from giljabi.discover import EventFriction, FrictionAnswer, FrictionKind, friction
from giljabi.kernels import wilson
from giljabi.model.errors import BadParameter
from giljabi.store import Log

DAY = 86_400_000
SECOND = 1000


def shop(**changed: list[tuple[str, int]]) -> Log:
    """Give a log of sixty calm customers, a late one who ends the log, and those that are named."""
    calm = [
        [("home", i), ("list", i + 20 * SECOND), ("cart", i + 50 * SECOND), ("pay", i + 90 * SECOND)]
        for i in range(60)
    ]
    return log_of([*calm, *changed.values(), [("home", 30 * DAY), ("pay", 30 * DAY + 1)]], buckets=3)


def kind(answer: FrictionAnswer, event: str, named: str) -> FrictionKind:
    return next(kind for kind in of(answer, event).kinds if kind.kind == named)


def of(answer: FrictionAnswer, event: str) -> EventFriction:
    return next(one for one in answer.events if one.event == event)


def test_a_calm_log_has_no_friction() -> None:
    answer = friction(shop())
    assert (answer.events, answer.total, answer.customers) == ((), 0, 61)
    assert answer.rows() == []
    assert answer.to_arrow().column_names == list(FrictionAnswer.columns)


def test_repeats_are_told_with_customers_occurrences_and_time_lost() -> None:
    again = [
        ("home", 5),
        ("list", 10_000),
        ("list", 40_000),
        ("list", 70_000),
        ("cart", 90_000),
        ("pay", 99_000),
    ]
    found = kind(friction(shop(again=again)), "list", "repeats")
    assert (found.customers, found.n, found.count) == (1, 61, 1)
    assert (found.low, found.high) == wilson(1, 61)
    assert found.lost == timedelta(minutes=1)


def test_the_same_event_another_day_is_no_repeat() -> None:
    days = [("home", DAY), ("list", DAY + 1), ("list", 2 * DAY), ("list", 3 * DAY), ("pay", 3 * DAY + 9)]
    answer = friction(shop(days=days), again="1h")
    assert not any(kind.count for one in answer.events for kind in one.kinds if kind.kind == "repeats")
    assert kind(friction(shop(days=days), again="2d"), "list", "repeats").customers == 1


def test_a_step_back_is_told_where_the_customer_turned() -> None:
    back = [
        ("home", 3),
        ("list", 9_000),
        ("cart", 20_000),
        ("list", 30_000),
        ("cart", 45_000),
        ("pay", 60_000),
    ]
    answer = friction(shop(back=back))
    assert kind(answer, "cart", "steps_back").customers == 1
    assert kind(answer, "cart", "steps_back").lost == timedelta(seconds=25)


def test_waiting_far_longer_than_others_on_the_same_step_is_hesitation() -> None:
    slow = [("home", 3), ("list", 20_003), ("cart", 50_003), ("pay", 50_003 + 1_200_000)]
    found = kind(friction(shop(slow=slow)), "pay", "hesitation")
    assert (found.customers, found.count) == (1, 1)
    assert found.lost is not None
    assert found.lost.total_seconds() == pytest.approx(1200 - 40, rel=0.01)


def test_coming_back_another_time_is_no_hesitation_where_the_step_is_quick() -> None:
    later = [("home", 3), ("list", 20_003), ("cart", 50_003), ("pay", 50_003 + 3 * 3_600_000)]
    assert friction(shop(later=later)).events == ()
    assert kind(friction(shop(later=later), again="4h"), "pay", "hesitation").count == 1


def test_a_way_that_one_in_five_takes_is_no_step_back() -> None:
    def back(i: int) -> list[tuple[str, int]]:
        return [
            ("home", i),
            ("list", i + 9000),
            ("cart", i + 20_000),
            ("list", i + 30_000),
            ("pay", i + 60_000),
        ]

    few, many = ({f"at{i}": back(i) for i in range(count)} for count in (10, 30))
    assert kind(friction(shop(**few)), "cart", "steps_back").customers == 10
    assert not any(one.event == "cart" for one in friction(shop(**many)).events)


def test_clicking_in_a_rage_is_told() -> None:
    angry = [("home", 3), ("list", 20_000), ("cart", 50_000)]
    angry += [("pay", 90_000 + 400 * i) for i in range(5)]
    assert kind(friction(shop(angry=angry)), "pay", "rage").customers == 1
    assert kind(friction(shop(angry=angry), burst=5, rapid="400ms"), "pay", "rage").count == 1
    calm = friction(shop(angry=angry), burst=6)
    assert kind(calm, "pay", "rage").count == 0


def test_who_stops_where_others_go_on_has_abandoned_unless_the_log_ends() -> None:
    gone = [("home", 3), ("list", 20_000), ("cart", 50_000)]
    still = [("home", 30 * DAY), ("list", 30 * DAY)]
    answer = friction(shop(gone=gone, still=still))
    assert kind(answer, "cart", "abandonment").customers == 1
    assert kind(answer, "cart", "abandonment").lost is None
    assert not any(one.event == "list" for one in answer.events)


def test_the_usual_end_is_no_abandonment() -> None:
    answer = friction(shop(gone=[("home", 3), ("list", 20_000)]))
    assert [one.event for one in answer.events] == ["list"]


def test_the_most_surely_troubled_come_first() -> None:
    gone = {f"gone{i}": [("home", 3), ("list", 20_000), ("cart", 50_000)] for i in range(9)}
    lone = {"lone": [("home", 3), ("odd", 9_000), ("pay", 12_000), ("odd", 13_000)]}
    answer = friction(shop(**gone, **lone))
    assert answer.events[0].event == "cart"
    severities = [one.severity for one in answer.events]
    assert severities == sorted(severities, reverse=True)
    assert [one.rank for one in answer.events] == list(range(1, len(answer.events) + 1))
    low = wilson(9, 69)
    assert low is not None
    assert answer.events[0].severity == pytest.approx(low[0] * 69 / 71)


def test_only_so_many_are_kept_but_all_are_counted() -> None:
    gone = {f"at{i}": [("home", 3), ("list", 20_000), ("cart", 50_000)][:i] for i in (1, 2, 3)}
    answer = friction(shop(**gone), top=1)
    assert (len(answer.events), answer.total) == (1, 3)
    assert "<svg" in answer._repr_html_()


def test_many_names_are_judged_as_few_are() -> None:
    drawn = [
        [("home", i), ("list", i + 20 * SECOND), ("pay", i + (90 if i else 900) * SECOND)] for i in range(60)
    ]
    answers = [
        friction(log_of([*drawn, [("home", DAY), ("pay", DAY + 1)]], names=names))
        for names in ([], [f"unused {i}" for i in range(2000)])
    ]
    assert answers[0] == answers[1]
    assert kind(answers[0], "pay", "hesitation").customers == 1


@pytest.mark.parametrize("asked", [{"top": 0}, {"burst": 1}, {"again": "soon"}, {"rapid": "-2s"}])
def test_what_cannot_be_asked_is_refused(asked: dict[str, Any]) -> None:
    with pytest.raises(BadParameter):
        friction(shop(), **asked)


def test_an_empty_log_has_no_friction() -> None:
    assert friction(log_of([])).events == ()
    assert friction(log_of([[]], names=["a"])).rows() == []


def test_progress_is_told_to_the_end() -> None:
    told: list[float] = []
    friction(shop(), progress=lambda _, share: told.append(share))
    assert told == pytest.approx(np.arange(1, 7) / 6)


@given(drawn=journeys(4, longest=9))
@settings(max_examples=50, deadline=None)
def test_buckets_play_no_part(drawn: list[Journey]) -> None:
    one, many = (
        friction(log_of([[(f"e{code}", time) for code, time in journey] for journey in drawn], buckets))
        for buckets in (1, 3)
    )
    assert one == many
    for event in one.events:
        assert max(kind.customers for kind in event.kinds) <= event.troubled <= event.customers
