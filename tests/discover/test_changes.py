"""What changed between two periods."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.discover.changing import DAY, regulars, shop
from tests.logs import log_of

from giljabi.discover import Change, ChangesAnswer, changes
from giljabi.kernels import share_difference
from giljabi.model.errors import BadParameter

RUNS = 40


def first(planted: str, seed: int = 1) -> Change:
    return changes(shop(seed, 1500, planted), last="14d").changes[0]


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize(
    ("planted", "kind", "became", "subject"),
    [
        ("slow", "duration", "slower", ("list", "cart")),
        ("lost", "transition", "less", ("cart", "pay")),
        ("new", "event", "new", ("popup",)),
    ],
)
def test_what_was_planted_is_named_first(
    planted: str, kind: str, became: str, subject: tuple[str, ...], seed: int
) -> None:
    found = first(planted, seed)
    assert (found.kind, found.became, found.subject) == (kind, became, subject)


@pytest.mark.parametrize("draw", [shop, regulars])
def test_where_nothing_changed_hardly_ever_anything_is_found(draw: Any) -> None:
    # Of 40 logs at q = 0.05 two are expected to show something; more than six would do so once in 250 times.
    found = [changes(draw(seed), last="14d", least=0.0) for seed in range(100, 100 + RUNS)]
    assert sum(bool(answer.changes) for answer in found) <= 6
    assert min(answer.looked_at for answer in found) > 10


def test_a_slower_step_tells_both_medians_and_the_interval_of_their_difference() -> None:
    found = first("slow")
    assert isinstance(found.before, timedelta)
    assert isinstance(found.now, timedelta)
    assert found.difference == found.now - found.before
    # exp(12) and exp(12.7) ms are planted.
    assert found.before.total_seconds() == pytest.approx(163, rel=0.15)
    assert found.now.total_seconds() == pytest.approx(328, rel=0.15)
    assert timedelta(0) < found.low < found.difference < found.high  # type: ignore[operator]
    assert found.customers == found.n
    assert found.q_value < 1e-6


def test_a_lost_transition_tells_the_shares_of_those_who_could_have_taken_it() -> None:
    found = first("lost")
    assert isinstance(found.before, float)
    assert isinstance(found.now, float)
    assert (found.before, found.now) == pytest.approx((0.7, 0.4), abs=0.06)
    hits, earlier = round(found.now * found.n), round(found.before * found.n_before)
    known = share_difference(hits, found.n, earlier, found.n_before)
    assert known == pytest.approx((found.difference, found.low, found.high))
    assert found.customers == round(abs(found.now - found.before) * found.n)


def test_new_variants_and_conversions_are_told_too() -> None:
    found = changes(shop(1, 1500, "new"), last="14d").changes
    variant = next(one for one in found if one.kind == "variant")
    assert (variant.became, "popup" in variant.subject, variant.before) == ("new", True, 0.0)
    assert ("conversion", ("popup",)) in [(one.kind, one.subject) for one in found]


def test_what_went_is_vanished_when_the_periods_are_told_the_other_way() -> None:
    journeys = [[("a", i), ("old" if i < 50 * DAY else "b", i + 1)] for i in range(0, 100 * DAY, DAY // 4)]
    found = changes(log_of(journeys), last="50d").changes
    assert ("event", "vanished", ("old",)) in [(one.kind, one.became, one.subject) for one in found]
    assert ("event", "new", ("b",)) in [(one.kind, one.became, one.subject) for one in found]


def test_steps_that_the_end_of_the_log_cuts_off_do_not_look_lost() -> None:
    # Everybody pays two days after; who came in the last two days has not paid yet.
    whole = [[("visit", i), ("pay", i + 2 * DAY)] for i in range(0, 32 * DAY, DAY // 20)]
    cut = [[one for one in journey if one[1] < 32 * DAY] for journey in whole]
    assert sum(len(journey) == 1 for journey in cut) == 40
    assert changes(log_of(cut), last="14d", follow="3d").changes == ()


def test_small_changes_are_not_told() -> None:
    log = shop(1, 1500, "slow")
    assert changes(log, last="14d", least=3).changes == ()


def test_only_the_clearest_are_told_but_all_are_counted() -> None:
    log = shop(1, 1500, "new")
    whole, some = changes(log, last="14d"), changes(log, last="14d", top=2)
    assert some.changes == whole.changes[:2]
    assert some.total == whole.total == len(whole.changes)


def test_buckets_play_no_part() -> None:
    assert changes(shop(4, 300, "new", 1), last="14d") == changes(shop(4, 300, "new", 5), last="14d")


def test_periods_are_chosen_from_the_span_of_the_log() -> None:
    answer = changes(shop(2))
    assert answer.last is not None
    assert answer.before is not None
    assert answer.last[1] - answer.last[0] == timedelta(days=7)
    assert answer.before[1] == answer.last[0]
    assert answer.follow == timedelta(days=1.75)


def test_periods_can_be_given() -> None:
    answer = changes(
        shop(2, 1500, "lost"),
        before=("1970-01-02", "1970-01-14"),
        last=(datetime(1970, 1, 16, tzinfo=UTC), datetime(1970, 1, 28, tzinfo=UTC)),
    )
    assert answer.before == (datetime(1970, 1, 2, tzinfo=UTC), datetime(1970, 1, 14, tzinfo=UTC))
    assert answer.changes[0].subject == ("cart", "pay")


@pytest.mark.parametrize(
    "asked",
    [
        {"q": 0},
        {"q": 1},
        {"least": -0.1},
        {"top": 0},
        {"last": "soon"},
        {"last": ("1970-01-05", "1970-01-05")},
        {"last": ("1970-01-05", "then")},
        {"last": "7d", "before": ("1970-01-01", "1970-01-28")},
        {"last": "7d", "follow": "7d"},
    ],
)
def test_what_cannot_be_asked_is_refused(asked: dict[str, Any]) -> None:
    with pytest.raises(BadParameter):
        changes(shop(1, 50), **asked)


def test_a_log_without_events_has_not_changed() -> None:
    assert changes(log_of([])).changes == ()
    assert changes(log_of([[]], names=["a"])).before is None
    assert changes(log_of([[("a", 5)]])).changes == ()


def test_the_answer_is_a_table_with_a_picture() -> None:
    answer = changes(shop(1, 1500, "slow"), last="14d")
    assert answer.to_arrow().column_names == list(ChangesAnswer.columns)
    row = answer.rows()[0]
    assert row["subject"] == "list → cart"
    assert row["now"] > row["before"]
    assert "<svg" in changes(shop(1, 1500, "new"), last="14d")._repr_html_()


def test_progress_is_told_to_the_end() -> None:
    told: list[float] = []
    changes(shop(1, 50), progress=lambda _, share: told.append(share))
    assert told[-1] == 1.0
