"""A check brings claims, curves and grades of a map together."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.logs import log_of
from tests.mapping.feedback import answers
from tests.mapping.maps import DAY, a_map, stage

from giljabi.mapping import Check, align, check
from giljabi.model import Reach, Score, Share, Stage, Takes, Touchpoint

LOG = log_of(
    # The last comes long after the others, so that nobody's journey is open but theirs.
    [[("a", i // 99 * DAY), ("b", i // 99 * DAY + 1000)] if i % 10 else [("a", 0)] for i in range(100)],
    buckets=3,
)
MAP = a_map(
    stage(
        "a",
        believed=2,
        claims=(
            Reach(reach="b", at_least=0.8, says="most go on"),
            Takes(takes="b", median_at_most=timedelta(milliseconds=500)),
        ),
    ),
    stage("b", believed=0, claims=(Score(score="csat", at_least=3), Share(share="app", at_most=0.1))),
    Stage("c", touchpoints=(Touchpoint("nowhere"),)),
)


def checked() -> Check:
    said = [(f"c{i}", 0, "csat", float(1 + i % 3), "a") for i in range(30)]
    return check(MAP, LOG, answers(*said, ("stranger", 0, "csat", 5.0)))


def test_every_claim_has_a_row_in_the_maps_order() -> None:
    rows = checked().rows()
    assert [(row["stage"], row["verdict"], row["n"]) for row in rows] == [
        ("a", "supported", 100),
        ("a", "contradicted", 90),
        ("b", "undecided", 0),
        ("b", "undecided", 0),
    ]
    assert rows[0]["claim"] == "most go on"
    assert rows[1]["claim"] == "From a to b, half of the customers take at most 500ms"
    assert checked().to_arrow().num_rows == 4


def test_verdicts_are_counted_and_contradictions_listed() -> None:
    found = checked()
    assert found.verdicts == {"supported": 1, "contradicted": 1, "undecided": 2}
    assert [(one.stage, one.index) for one in found.contradicted] == [("a", 1)]


def test_the_alignment_is_the_same_as_without_claims() -> None:
    assert checked().alignment == align(MAP, LOG)
    assert checked().coverage == 1


def test_grades_tell_the_best_ground_of_each_stage() -> None:
    found = checked()
    assert found.grades == {"a": "events", "b": "events", "c": "assumption"}
    assert found.unlinked == 1
    spoken = check(MAP, LOG, answers(("c1", 0, "csat", 4.0, "nowhere")))
    assert spoken.grades["c"] == "feedback"


def test_reported_feelings_lie_on_the_scale_of_the_drawn_ones() -> None:
    reported = checked().curves.reported
    assert reported[0].value == pytest.approx(-1.0)
    assert reported[0].n == 30
    assert (reported[1].value, reported[1].n) == (None, 0)


def test_a_gap_is_a_belief_outside_the_reported_interval() -> None:
    assert checked().curves.gaps == ("a",)


def test_behaviour_without_friction_infers_a_good_feeling() -> None:
    inferred = checked().curves.inferred
    assert inferred[0].value == pytest.approx(4 * 0.9 - 2)
    assert (inferred[1].value, inferred[1].n) == (2.0, 90)
    assert inferred[2].value is None
    assert [one.leaving for one in checked().curves.friction] == [10, 0, 0]


def test_waiting_longer_than_the_map_says_is_friction() -> None:
    patient = a_map("a", stage("b", within=timedelta(milliseconds=999)))
    assert check(patient, LOG).curves.friction[1].waiting == 90


def test_a_much_longer_wait_than_usual_is_friction() -> None:
    log = log_of([[("a", 0), ("b", 1000 if i else DAY)] for i in range(20)])
    assert check(a_map("a", "b"), log).curves.friction[1].waiting == 1


def test_a_journey_that_may_yet_go_on_has_not_left() -> None:
    log = log_of([[("a", i), ("b", i + 1000)] for i in range(40)] + [[("a", 0)], [("a", 900)]])
    friction = check(a_map("a", "b"), log).curves.friction[0]
    assert (friction.leaving, friction.open) == (1, 1)


def test_many_events_of_one_name_within_seconds_are_friction() -> None:
    log = log_of([[("a", 1), ("a", 500), ("a", 900), ("b", DAY + 1)], [("a", 1), ("b", DAY)]])
    friction = check(a_map("a", "b"), log).curves.friction[0]
    assert (friction.bursts, friction.smooth) == (1, 1)


def test_progress_tells_each_step_to_its_end() -> None:
    seen: list[tuple[str, float]] = []
    check(MAP, LOG, progress=lambda step, done: seen.append((step, done)))
    assert seen[0] == ("feedback", 0.0)
    assert [step for step, done in seen if done == 1.0] == ["claims", "curves"]


def test_a_map_without_claims_has_an_empty_table_with_its_columns() -> None:
    found = check(a_map("a"), LOG)
    assert found.to_arrow().column_names[:3] == ["stage", "claim", "kind"]
    assert found.verdicts == {"supported": 0, "contradicted": 0, "undecided": 0}


def test_a_stage_whose_events_never_occur_decides_nothing() -> None:
    claims = (Reach(reach="b", at_least=0.5),)
    found = check(a_map(stage("a", claims=claims), "b"), log_of([[("a", 0), ("c", 1)]] * 200))

    (one,) = found.claims
    assert one.verdict == "undecided"
    assert one.evidence.why == "no event of stage 'b' ever occurs; the log has none named 'b'"


def test_claims_are_a_table_and_values() -> None:
    claims = (Reach(reach="b", at_least=0.5),)
    found = check(a_map(stage("a", claims=claims), "b"), log_of([[("a", 0), ("b", 1)]] * 200))

    assert found.claims[0].verdict == "supported"
    assert found.claims[0].value == 1.0
    assert found.claims.to_pandas().columns.tolist()[:2] == ["stage", "claim"]
    assert found.claims.to_dict() == found.to_dict()
