from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.logs import log_of
from tests.oracles import drivers as oracle
from tests.oracles.journeys import Journey, journeys

from giljabi.kernels import benjamini_hochberg, share_p_value
from giljabi.measure import DriversAnswer, drivers
from giljabi.model.errors import BadParameter, UnknownColumn, UnknownEvent
from giljabi.store import Log

HOUR, DAY = 3_600_000, 86_400_000
NAMES = ["visit", "guide", "search", "pay"]


def shop(buckets: int = 2) -> Log:
    """Make 100 customers who read the guide, 30 of them paid; of 200 others 10 did; 20 pay at once."""
    journeys_ = []
    devices = []
    for i in range(300):
        read, pays = i < 100, i < 30 or 100 <= i < 110
        journey = [("visit", 0), *([("guide", HOUR)] if read else []), ("search", DAY * 3)]
        journeys_.append(journey + ([("pay", 5 * DAY)] if pays else []))
        devices.append(["app" if i % 2 else "web"] * len(journeys_[-1]))
    journeys_ += [[("visit", 0), ("guide", 1), ("pay", 2)]] * 20
    devices += [["web"] * 3] * 20
    return log_of(journeys_, buckets, {"device": devices}, names=NAMES)


def test_a_driver_tells_shares_of_those_with_and_without() -> None:
    answer = drivers(shop(), "pay")
    assert (answer.customers, answer.converted, answer.early, answer.looked_at) == (300, 40, 20, 3)
    guide = answer.drivers[0]
    assert (guide.column, guide.value, guide.name) == (None, "guide", "guide")
    assert (guide.customers, guide.count, guide.share, guide.others) == (100, 30, 0.3, 200)
    assert guide.share_of_others == 0.05
    assert 1 < guide.low < guide.odds_ratio < 30.5 * 190.5 / (70.5 * 10.5) < guide.high
    assert guide.p_value == share_p_value(30, 100, 10, 200)
    assert guide.q_value == pytest.approx(3 * guide.p_value)
    assert "cause" in answer.note


def test_what_is_seen_after_the_horizon_is_no_driver() -> None:
    assert "search" not in [one.value for one in drivers(shop(), "pay").drivers]
    assert "search" not in [one.value for one in drivers(shop(), "pay", within="4d").drivers]


def test_customers_whose_future_is_not_known_are_left_out() -> None:
    answer = drivers(shop(), "pay", follow="30d")
    assert (answer.customers, answer.short, answer.drivers) == (0, 300, ())
    assert drivers(shop(), "pay", follow="2d", least=1).converted == 0


def test_customers_enter_with_the_anchor() -> None:
    answer = drivers(shop(), "pay", before="guide", least=1)
    assert (answer.never, answer.early, answer.customers) == (200, 20, 100)


def test_drivers_name_what_goes_with_them() -> None:
    answer = drivers(shop(), "pay")
    web = next(one for one in answer.drivers if one.value == "web")
    assert web.name == "device = web"
    assert (web.together, web.overlap) == ("guide", 50 / 200)


def test_columns_are_chosen_by_name() -> None:
    assert [one.column for one in drivers(shop(), "pay", properties=[]).drivers] == [None]


def test_a_log_without_events_has_no_drivers() -> None:
    answer = drivers(log_of([], names=NAMES), "pay")
    assert (answer.customers, answer.drivers) == (0, ())
    assert answer.to_dict()["q_value"] == []


def test_a_driver_is_drawn_with_its_caveat() -> None:
    shown = drivers(shop(), "pay")._repr_html_()
    assert "<svg" in shown
    assert "experiment" in shown


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({"top": 0}, BadParameter),
        ({"least": 0}, BadParameter),
        ({"within": "soon"}, BadParameter),
        ({"before": "vist"}, UnknownEvent),
        ({"properties": ["devise"]}, UnknownColumn),
    ],
)
def test_what_cannot_be_asked_is_refused(asked: dict[str, str], error: type[Exception]) -> None:
    with pytest.raises(error):
        drivers(shop(), "pay", **asked)  # type: ignore[arg-type]


@given(
    drawn=journeys(4, longest=6, customers=12),
    anchor=st.sampled_from([None, 0]),
    follow=st.sampled_from([0, 3, 1000]),
    buckets=st.integers(1, 3),
)
@settings(max_examples=100, deadline=None)
def test_counts_are_those_of_the_oracle(
    drawn: list[Journey], anchor: int | None, follow: int, buckets: int
) -> None:
    log = log_of([[(NAMES[code], time) for code, time in one] for one in drawn], buckets, names=NAMES)
    answer: DriversAnswer = drivers(
        log, "pay", within="6ms", before=None if anchor is None else NAMES[anchor],
        follow=f"{follow}ms" if follow else None, least=1,
    )  # fmt: skip
    last = max((time for one in drawn for _, time in one), default=0)
    judged = [oracle.judge(one, anchor, 3, 6, follow, last) for one in drawn]
    became = Counter(what for what, _ in judged)
    assert (answer.converted, answer.early) == (became["converted"], became["early"])
    assert (answer.short, answer.never) == (became["short"], became["never"])
    compared = [(what, seen) for what, seen in judged if what in {"converted", "stayed"}]
    found = {one.value: one for one in answer.drivers}
    for code, name in enumerate(NAMES):
        having = [what for what, seen in compared if code in seen]
        if 0 < len(having) < len(compared):
            assert found[name].customers == len(having)
            assert found[name].count == having.count("converted")
        else:
            assert name not in found
    q = benjamini_hochberg([one.p_value for one in answer.drivers])
    assert np.allclose([one.q_value for one in answer.drivers], q)
