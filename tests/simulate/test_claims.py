"""Claims of the shop's map, measured the slow way, are false exactly where the truth file says so."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import polars as pl
import pytest
from tests.oracles.claims import measure, stage_visits

from giljabi.model import Takes
from giljabi.model.mapfile import parse_map
from giljabi.simulate import TROUBLES, simulate_shop

SHOP = parse_map(files("giljabi").joinpath("mapping/templates/shop.journey.yaml").read_text("utf-8"))


@pytest.mark.parametrize(
    ("seed", "troubles"),
    [
        (101, None),
        (102, []),
        *((103, [name]) for name in TROUBLES),
        (104, ["signup_form", "missed_discount"]),
    ],
)
def test_every_claim_lies_clearly_on_the_side_the_truth_says(
    seed: int, troubles: list[str] | None, tmp_path: Path
) -> None:
    simulation = simulate_shop(tmp_path, customers=2000, seed=seed, troubles=troubles)
    events = pl.read_parquet(simulation.events_path)
    feedback = pl.read_parquet(simulation.feedback_path).rows(named=True)
    journeys = stage_visits(SHOP, events.rows(named=True))
    sides: dict[bool, set[tuple[str, str, str]]] = {True: set(), False: set()}
    for stage in SHOP.stages:
        for claim in stage.claims:
            kind = type(claim).__name__.lower()
            value, half, _ = measure(SHOP, stage.id, claim, journeys, feedback)
            if isinstance(claim, Takes):
                assert claim.median_at_most is not None
                gap = claim.median_at_most.total_seconds() - value
            else:
                assert claim.at_least is not None
                gap = value - claim.at_least
            assert abs(gap) > half, f"{stage.id} {claim.says}: {value} ± {half}"
            sides[gap > 0].add((stage.id, kind, getattr(claim, kind)))
    told = json.loads(simulation.truth_path.read_text("utf-8"))["contradicted"]
    assert sides[False] == {(claim["stage"], claim["kind"], claim["target"]) for claim in told}
