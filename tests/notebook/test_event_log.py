"""The notebook front on a small table."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

import giljabi as gj

SHOP = pl.DataFrame(
    {
        "user": ["ann", "ann", "ann", "bob", "bob", "eve"],
        "event": ["view", "cart", "pay", "view", "cart", "view"],
        "ts": [datetime(2026, 3, 1, 10, minute, tzinfo=UTC) for minute in (0, 5, 10, 15, 20, 25)],
        "device": ["web", "web", "app", "app", "app", "web"],
        "amount": [None, None, 30.0, None, None, None],
    }
)


@pytest.fixture
def log() -> gj.EventLog:
    return gj.read_events(SHOP, customer="user", event="event", time="ts", channel="device", value="amount")


def test_a_frame_becomes_a_log(log: gj.EventLog) -> None:
    assert (log.events, log.customers, len(log)) == (6, 3, 6)
    assert set(log.names) == {"view", "cart", "pay"}


def test_roles_are_guessed_when_not_given() -> None:
    assert gj.read_events(SHOP).customers == 3


def test_questions_are_methods(log: gj.EventLog) -> None:
    assert log.funnel(["view", "cart", "pay"], within="7d").to_dict()["customers"] == [3, 2, 1]
    assert log.variants(top=1).to_polars().height == 1
    assert log.graph().to_pandas()["count"].sum() == 3
    assert len(log.animation("2026-01-01", frames=5).frames) == 5
    assert log.prefix_tree(2).to_dict()["customers"][0] == 3
    assert log.steps(3, start="cart").customers == 2
    assert log.durations("view", "pay").median == timedelta(minutes=10)


def test_one_customers_journey_is_a_table_with_the_columns_that_say_something(log: gj.EventLog) -> None:
    journey = log.journey("ann")

    assert journey.columns == ("time", "event", "channel", "value", "device", "amount")
    assert journey.to_dict()["event"] == ["view", "cart", "pay"]
    assert journey.rows()[-1]["amount"] == 30.0
    assert journey.to_polars()["time"][0] == datetime(2026, 3, 1, 10, 0, tzinfo=UTC)
    assert "3 events in 0:10:00" in journey._repr_html_()
    assert log.journey("eve").columns == ("time", "event", "channel", "device")


def test_the_journey_of_a_session_is_found_too(log: gj.EventLog) -> None:
    sessions = log.sessions("6m").as_log()

    assert sessions.journey("ann#1").to_dict()["event"] == ["view", "cart", "pay"]
    with pytest.raises(gj.errors.NotFound, match="no customer 'Ann'"):
        log.journey("Ann")


def test_where_keeps_matching_events(log: gj.EventLog) -> None:
    paid = log.where(gj.event("pay") & (gj.prop("value") > 10))

    assert (paid.events, paid.customers) == (1, 1)
    with pytest.raises(gj.errors.UnknownEvent, match="did you mean 'pay'"):
        log.where(gj.event("payy"))


def test_channel_and_value_also_go_by_the_names_of_their_columns(log: gj.EventLog, tmp_path: Path) -> None:
    assert log.where(gj.event("pay") & (gj.prop("amount") > 10)).events == 1
    by_role, by_own = log.funnel(["view", "cart"], by="channel"), log.funnel(["view", "cart"], by="device")
    assert by_role.rows() == by_own.rows()
    assert log.where(gj.prop("device") == "app").funnel(["cart"], by="device").rows()[0]["group"] == "app"
    assert gj.open_log(log.save(tmp_path / "log")).columns == ("channel", "value", "device", "amount")


def test_customers_are_named_in_any_way_a_notebook_holds_them() -> None:
    log = gj.read_events(SHOP.with_columns(user=pl.Series([7, 7, 7, 8, 8, 90])), customer="user")
    for some in (7, 8), ["7", "8"], {"7", "8"}, (str(one) for one in (7, 8)), pl.Series([7, 8]):
        assert log.only(customers=some).customers == 2
    assert log.only(customers=pd.Series([7.0, 8.0])).events == 5
    assert log.only(customers=np.array([90])).events == log.only(customers="90").events == 1


@pytest.mark.parametrize(
    "start",
    ["2026-03-01T10:10", datetime(2026, 3, 1, 10, 10, tzinfo=UTC), np.datetime64("2026-03-01T10:10"),
     pd.Timestamp("2026-03-01T19:10", tz="Asia/Seoul")],
)  # fmt: skip
def test_times_are_taken_in_any_form_and_may_be_left_out(log: gj.EventLog, start: Any) -> None:
    assert log.between(start).events == 4
    assert log.between(end=start).events == 2
    assert log.between(date(2026, 3, 1), date(2026, 3, 2)).events == 6


def test_what_is_no_question_is_told_with_what_would_be_right(log: gj.EventLog) -> None:
    asked: list[tuple[Callable[[], object], str]] = [
        (lambda: log.between("yesterday"), "'yesterday' is no time; write for example 2026-03-01"),
        (lambda: log.where("pay"), r"'pay' is no matcher; write for example event\('pay'\)"),  # type: ignore[arg-type]
        (lambda: log.where(gj.prop("channel").matches("(")), "'\\(' is no regular expression"),
        (lambda: log.funnel(["view", "pay"], within=7), "7 is no duration; write for example '7d'"),  # type: ignore[arg-type]
        (lambda: log.funnel([None]), "step 1 of the funnel is None; give an event name"),  # type: ignore[list-item]
    ]
    for question, told in asked:
        with pytest.raises(gj.errors.BadParameter, match=told):
            question()


def test_selections_leave_the_log_as_it_was(log: gj.EventLog) -> None:
    assert log.only(customers=["bob"]).events == 2
    assert log.between("2026-03-01T10:05", "2026-03-01T10:16").events == 3
    assert log.sample(2, seed=1).customers == 2
    assert log.sample(2, seed=1).to_arrow() == log.sample(2, seed=1).to_arrow()
    assert log.events == 6


def test_a_saved_log_opens_with_the_same_answers(log: gj.EventLog, tmp_path: Path) -> None:
    opened = gj.open_log(log.save(tmp_path / "log"))

    assert opened.to_arrow() == log.to_arrow()
    assert opened.graph().to_dict() == log.graph().to_dict()


def test_refused_rows_are_warned_of_and_counted() -> None:
    broken = SHOP.with_columns(user=pl.when(pl.col("user") == "eve").then(None).otherwise("user"))

    with pytest.warns(gj.RowsRefused, match="1 of 6 rows refused: 1 no_customer"):
        log = gj.read_events(broken, customer="user", event="event", time="ts")

    assert (log.refused, log.events) == (1, 5)


def test_answers_show_themselves_in_a_notebook(log: gj.EventLog) -> None:
    assert "<table>" in log.funnel(["view", "pay"])._repr_html_()
    assert "customers" in log._repr_html_()


def test_a_map_aligns_and_checks(log: gj.EventLog) -> None:
    proposed = gj.propose_map(log)

    assert gj.read_map(proposed.text).model == proposed.model
    assert 0 <= proposed.align(log).fitness <= 1
    assert proposed.check(log).contradicted == ()


def test_feedback_is_taken_as_it_comes(log: gj.EventLog) -> None:
    claimed = gj.read_map(
        "title: t\nstages:\n  - id: view\n    touchpoints: [{id: page, match: {event: view}}]\n"
        "    claims: [{score: nps, at_least: 0}]\n"
    )
    said = pd.DataFrame(
        {"customer": ["ann", "bob"], "time": ["2026-03-02"] * 2, "kind": "nps", "score": [9, 10],
         "touchpoint": "page"}
    )  # fmt: skip
    found = claimed.check(log, feedback=said)
    assert found.rows() == claimed.check(log, feedback=gj.read_feedback(said)).rows()
    assert found.rows()[0]["n"] == 2
