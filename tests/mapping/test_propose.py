"""A proposed map is honest: its order, rules and worth come from what customers did."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.logs import log_of
from tests.mapping.maps import DAY, HOUR
from tests.mapping.real_logs import ecom, xes

from giljabi.mapping import Proposal, align, check, propose_map
from giljabi.model.errors import BadParameter
from giljabi.store import Log


def journeys(*words: str) -> Log:
    """Make a log of words: each letter an event, an hour apart."""
    return log_of([[(letter, at * HOUR) for at, letter in enumerate(word)] for word in words])


def events(proposal: Proposal) -> list[set[str]]:
    return [{one.title for one in stage.touchpoints} for stage in proposal.map.stages]


def test_events_in_a_line_become_stages_in_that_line() -> None:
    found = propose_map(journeys(*["abcd"] * 40, *["abc"] * 5))
    assert events(found) == [{"a"}, {"b"}, {"c"}, {"d"}]
    assert [stage.required for stage in found.map.stages] == [True] * 4
    assert [stage.repeats for stage in found.map.stages] == [False] * 4
    assert found.precision > 0.9


def test_events_that_go_to_and_fro_become_one_stage_that_repeats() -> None:
    found = propose_map(journeys(*["axyxyxb", "ayxyxyb"] * 40), stages=3)
    assert events(found) == [{"a"}, {"x", "y"}, {"b"}]
    assert found.map.stages[1].repeats


def test_rare_events_are_left_out() -> None:
    found = propose_map(journeys(*["ab"] * 98, "aqb", "aqb"))
    assert events(found) == [{"a"}, {"b"}]
    assert found.alignment.coverage < 1


def test_what_many_skip_is_optional() -> None:
    found = propose_map(journeys(*["abc"] * 50, *["ac"] * 50))
    assert [stage.required for stage in found.map.stages] == [True, False, True]
    assert found.exact == 1


def test_frequent_steps_back_become_returns() -> None:
    found = propose_map(journeys(*["abcabcd"] * 50, *["abcd"] * 50))
    assert [stage.returns_to for stage in found.map.stages] == [(), (), ("a",), ()]


def test_the_map_ends_last_where_nearly_all_come_there() -> None:
    assert propose_map(journeys(*["abc"] * 95, *["ab"] * 5)).map.ends == "last"
    assert propose_map(journeys(*["abc"] * 50, *["ab"] * 50)).map.ends == "anywhere"


def test_a_map_that_allows_everything_fits_but_is_not_precise() -> None:
    log = journeys(*["abcdefgh"] * 40)
    anything = propose_map(log, stages=1)
    assert anything.fitness == 1
    assert anything.precision < 0.2
    assert propose_map(log).precision > 0.9


def test_its_worth_is_what_an_alignment_measures() -> None:
    log = journeys(*["abcd"] * 40, *["acbd"] * 5, *["abd"] * 5)
    found = propose_map(log)
    assert (found.fitness, found.exact) == (align(found.map, log).fitness, align(found.map, log).exact)


def test_its_claims_state_what_the_log_shows() -> None:
    log = log_of([[("a", 0), ("b", DAY)] if i % 4 else [("a", 0)] for i in range(200)])
    found = propose_map(log)
    assert len(found.map.stages[0].claims) == 2
    assert check(found.map, log).verdicts == {"supported": 2, "contradicted": 0, "undecided": 0}


def test_no_more_stages_are_proposed_than_asked_for() -> None:
    log = journeys(*["abcdefgh"] * 40)
    assert len(propose_map(log, stages=3).map.stages) <= 3
    assert len(propose_map(log, stages=1).map.stages) == 1


def test_ids_are_unique_and_free_of_what_addresses_forbid() -> None:
    log = log_of([[("Add to cart", 0), ("add/to cart?", 1), ("구매", 2)]] * 30)
    found = propose_map(log, title="장보기")
    assert [stage.id for stage in found.map.stages] == ["add-to-cart", "add-to-cart-2", "구매"]
    assert found.map.title == "장보기"


def test_progress_ends_with_all_done() -> None:
    seen: list[float] = []
    propose_map(journeys(*["abc"] * 40), progress=lambda step, done: seen.append(done))
    assert seen == sorted(seen)
    assert seen[-1] == 1


@pytest.mark.parametrize("stages", [0, 41])
def test_a_number_of_stages_out_of_range_is_refused(stages: int) -> None:
    with pytest.raises(BadParameter, match="1 to 40"):
        propose_map(journeys("ab"), stages=stages)


def test_an_empty_log_is_refused() -> None:
    with pytest.raises(BadParameter, match="no event"):
        propose_map(log_of([]))


@pytest.mark.parametrize(
    ("name", "fitness", "precision"),
    [
        ("helpdesk.xes.gz", 0.95, 0.9),
        ("teleclaims.xes.gz", 0.95, 0.7),
        ("bpic2013_incidents.xes.gz", 0.95, 0.75),
        ("ecom.csv.gz", 0.9, 0.6),
    ],
)
def test_real_logs_are_explained_without_allowing_everything(
    shared_data: Path, name: str, fitness: float, precision: float
) -> None:
    log = ecom(shared_data / name) if name.endswith("csv.gz") else xes(shared_data / name)
    found = propose_map(log)
    assert found.fitness >= fitness
    assert found.precision >= precision


def test_the_help_desk_gives_its_four_steps_with_waiting_between(shared_data: Path) -> None:
    found = propose_map(xes(shared_data / "helpdesk.xes.gz"))
    assert [(stage.title, stage.required) for stage in found.map.stages] == [
        ("Assign seriousness", True),
        ("Take in charge ticket", True),
        ("Wait", False),
        ("Resolve ticket", True),
        ("Closed", True),
    ]
