"""The simulated shop: what it writes, how it repeats itself, and that its truth is true."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from giljabi.model import SCORE_RANGE
from giljabi.model.errors import BadParameter
from giljabi.simulate import TROUBLES, Simulation, simulate_shop
from giljabi.simulate.shop import EVENTS, STAGE_OF_EVENT


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Simulation:
    return simulate_shop(tmp_path_factory.mktemp("shop"), customers=3000, seed=11)


@pytest.fixture(scope="module")
def sound_shop(tmp_path_factory: pytest.TempPathFactory) -> Simulation:
    return simulate_shop(tmp_path_factory.mktemp("sound"), customers=3000, seed=11, troubles=[])


def truth(simulation: Simulation) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(simulation.truth_path.read_text("utf-8"))
    return content


def trouble(simulation: Simulation, name: str) -> dict[str, Any]:
    return next(one for one in truth(simulation)["troubles"] if one["id"] == name)


def test_files_have_the_columns_of_the_canonical_tables(shop: Simulation) -> None:
    events, feedback = pq.read_schema(shop.events_path), pq.read_schema(shop.feedback_path)
    assert events.names[:5] == ["customer", "time", "event", "channel", "value"]
    assert set(events.types) <= {pa.string(), pa.float64(), pa.bool_(), pa.timestamp("ms", tz="UTC")}
    assert [events.field(name).nullable for name in ("customer", "time", "event")] == [False] * 3
    assert feedback.names == ["customer", "time", "kind", "score", "text", "touchpoint"]
    assert feedback.field("time").type == pa.timestamp("ms", tz="UTC")


def test_counts_are_those_of_the_files(shop: Simulation) -> None:
    events, feedback = pl.read_parquet(shop.events_path), pl.read_parquet(shop.feedback_path)
    assert shop.customers == events["customer"].n_unique() == truth(shop)["customers"] == 3000
    assert shop.events == len(events) == truth(shop)["events"]
    assert shop.feedback == len(feedback) == truth(shop)["feedback"]


def test_the_same_seed_gives_the_same_rows(shop: Simulation, tmp_path: Path) -> None:
    again = simulate_shop(tmp_path, customers=3000, seed=11)
    assert pl.read_parquet(again.events_path).equals(pl.read_parquet(shop.events_path))
    assert pl.read_parquet(again.feedback_path).equals(pl.read_parquet(shop.feedback_path))
    assert again.truth_path.read_bytes() == shop.truth_path.read_bytes()


def test_another_seed_gives_other_customers(shop: Simulation, tmp_path: Path) -> None:
    other = simulate_shop(tmp_path, customers=3000, seed=2**40)
    assert not pl.read_parquet(other.events_path).equals(pl.read_parquet(shop.events_path))


def test_fewer_customers_are_the_first_of_more(shop: Simulation, tmp_path: Path) -> None:
    fewer = simulate_shop(tmp_path / "fewer", customers=100, seed=11)
    more = simulate_shop(tmp_path / "more", customers=33_000, seed=11)
    first = pl.read_parquet(shop.events_path).filter(pl.col("customer") < "c00000100")
    assert pl.read_parquet(fewer.events_path).equals(first)
    small = pl.read_parquet(more.events_path).filter(pl.col("customer") < "c00003000")
    assert small.equals(pl.read_parquet(shop.events_path))
    assert more.customers == pl.read_parquet(more.events_path)["customer"].n_unique() == 33_000


def test_a_number_of_events_takes_the_fewest_customers_that_have_them(tmp_path: Path) -> None:
    enough = simulate_shop(tmp_path / "enough", events=30_000, seed=5)
    one_less = simulate_shop(tmp_path / "less", customers=enough.customers - 1, seed=5)
    assert one_less.events < 30_000 <= enough.events


def test_a_single_customer_makes_a_shop(tmp_path: Path) -> None:
    alone = simulate_shop(tmp_path, customers=1, seed=3)
    assert alone.customers == 1
    assert alone.events >= 1


def test_everything_lies_in_the_ninety_days_that_end_with_the_given_day_in_seoul(tmp_path: Path) -> None:
    simulation = simulate_shop(tmp_path, customers=2000, end=date(2025, 3, 31))
    for path in (simulation.events_path, simulation.feedback_path):
        times = pl.read_parquet(path)["time"]
        assert datetime(2024, 12, 31, 15, tzinfo=UTC) <= times.min()  # type: ignore[operator]
        assert times.max() < datetime(2025, 3, 31, 15, tzinfo=UTC)  # type: ignore[operator]


def test_people_shop_in_the_evening_and_sleep_at_night_in_seoul(shop: Simulation) -> None:
    visits = pl.read_parquet(shop.events_path).filter(pl.col("event") == "visit")
    hours = visits["time"].dt.convert_time_zone("Asia/Seoul").dt.hour()
    assert hours.is_between(20, 22).sum() > 5 * hours.is_between(2, 4).sum()


def test_rows_arrive_in_order_of_time_within_a_chunk(shop: Simulation) -> None:
    assert pl.read_parquet(shop.events_path)["time"].is_sorted()


def test_the_shop_uses_every_event_channel_and_persona(shop: Simulation) -> None:
    events = pl.read_parquet(shop.events_path)
    assert set(events["event"]) == set(EVENTS)
    assert set(events["channel"].drop_nulls()) == {"web", "app", "store", "call", "chat", "kakao"}
    assert set(events["persona"]) == {persona["id"] for persona in truth(shop)["personas"]}


def test_payments_are_in_whole_hundreds_of_won(shop: Simulation) -> None:
    paid = pl.read_parquet(shop.events_path).filter(pl.col("event") == "paid")["value"]
    assert paid.null_count() == 0
    assert paid.min() >= 1000  # type: ignore[operator]
    assert (paid % 100 == 0).all()


def test_truth_counts_who_reached_each_stage(shop: Simulation) -> None:
    stages = pl.DataFrame({"event": list(STAGE_OF_EVENT), "stage": list(STAGE_OF_EVENT.values())})
    events = pl.read_parquet(shop.events_path).join(stages, on="event")
    counted = dict(events.group_by("stage").agg(pl.col("customer").n_unique()).rows())
    told = {stage: reached["customers"] for stage, reached in truth(shop)["reached"].items()}
    assert told == {stage: counted[stage] for stage in told}
    assert truth(shop)["reached"]["awareness"]["share"] == told["awareness"] / 3000


@pytest.mark.parametrize(
    ("name", "event"), [("missed_discount", "coupon_missed"), ("late_delivery", "delivery_delayed")]
)
def test_truth_counts_the_customers_who_met_a_trouble(shop: Simulation, name: str, event: str) -> None:
    events = pl.read_parquet(shop.events_path).filter(pl.col("event") == event)
    met = trouble(shop, name)["customers"]
    # Trackers lose a few events, but people remember.
    assert 0.97 * met <= events["customer"].n_unique() <= met
    assert met > 100


def test_a_sound_shop_has_no_trouble(sound_shop: Simulation) -> None:
    names = set(pl.read_parquet(sound_shop.events_path)["event"])
    assert not names & {"coupon_missed", "delivery_delayed"}
    assert [one["customers"] for one in truth(sound_shop)["troubles"]] == [0, 0, 0, 0]
    assert truth(sound_shop)["contradicted"] == []


def test_truth_names_only_the_planted_troubles_and_their_claims(tmp_path: Path) -> None:
    simulation = simulate_shop(tmp_path, customers=50, troubles=["search_miss"])
    told = truth(simulation)
    assert [one["id"] for one in told["troubles"] if one["planted"]] == ["search_miss"]
    assert told["contradicted"] == [{"stage": "search", "kind": "reach", "target": "product"}]
    assert told["parameters"]["search_hit"] == TROUBLES["search_miss"].changes["search_hit"]


def test_bad_experience_gives_bad_scores(shop: Simulation) -> None:
    events = pl.read_parquet(shop.events_path)
    feedback = pl.read_parquet(shop.feedback_path)
    for event, kind, place in (("delivery_delayed", "csat", "delivery"), ("coupon_missed", "ces", "payment")):
        troubled = set(events.filter(pl.col("event") == event)["customer"])
        asked = feedback.filter((pl.col("kind") == kind) & (pl.col("touchpoint") == place))
        bad = pl.col("customer").is_in(troubled)
        means = [asked.filter(part)["score"].mean() for part in (bad, ~bad)]
        assert means[0] < means[1] - 1  # type: ignore[operator]


def test_scores_lie_on_their_scales_and_texts_without_score_have_words(shop: Simulation) -> None:
    feedback = pl.read_parquet(shop.feedback_path)
    scored = feedback.filter(pl.col("kind") != "text")
    assert scored["score"].null_count() == 0
    for kind, (low, high) in SCORE_RANGE.items():
        scores = scored.filter(pl.col("kind") == kind)["score"]
        assert scores.is_between(low, high).all()
        assert scores.n_unique() >= 3
    texts = feedback.filter(pl.col("kind") == "text")
    assert texts["score"].null_count() == len(texts)
    assert texts["text"].null_count() == 0


def test_most_answers_name_a_touchpoint_and_some_do_not(shop: Simulation) -> None:
    scored = pl.read_parquet(shop.feedback_path).filter(pl.col("kind") != "text")
    unnamed = scored["touchpoint"].null_count() / len(scored)
    assert 0.1 < unnamed < 0.3


def test_unhappy_receivers_write_about_late_parcels(shop: Simulation) -> None:
    feedback = pl.read_parquet(shop.feedback_path)
    low = feedback.filter((pl.col("touchpoint") == "delivery") & (pl.col("score") <= 2))["text"].drop_nulls()
    about = low.str.contains("늦|연락|조회|언제|째|오래|걸렸|기다|알림|내역|지나|안 왔")
    assert about.mean() > 0.9  # type: ignore[operator]


def test_progress_rises_to_one(tmp_path: Path) -> None:
    told: list[float] = []
    simulate_shop(tmp_path, customers=40_000, progress=lambda _, done: told.append(done))
    assert told == sorted(told)
    assert len(told) > 1
    assert told[-1] == 1


def test_an_interrupted_run_leaves_the_old_files(tmp_path: Path) -> None:
    old = simulate_shop(tmp_path, customers=10, seed=1)
    before = old.events_path.read_bytes()

    def interrupt(step: str, done: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        simulate_shop(tmp_path, customers=10, seed=2, progress=interrupt)
    assert old.events_path.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "events.parquet",
        "feedback.parquet",
        "truth.json",
    ]


@pytest.mark.parametrize(
    ("parameters", "says"),
    [
        ({}, "either customers or events"),
        ({"customers": 1, "events": 1}, "either customers or events"),
        ({"customers": 0}, "customers=0 is out of range"),
        ({"events": -5}, "events=-5 is out of range"),
        ({"customers": 10**10}, "out of range"),
        ({"customers": 1.5}, "no whole number"),
        ({"customers": True}, "no whole number"),
        ({"customers": 1, "seed": -1}, "seed=-1 is out of range"),
        ({"customers": 1, "troubles": ["rain"]}, "no trouble is named 'rain'"),
        ({"customers": 1, "troubles": "search_miss"}, "give a list"),
        ({"customers": 1, "end": date(1971, 1, 1)}, "end=1971-01-01 is out of range"),
    ],
)
def test_bad_parameters_are_refused(parameters: dict[str, Any], says: str, tmp_path: Path) -> None:
    with pytest.raises(BadParameter, match=says):
        simulate_shop(tmp_path, **parameters)
