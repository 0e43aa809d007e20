"""The events of a map are counted by the source that brought them, and what others gathered is added up."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from tests.logs import log_of
from tests.mapping.maps import a_map, stage

from giljabi.bootstrap.third_party import third_party_share
from giljabi.mapping import events_by_source
from giljabi.model import event, prop
from giljabi.store import StoredSource

JOURNEYS = [[("look", 0), ("buy", 1), ("wave", 2)], [("look", 0), ("look", 1), ("buy", 2)]]
LOG = log_of(
    JOURNEYS,
    buckets=2,
    columns={"source": [["web", "panel", "panel"], ["panel", None, "panel"]], "n": [[1, 2, 3], [1, 2, 3]]},
)


def source(name: str, third_party: float) -> StoredSource:
    return StoredSource(
        id=name, kind="http", name=name, third_party=third_party, created_at=datetime.now(UTC)
    )


def test_events_of_the_map_alone_are_counted() -> None:
    assert events_by_source(a_map("look", "buy"), LOG) == {"panel": 3, "web": 1, None: 1}
    assert events_by_source(a_map("wave"), LOG) == {"panel": 1}


def test_conditions_on_properties_are_respected() -> None:
    late = a_map(stage("late", match=event("look", "buy") & (prop("n") >= 2)))
    assert events_by_source(late, LOG) == {"panel": 2, None: 1}


def test_a_log_that_knows_no_sources_has_none() -> None:
    assert events_by_source(a_map("look"), log_of(JOURNEYS)) == {None: 3}


def test_each_event_counts_with_the_share_its_source_declares() -> None:
    found = third_party_share(a_map("look", "buy"), LOG, [source("panel", 0.8), source("web", 0.0)])
    assert found.share == pytest.approx(3 * 0.8 / 5)
    assert [(one.name, one.events, one.third_party) for one in found.sources] == [("panel", 3, 0.8)]


def test_without_third_parties_nothing_is_counted_and_nothing_is_told() -> None:
    for log, sources in ((LOG, [source("web", 0.0)]), (log_of(JOURNEYS), [source("panel", 1.0)])):
        found = third_party_share(a_map("look"), log, sources)
        assert (found.share, found.sources) == (0.0, ())
