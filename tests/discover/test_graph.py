from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.logs import log_of
from tests.oracles import graph as oracle
from tests.oracles.journeys import Journey, journeys

from giljabi.discover import GraphAnswer, graph
from giljabi.discover.edge_times import edge_quantiles
from giljabi.model.errors import BadParameter

NAMES = ["d", "b", "a", "c"]


def _graph(drawn: list[Journey], buckets: int = 2) -> GraphAnswer:
    return graph(log_of([[(NAMES[code], time) for code, time in one] for one in drawn], buckets, names=NAMES))


def test_a_graph_tells_edges_and_nodes() -> None:
    log = log_of([[("a", 0), ("b", 10), ("a", 30), ("b", 60)], [("a", 0), ("b", 50)], [("c", 0)]], 2)
    answer = graph(log)
    assert [(e.source, e.target, e.count, e.customers) for e in answer.edges] == [
        ("a", "b", 3, 2),
        ("b", "a", 1, 1),
    ]
    assert answer.edges[0].median == timedelta(milliseconds=30)
    assert answer.edges[0].mean == timedelta(milliseconds=30)
    assert answer.edges[0].p90 == timedelta(milliseconds=46)
    assert [(n.event, n.count, n.customers, n.starts, n.ends) for n in answer.nodes] == [
        ("a", 3, 2, 2, 0),
        ("b", 3, 2, 0, 2),
        ("c", 1, 1, 1, 1),
    ]
    assert (answer.transitions, answer.total_edges, answer.coverage) == (4, 2, 1)
    assert answer.to_arrow().column_names == list(answer.columns)


@given(drawn=journeys(4), buckets=st.integers(1, 3))
@settings(max_examples=50, deadline=None)
def test_the_graph_is_that_of_the_oracle(drawn: list[Journey], buckets: int) -> None:
    answer, slow = _graph(drawn, buckets), oracle.graph(drawn)
    found = {(NAMES.index(edge.source), NAMES.index(edge.target)): edge for edge in answer.edges}
    assert found.keys() == slow.durations.keys()
    for pair, edge in found.items():
        took = slow.durations[pair]
        assert (edge.count, edge.customers) == (len(took), len(slow.travellers[pair]))
        assert edge.median == timedelta(milliseconds=float(np.quantile(took, 0.5)))
        assert edge.p90 == timedelta(milliseconds=float(np.quantile(took, 0.9)))
    for node in answer.nodes:
        code = NAMES.index(node.event)
        assert node.count == sum(name == code for one in drawn for name, _ in one)
        assert (node.customers, node.starts) == (len(slow.visitors[code]), slow.starts[code])
    order = [(-edge.count, edge.source, edge.target) for edge in answer.edges]
    assert order == sorted(order)


def test_medians_of_frequent_edges_are_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    generator = np.random.default_rng(2)
    gaps = np.exp(generator.uniform(0, 25, 60_000)).astype(np.int64) * generator.integers(0, 2, 60_000)
    codes = generator.integers(0, 2, 60_000)
    times = np.concatenate([[0], np.cumsum(gaps)])
    events = [("x", 0), *((str(code), int(time)) for code, time in zip(codes, times[1:], strict=True))]
    log = log_of([events], names=("0", "1", "x"))
    keys = np.array([0, 1, 3, 4])
    before = np.array([2, *codes[:-1]])
    took = [gaps[1:][(before * 3 + codes)[1:] == key] for key in keys]
    expected = [np.quantile(one, [0.5, 0.9]) for one in took]
    counts = np.array([len(one) for one in took])
    np.testing.assert_allclose(edge_quantiles(log, keys, counts), expected, rtol=1e-12)
    monkeypatch.setattr("giljabi.discover.edge_times._EDGES_AT_ONCE", 2)
    monkeypatch.setattr("giljabi.discover.edge_times._VALUES_AT_ONCE", 100)
    np.testing.assert_allclose(edge_quantiles(log, keys, counts), expected, rtol=1e-12)


def test_top_keeps_the_most_frequent_edges_and_tells_the_rest() -> None:
    log = log_of([[("a", 0), ("b", 1), ("a", 2), ("b", 3), ("c", 4)]])
    answer = graph(log, top=1)
    assert [(edge.source, edge.target) for edge in answer.edges] == [("a", "b")]
    assert [node.event for node in answer.nodes] == ["a", "b"]
    assert (answer.transitions, answer.total_edges, answer.coverage) == (4, 3, 0.5)


def test_quantiles_can_be_left_out() -> None:
    edge = graph(log_of([[("a", 0), ("b", 7)]]), quantiles=False).edges[0]
    assert (edge.median, edge.p90, edge.mean) == (None, None, timedelta(milliseconds=7))


def test_an_empty_log_has_an_empty_graph() -> None:
    answer = graph(log_of([]))
    assert (answer.nodes, answer.edges, answer.coverage) == ((), (), 1.0)
    assert answer.simplify(0.5).edges == ()


@pytest.mark.parametrize("coverage", [-0.1, 1.1, float("nan")])
def test_coverage_is_a_share(coverage: float) -> None:
    with pytest.raises(BadParameter):
        graph(log_of([[("a", 0)]])).simplify(coverage)


def test_top_is_at_least_one() -> None:
    with pytest.raises(BadParameter):
        graph(log_of([[("a", 0)]]), top=0)


def test_simplifying_keeps_the_rare_edges_that_hold_the_frequent_ones() -> None:
    common = [("in", 0), ("x", 1), ("y", 2), ("x", 3), ("y", 4), ("x", 5), ("y", 6), ("out", 7)]
    answer = graph(log_of([common, [("in", 0), ("z", 1), ("out", 2)], [("in", 0), ("out", 1)]]))
    kept = answer.simplify(0.5)
    assert {(edge.source, edge.target) for edge in kept.edges} == {
        ("in", "x"),
        ("x", "y"),
        ("y", "x"),
        ("y", "out"),
    }
    assert {node.event for node in kept.nodes} == {"in", "x", "y", "out"}


@given(drawn=journeys(4), coverage=st.floats(0, 1))
@settings(max_examples=50, deadline=None)
def test_a_simplified_graph_covers_enough_and_stays_connected(drawn: list[Journey], coverage: float) -> None:
    whole = _graph(drawn)
    kept = whole.simplify(coverage)
    assert kept.coverage >= coverage - 1e-9
    assert set(kept.edges) <= set(whole.edges)
    forward = _reached({n.event for n in kept.nodes if n.starts}, {(e.source, e.target) for e in kept.edges})
    back = _reached({n.event for n in kept.nodes if n.ends}, {(e.target, e.source) for e in kept.edges})
    assert {node.event for node in kept.nodes} <= forward & back
    assert whole.simplify(1).edges == whole.edges


def _reached(begin: set[str], arcs: set[tuple[str, str]]) -> set[str]:
    while more := {target for source, target in arcs if source in begin} - begin:
        begin = begin | more
    return begin


def test_customers_can_be_left_uncounted() -> None:
    answer = graph(log_of([[("a", 0), ("b", 7)], [("a", 0)]]), customers=False)
    assert (answer.edges[0].count, answer.edges[0].customers, answer.nodes[0].customers) == (1, None, None)


def test_a_graph_is_drawn_however_large() -> None:
    small = graph(log_of([[("a", 0), ("b<", 1), ("a", 2), ("a", 3)]])).drawing()
    assert small.startswith("<svg")
    assert "b&lt;" in small
    many = [[(f"e{(i * k) % 97}", i) for i in range(60)] for k in range(1, 40)]
    assert graph(log_of(many)).drawing().count("<rect") <= 40
    assert graph(log_of([])).drawing() == ""


def test_progress_ends_at_one() -> None:
    told: list[float] = []
    graph(log_of([[("a", 0), ("b", 1)]], 2), progress=lambda _, done: told.append(done))
    assert told == sorted(told)
    assert told[-1] == 1.0
