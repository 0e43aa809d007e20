"""On the simulated shop's log the check finds every planted trouble and no other."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from tests.oracles.claims import measure, stage_visits

from giljabi.mapping import align, check
from giljabi.model.mapfile import parse_map
from giljabi.simulate import TROUBLES, simulate_shop
from giljabi.store import memory_log

SHOP = parse_map(files("giljabi").joinpath("mapping/templates/shop.journey.yaml").read_text("utf-8"))
SINGLE = [[name] for name in TROUBLES]
PAIRS = [["signup_form", "late_delivery"], ["search_miss", "missed_discount"]]
ALL_BUT_ONE = [[name for name in TROUBLES if name != left_out] for left_out in TROUBLES]


@pytest.mark.parametrize(
    ("seed", "troubles"),
    [
        *((seed, None) for seed in (1, 2026, 777)),
        *((seed, []) for seed in (3, 90_210)),
        *((50 + number, troubles) for number, troubles in enumerate(SINGLE + PAIRS + ALL_BUT_ONE)),
    ],
)
def test_the_check_finds_what_was_planted_and_no_other(
    seed: int, troubles: list[str] | None, tmp_path: Path
) -> None:
    simulation = simulate_shop(tmp_path, customers=2500, seed=seed, troubles=troubles)
    log = memory_log(pq.read_table(simulation.events_path))
    found = check(SHOP, log, pq.read_table(simulation.feedback_path))
    verdicts = {
        (one.stage, one.kind, getattr(one.claim, one.kind)): one.evidence.verdict for one in found.claims
    }
    truth = json.loads(simulation.truth_path.read_text("utf-8"))
    false = {(claim["stage"], claim["kind"], claim["target"]) for claim in truth["contradicted"]}
    assert {claim for claim, verdict in verdicts.items() if verdict == "contradicted"} == false
    assert {claim for claim, verdict in verdicts.items() if verdict == "undecided"} == set()


def test_the_journeys_follow_the_map_well_but_not_perfectly(tmp_path: Path) -> None:
    simulation = simulate_shop(tmp_path, customers=2500, seed=8)
    alignment = align(SHOP, memory_log(pq.read_table(simulation.events_path)))
    assert 0.9 < alignment.fitness < 0.99
    assert 0.6 < alignment.exact < 0.95
    kinds = {deviation.kind for deviation in alignment.deviations}
    assert kinds == {"missing", "unexpected", "out_of_order", "late"}


def test_claims_measure_the_same_as_the_slow_way(tmp_path: Path) -> None:
    simulation = simulate_shop(tmp_path, customers=1200, seed=9)
    events, feedback = pq.read_table(simulation.events_path), pq.read_table(simulation.feedback_path)
    journeys = stage_visits(SHOP, events.to_pylist())
    for one in check(SHOP, memory_log(events), feedback).claims:
        value, _, n = measure(SHOP, one.stage, one.claim, journeys, feedback.to_pylist())
        scale = 1000 if one.kind == "takes" else 1
        assert one.evidence.n == n, one.says
        assert one.evidence.value == pytest.approx(value * scale, rel=0.01), one.says
