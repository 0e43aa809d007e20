from giljabi.discover.simplify import connected_edges

ARCS = [("a", "b", 9), ("b", "c", 8), ("a", "c", 2), ("c", "d", 1), ("b", "d", 1)]


def test_the_widest_way_wins_over_the_shortest() -> None:
    edges, events = connected_edges(ARCS, 0, {"a": 9}, {"c": 5})
    assert edges == {0, 1}
    assert events == {"a", "b", "c"}


def test_of_equally_wide_ways_the_shorter_wins() -> None:
    edges, _ = connected_edges(ARCS, 0, {"a": 9}, {"d": 1})
    assert edges == {0, 4}


def test_a_start_that_is_an_end_needs_no_edge() -> None:
    assert connected_edges(ARCS, 0, {"a": 1}, {"a": 1}) == (set(), {"a"})


def test_events_no_start_reaches_stay_when_asked_for() -> None:
    assert connected_edges([("x", "y", 5), ("a", "b", 1)], 1, {"a": 1}, {"b": 1}) == ({0}, {"x", "y"})
