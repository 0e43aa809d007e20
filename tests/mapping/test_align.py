"""An alignment says how many customers follow a map, and where the others leave it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from tests.logs import log_of
from tests.mapping.maps import DAY, a_map, help_desk, stage
from tests.mapping.real_logs import xes

from giljabi.mapping import Alignment, align
from giljabi.model import Stage, Touchpoint, event, prop
from giljabi.model.errors import BadParameter


def dropped(alignment: Alignment) -> set[tuple[str, str | None, str | None, int, int]]:
    return {(one.kind, one.stage, one.event, one.count, one.customers) for one in alignment.deviations}


def test_the_help_desk_gives_the_figures_of_the_design(shared_data: Path) -> None:
    found = align(help_desk(), xes(shared_data / "helpdesk.xes.gz"))
    missing = {one.stage: one.count for one in found.deviations if one.kind == "missing"}
    assert found.customers == 4580
    assert round(found.exact, 4) == 0.5166
    assert round(found.fitness, 4) == 0.9140
    assert ("unexpected", None, "Wait", 1463, 1236) in dropped(found)
    assert sum(missing.values()) == 413
    assert missing["take-in-charge-ticket"] == 296
    assert sum(one.count for one in found.deviations) == found.cost


def test_a_small_desk_gives_figures_worked_out_by_hand() -> None:
    log = log_of(
        [
            [("open", 0), ("work", 1), ("close", 2)],
            [("open", 0), ("wait", 1), ("close", 2)],
            [("work", 0), ("open", 1), ("work", 2), ("close", 3)],
        ],
        buckets=2,
    )
    steps = (stage(name, repeats=False) for name in ("open", "work", "close"))
    found = align(a_map(*steps, unmatched="count", ends="last"), log)
    assert found.exact == pytest.approx(1 / 3)
    assert found.fitness == pytest.approx((1 + 4 / 6 + 6 / 7) / 3)
    assert dropped(found) == {
        ("unexpected", None, "wait", 1, 1),
        ("missing", "work", None, 1, 1),
        ("unexpected", "work", "work", 1, 1),
    }
    assert found.coverage == pytest.approx(0.9)


def test_a_step_back_is_out_of_order_unless_the_map_returns() -> None:
    log = log_of([[("a", 0), ("b", 1), ("a", 2)]])
    assert dropped(align(a_map("a", "b"), log)) == {("out_of_order", "a", "a", 1, 1)}
    assert align(a_map("a", stage("b", returns_to=("a",))), log).exact == 1


def test_customers_without_an_event_of_the_map_are_told_apart() -> None:
    log = log_of([[("a", 0)], [("x", 0)]])
    anywhere = align(a_map("a", "b"), log)
    assert (anywhere.customers, anywhere.unmapped, anywhere.fitness) == (1, 1, 1.0)
    last = align(a_map("a", "b", ends="last"), log)
    assert (last.customers, last.unmapped) == (2, 0)
    assert last.fitness == pytest.approx((2 / 3 + 0) / 2)


def test_a_stage_that_is_not_bound_to_data_is_never_missing() -> None:
    unseen = Stage("dream", touchpoints=(Touchpoint("sleep"),))
    assert align(a_map("a", unseen, "b", ends="last"), log_of([[("a", 0), ("b", 1)]])).exact == 1


def test_reach_has_shares_intervals_and_the_time_since_the_stage_before() -> None:
    log = log_of([[("a", 0), ("b", DAY)], [("a", 0), ("b", 3 * DAY)], [("a", 0)]])
    first, second = align(a_map("a", "b"), log).reach
    assert (first.customers, first.share, first.median, first.n) == (3, 1.0, None, 0)
    assert second.share == pytest.approx(2 / 3)
    assert second.median is not None
    assert second.median / timedelta(days=2) == pytest.approx(1, rel=0.004)
    assert (second.customers, second.n) == (2, 2)


def test_a_late_visit_is_told_and_costs_nothing() -> None:
    log = log_of([[("a", 0), ("b", 3 * DAY)]])
    found = align(a_map("a", stage("b", within=timedelta(days=2))), log)
    assert found.exact == 1
    assert dropped(found) == {("late", "b", None, 1, 1)}
    assert found.deviations_at("b") == {"missing": 0, "unexpected": 0, "out_of_order": 0, "late": 1}


def test_conditions_on_properties_align_as_names_do() -> None:
    log = log_of([[("tap", 0), ("tap", 1)], [("tap", 0)]], columns={"page": [["a", "b"], ["b"]]})
    by_page = a_map(*(stage(page, match=event("tap") & (prop("page") == page)) for page in "ab"))
    found = align(by_page, log)
    assert (found.exact, found.cost) == (0.5, 1)


def test_an_alignment_is_a_table_of_stages() -> None:
    found = align(a_map("a", "b"), log_of([[("a", 0), ("b", 1)]]))
    assert found.to_arrow()["stage"].to_pylist() == ["a", "b"]
    assert found.reach.to_dict()["customers"] == [1, 1]
    assert found.deviations.to_arrow().num_rows == 0


def test_progress_runs_from_nothing_to_all() -> None:
    seen: list[float] = []
    log = log_of([[("a", 0)]] * 4, buckets=4)
    align(a_map("a"), log, progress=lambda step, done: seen.append(done))
    assert seen == [0.25, 0.5, 0.75, 1.0]


def test_a_map_of_too_many_stages_is_refused() -> None:
    with pytest.raises(BadParameter, match="64 stages; at most 63"):
        align(a_map(*(f"s{number}" for number in range(64))), log_of([[("s0", 0)]]))
