"""Feedback finds its stage by name, or by what the customer did last."""

from __future__ import annotations

from tests.logs import log_of
from tests.mapping.feedback import answers
from tests.mapping.maps import DAY, a_map

from giljabi.mapping import Lens, Voices, link

LOG = log_of(
    [[("a", 0), ("x", 5), ("b", 10 * DAY)], [("x", 0)], [("a", DAY)]],
    buckets=2,
)


def linked(*rows: tuple[object, ...]) -> Voices:
    return link(Lens(a_map("a", "b"), LOG), answers(*rows))


def test_an_answer_that_names_a_stage_or_touchpoint_belongs_there() -> None:
    voices = linked(("c0", 0, "csat", 5.0, "b"), ("nobody", 0, "csat", 5.0, "a-point"))
    assert voices.stage.tolist() == [2, 1]
    assert (voices.by_touchpoint, voices.by_behaviour, voices.unlinked) == (2, 0, 0)


def test_any_other_belongs_to_the_last_event_on_the_map() -> None:
    voices = linked(
        ("c0", 6, "csat", 5.0), ("c0", 10 * DAY, "csat", 5.0), ("c2", 2 * DAY, "csat", 5.0, "hall")
    )
    assert voices.stage.tolist() == [1, 2, 1]
    assert voices.by_behaviour == 3


def test_the_last_event_counts_for_seven_days_to_the_millisecond() -> None:
    voices = linked(("c0", 7 * DAY, "csat", 5.0), ("c0", 7 * DAY + 1, "csat", 5.0))
    assert voices.stage.tolist() == [1, 0]
    assert voices.unlinked == 1


def test_what_was_said_before_the_first_event_or_by_strangers_is_unlinked() -> None:
    voices = linked(("c2", DAY - 1, "csat", 5.0), ("stranger", DAY, "csat", 5.0), ("c1", 1, "csat", 5.0))
    assert voices.stage.tolist() == [0, 0, 0]
    assert voices.unlinked == 3


def test_scores_are_given_by_stage_and_kind_and_absent_ones_left_out() -> None:
    voices = linked(("c0", 6, "csat", 5.0), ("c0", 7, "csat", None), ("c0", 8, "nps", 9.0))
    assert voices.scores(1, "csat").tolist() == [5.0]
    assert voices.scores(2, "csat").tolist() == []


def test_feedback_may_lack_the_columns_it_does_not_need() -> None:
    feedback = answers(("c0", 6, "text", None)).select(["customer", "time", "kind"])
    assert link(Lens(a_map("a", "b"), LOG), feedback).stage.tolist() == [1]
