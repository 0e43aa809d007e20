"""The notebook front on a small table."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

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
    assert log.durations("view", "pay").median == timedelta(minutes=10)


def test_where_keeps_matching_events(log: gj.EventLog) -> None:
    paid = log.where(gj.event("pay") & (gj.prop("value") > 10))

    assert (paid.events, paid.customers) == (1, 1)
    with pytest.raises(gj.errors.UnknownEvent, match="did you mean 'pay'"):
        log.where(gj.event("payy"))


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
