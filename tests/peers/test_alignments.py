"""Costs and fitness of alignments are those of PM4Py on the equivalent Petri net."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from pm4py.algo.conformance.alignments.petri_net import algorithm
from pm4py.objects.log.obj import Event, Trace
from tests.mapping.maps import a_map, help_desk, stage
from tests.peers.frames import CASE, NAME, frame, log_of_frame
from tests.peers.nets import net_of

from giljabi.kernels import align_bucket
from giljabi.mapping import Lens, align
from giljabi.mapping.align import way_through
from giljabi.model import JourneyMap

pytestmark = pytest.mark.filterwarnings("ignore:::pm4py", "ignore:the matrix subclass")

MOVE = 10_000
"""What PM4Py charges for a move of the log or the model alone; silent moves cost 1 or nothing."""

DESK = ("Assign seriousness", "Take in charge ticket", "Wait", "Resolve ticket", "Closed")


def _desk(**rules: Any) -> JourneyMap:
    assign, take, wait, resolve, closed = (name.split()[0].lower() for name in DESK)
    return a_map(
        stage(assign, DESK[0], repeats=False),
        stage(take, DESK[1]),
        stage(wait, DESK[2], required=False),
        stage(resolve, DESK[3], "RESOLVED", repeats=False, returns_to=(take, assign)),
        stage(closed, DESK[4], repeats=False, returns_to=(resolve,)),
        **rules,
    )


def _claims(**rules: Any) -> JourneyMap:
    return a_map(
        stage("in", "incoming claim", repeats=False),
        stage("look", "B check if sufficient information is available", "B register claim"),
        stage("judge", "determine likelihood of claim", "assess claim", required=False),
        stage("pay", "initiate payment", "advise claimant on reimbursement", repeats=False),
        stage("out", "close claim", "end", returns_to=("look",)),
        **rules,
    )


def _incidents(**rules: Any) -> JourneyMap:
    return a_map(
        stage("accepted", "Accepted", repeats=False),
        stage("queued", "Queued", required=False),
        stage("done", "Completed", repeats=False, returns_to=("accepted",)),
        **rules,
    )


def _visits(**rules: Any) -> JourneyMap:
    return a_map(
        stage("view", repeats=False),
        stage("cart", returns_to=("view",)),
        stage("call", required=False),
        stage("pay", repeats=False, returns_to=("cart", "view")),
        **rules,
    )


CASES = [
    ("random", _visits(unmatched="count", ends="last")),
    ("random", _visits()),
    ("helpdesk", help_desk()),
    ("helpdesk", _desk(unmatched="count", ends="last")),
    ("helpdesk", _desk()),
    ("helpdesk", _desk(ends="last")),
    ("teleclaims", _claims(unmatched="count", ends="last")),
    ("teleclaims", _claims()),
    ("bpic2013", _incidents(ends="last")),
]


@pytest.mark.parametrize(("source", "journey_map"), CASES)
def test_costs_and_fitness_are_those_of_pm4py(
    source: str, journey_map: JourneyMap, request: pytest.FixtureRequest
) -> None:
    events = _short(frame(source, request))
    log = log_of_frame(events)
    lens, way = Lens(journey_map, log), way_through(journey_map)
    ids = ["", *(one.id for one in journey_map.stages)]
    net = net_of(journey_map)
    peers: dict[tuple[str, ...], dict[str, Any]] = {}
    fitness = []
    for bucket in log.buckets:
        costs = np.empty(bucket.customers, np.int64)
        counts = journey_map.unmatched == "count"
        align_bucket(
            bucket.offsets,
            bucket.time,
            bucket.event,
            lens.symbols(bucket),
            way,
            len(log.names),
            by_name=lens.by_name,
            count_unmatched=counts,
            costs=costs,
        )
        codes = lens.stage_codes(bucket)
        for cost, begin, end in zip(costs, bucket.offsets, bucket.offsets[1:], strict=False):
            labels = tuple(ids[code] for code in codes[begin:end] if code or counts)
            if cost < 0:
                assert not labels
                continue
            if labels not in peers:
                peers[labels] = _aligned(labels, net)
            peer = peers[labels]
            assert cost == peer["cost"] // MOVE
            fitness.append(peer["fitness"])
    found = align(journey_map, log)
    assert found.customers == len(fitness)
    assert found.fitness == pytest.approx(np.mean(fitness))
    assert found.exact == pytest.approx(np.mean([one == 1 for one in fitness]))


def _aligned(labels: tuple[str, ...], net: Any) -> dict[str, Any]:
    trace = Trace([Event({NAME: label or "off the map"}) for label in labels])
    found: dict[str, Any] = algorithm.apply_trace(
        trace, *net, variant=algorithm.Variants.VERSION_STATE_EQUATION_A_STAR
    )
    return found


def _short(events: pd.DataFrame) -> pd.DataFrame:
    """Leave out journeys of more than twelve events, on which the peer takes minutes."""
    return events[events.groupby(CASE)[CASE].transform("size") <= 12].reset_index(drop=True)
