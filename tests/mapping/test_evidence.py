"""The detail of a claim shows how customers lie and who speaks against it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.logs import log_of
from tests.mapping.feedback import answers
from tests.mapping.maps import DAY, HOUR, a_map, stage

from giljabi.mapping import Detail, check, claim_evidence
from giljabi.mapping import evidence as detailing
from giljabi.mapping.distribution import of_times
from giljabi.model import Follows, Reach, Score, Share, Takes
from giljabi.model.errors import NotFound

JOURNEYS = [
    *[[("a", 0), ("a", 1), ("off", 2), ("b", HOUR)]] * 6,
    *[[("a", 0), ("b", 3 * DAY)]] * 3,
    *[[("c", 0), ("a", 5)]] * 2,
]
LOG = log_of(JOURNEYS, buckets=2)
MAP = a_map(
    stage(
        "a",
        claims=(
            Reach(reach="b", at_least=0.9, within=timedelta(days=1)),
            Takes(takes="b", median_at_most=timedelta(days=1)),
            Score(score="csat", at_least=4),
            Follows(follows="c", at_most=0.1),
            Share(share="app", at_least=0.5),
        ),
    ),
    "b",
    "c",
)
SAID = answers(
    ("c0", HOUR, "csat", 2.0, "a", "느려요"),
    ("c1", HOUR, "csat", 5.0, "a", "good"),
    ("c2", HOUR, "text", None, "a", "hm"),
    ("c3", 2 * HOUR, "csat", 2.0, "a", "slow"),
)


def detail(index: int) -> Detail:
    return claim_evidence(MAP, LOG, "a", index, SAID)


def test_evidence_is_the_same_as_in_the_check() -> None:
    whole = check(MAP, LOG, SAID)
    for index, one in enumerate(whole.claims):
        assert detail(index).evidence == one.evidence


def test_a_claim_on_reach_shows_how_soon_and_who_did_not() -> None:
    found = detail(0)
    assert (found.customers, found.kept) == (11, 6)
    assert found.distribution is not None
    assert [one.start for one in found.distribution.bins if one.count] == [HOUR]
    assert found.distribution.over == 0
    assert found.distribution.bound == DAY
    assert [(one.events, one.customers) for one in found.against] == [(("a", "b"), 3), (("a",), 2)]


def test_a_claim_on_time_shows_the_distribution_and_its_tail() -> None:
    found = detail(1)
    assert (found.customers, found.kept) == (11, 6)
    assert found.distribution is not None
    assert found.distribution.bound == DAY
    assert found.distribution.tail_share == pytest.approx(1 / 3)
    assert found.distribution.p50 == HOUR
    assert sum(one.count for one in found.distribution.bins) + found.distribution.over == 9
    assert [one.events for one in found.against] == [("a", "b")]


def test_a_claim_on_a_score_shows_answers_and_the_worst_words_first() -> None:
    found = detail(2)
    assert (found.customers, found.kept, found.against) == (None, None, ())
    assert found.distribution is not None
    assert [one.count for one in found.distribution.bins] == [0, 2, 0, 0, 1]
    assert found.distribution.tail_share == pytest.approx(2 / 3)
    assert [one.text for one in found.quotes] == ["slow", "느려요", "good", "hm"]
    assert found.sources.feedback_kinds == ("csat", "text")


def test_a_claim_of_at_most_is_spoken_against_by_those_who_did() -> None:
    found = detail(3)
    assert (found.customers, found.kept) == (11, 2)
    assert [(one.events, one.customers) for one in found.against] == [(("c", "a"), 2)]


def test_sources_name_events_and_their_time() -> None:
    found = detail(0).sources
    assert found.events == ("a", "b")
    assert found.first == datetime(1970, 1, 1, tzinfo=UTC)
    assert found.last == datetime(1970, 1, 1, 0, 0, 0, 5000, tzinfo=UTC)


def test_many_journeys_are_sampled_and_scaled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(detailing, "_LOOKED_AT", 2)
    assert sum(one.customers for one in detail(0).against) == pytest.approx(5, abs=1)


def test_a_claim_without_data_still_has_its_sentence() -> None:
    found = detail(4)
    assert found.distribution is None
    assert found.evidence.why
    assert found.korean == "‘a’ 고객의 50% 이상이 app 채널로 유입"
    assert found.english == "At least 50% of customers come to a by app"


@pytest.mark.parametrize(("at", "index"), [("z", 0), ("a", 5), ("a", -1)])
def test_a_claim_that_is_not_there_is_not_found(at: str, index: int) -> None:
    with pytest.raises(NotFound):
        claim_evidence(MAP, LOG, at, index)


def test_pieces_of_journeys_show_what_lies_between_and_end_at_the_goal() -> None:
    journeys = [[("c", 0), ("a", 1), ("a", 2), ("off", 3), ("b", 3 * DAY), ("c", 4 * DAY)]] * 4
    found = claim_evidence(MAP, log_of(journeys), "a", 1)

    assert [(one.events, one.customers) for one in found.against] == [(("a", "off", "b"), 4)]


@given(
    st.lists(st.integers(0, 10**10), min_size=1, max_size=60),
    st.none() | st.integers(1, 10**10),
)
@example([0] * 20 + [100] * 2, None)
def test_bins_are_of_one_width_and_count_every_time(times: list[int], bound: int | None) -> None:
    found = of_times(np.array(times), bound, "at_most")

    widths = {one.end - one.start for one in found.bins}
    assert len(widths) == 1
    assert found.bins[0].start == 0
    assert all(one.end == other.start for one, other in pairwise(found.bins))
    assert sum(one.count for one in found.bins) + found.over == len(times)
    assert found.over <= max(1, 0.05 * len(times))
    assert len(found.bins) <= 45


def test_a_round_bound_lies_on_the_edge_of_a_bin() -> None:
    found = of_times(np.arange(0, 5 * DAY, HOUR), 2 * DAY, "at_most")

    assert 2 * DAY in {one.start for one in found.bins}
    assert 8 <= len(found.bins) <= 21
