from datetime import timedelta

import pm4py
import pytest
from tests.peers.frames import SOURCES, frame, log_of_frame

from giljabi.discover import graph

pytestmark = pytest.mark.filterwarnings("ignore:::pm4py")


@pytest.mark.parametrize("source", SOURCES)
def test_the_graph_is_that_of_pm4py(source: str, request: pytest.FixtureRequest) -> None:
    events = frame(source, request)
    answer = graph(log_of_frame(events))
    edges, starts, ends = pm4py.discover_dfg(events)
    assert {(edge.source, edge.target): edge.count for edge in answer.edges} == edges
    assert {node.event: node.starts for node in answer.nodes if node.starts} == starts
    assert {node.event: node.ends for node in answer.nodes if node.ends} == ends


@pytest.mark.parametrize("source", SOURCES)
def test_mean_and_median_durations_are_those_of_pm4py(source: str, request: pytest.FixtureRequest) -> None:
    events = frame(source, request)
    times, _, _ = pm4py.discover_performance_dfg(events)
    for edge in graph(log_of_frame(events)).edges:
        peer = times[edge.source, edge.target]
        assert edge.median is not None
        assert edge.median / timedelta(seconds=1) == pytest.approx(peer["median"], abs=1e-3)
        assert edge.mean / timedelta(seconds=1) == pytest.approx(peer["mean"], abs=1e-3)
