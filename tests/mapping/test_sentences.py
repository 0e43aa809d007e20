"""Claims read as sentences in both languages."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.mapping.maps import a_map

from giljabi.mapping import sentence
from giljabi.model import AnyClaim, Follows, JourneyMap, Reach, Score, Share, Stage, Takes

MAP: JourneyMap = a_map(Stage("search", "검색"), Stage("cart"))


@pytest.mark.parametrize(
    ("claim", "korean", "english"),
    [
        (
            Reach(reach="cart", at_least=0.6, within=timedelta(days=1, hours=2)),
            "‘검색’ 고객의 60% 이상이 1일 2시간 안에 ‘cart’에 도달",
            "At least 60% of customers at 검색 go on to cart within 1d 2h",
        ),
        (
            Reach(reach="cart", at_most=0.075),
            "‘검색’ 고객의 7.5% 이하가 ‘cart’에 도달",
            "At most 7.5% of customers at 검색 go on to cart",
        ),
        (
            Takes(takes="cart", median_at_most=timedelta(minutes=5), p90_at_most=timedelta(hours=1)),
            "‘검색’에서 ‘cart’까지 걸리는 시간: 중앙값 5분 이하, 90백분위 1시간 이하",
            "From 검색 to cart, half of the customers take at most 5m and nine in ten take at most 1h",
        ),
        (
            Share(share="app", at_least=0.4, at_most=0.6),
            "‘검색’ 고객의 40% 이상 60% 이하가 app 채널로 유입",
            "At least 40% and at most 60% of customers come to 검색 by app",
        ),
        (
            Score(score="nps", at_least=30),
            "‘검색’의 순추천지수(NPS) 30 이상",
            "The net promoter score at 검색 is at least 30",
        ),
        (
            Follows(follows="cart", at_least=0.5),
            "‘검색’ 고객의 50% 이상이 ‘cart’에서 바로 이동",
            "At least 50% of customers come to 검색 directly from cart",
        ),
    ],
)
def test_a_claim_reads_naturally(claim: AnyClaim, korean: str, english: str) -> None:
    assert sentence(claim, MAP.stages[0], MAP, "ko") == korean
    assert sentence(claim, MAP.stages[0], MAP, "en") == english
