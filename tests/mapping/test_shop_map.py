"""The map template of the simulated shop fits the shop."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest
from msgspec import structs

from giljabi.mapping import template
from giljabi.model import Follows, JourneyMap, Reach, Score, Share, Takes
from giljabi.model.mapfile import parse_map, write_map
from giljabi.simulate import TROUBLES
from giljabi.simulate.shop import STAGE_OF_EVENT, STAGES
from giljabi.simulate.voices import PLACES

TEXT = files("giljabi").joinpath("mapping/templates/shop.journey.yaml").read_text("utf-8")
SHOP = parse_map(TEXT)
CLAIMS = [
    (stage.id, type(claim).__name__.lower(), getattr(claim, type(claim).__name__.lower()))
    for stage in SHOP.stages
    for claim in stage.claims
]


def test_the_template_stands_in_canonical_form() -> None:
    assert write_map(SHOP) == TEXT


def test_stages_are_those_of_the_shop() -> None:
    assert tuple(stage.id for stage in SHOP.stages) == STAGES
    assert [stage.title for stage in SHOP.stages][-1] == "고객센터"


@pytest.mark.parametrize("channel", ["web", "app", "kakao", "store", "call", "chat"])
def test_no_event_matches_two_stages_and_none_a_wrong_one(channel: str) -> None:
    for event, stage in STAGE_OF_EVENT.items():
        found = {
            one.id
            for one in SHOP.stages
            for touchpoint in one.touchpoints
            if touchpoint.match and touchpoint.match.accepts(event, {"channel": channel})
        }
        assert found <= ({stage} if stage else set())


def test_questions_name_places_of_the_map() -> None:
    ids = {stage.id for stage in SHOP.stages} | {one.id for stage in SHOP.stages for one in stage.touchpoints}
    assert set(PLACES) <= ids


def test_each_claim_that_a_trouble_makes_false_stands_once_on_the_map() -> None:
    for trouble in TROUBLES.values():
        for claim in trouble.contradicts:
            assert CLAIMS.count((claim.stage, claim.kind, claim.target)) == 1


def test_all_kinds_of_claims_are_shown_and_each_says_what_it_means() -> None:
    claims = [claim for stage in SHOP.stages for claim in stage.claims]
    assert {type(claim) for claim in claims} == {Reach, Takes, Share, Score, Follows}
    assert all(claim.says for claim in claims)


def test_every_stage_has_a_touchpoint_that_is_bound_to_events_and_cards_in_many_lanes() -> None:
    for stage in SHOP.stages:
        assert any(touchpoint.match for touchpoint in stage.touchpoints)
        assert len(stage.cards) >= 8


def test_the_english_map_says_the_same_as_the_korean_one() -> None:
    korean, english = (parse_map(template(name)) for name in ("shop", "shop-en"))

    def bare(journey_map: JourneyMap) -> list[object]:
        return [
            structs.replace(
                stage,
                title="",
                cards=(),
                touchpoints=tuple(structs.replace(one, title="", owner="") for one in stage.touchpoints),
                claims=tuple(structs.replace(one, says="") for one in stage.claims),
            )
            for stage in journey_map.stages
        ]

    assert bare(english) == bare(korean)
    assert not re.search("[가-힣]", template("shop-en"))
