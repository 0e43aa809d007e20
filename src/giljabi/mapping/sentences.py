"""Claims as sentences, in Korean and English, for those who did not write the map's YAML."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal, TypeAlias

from giljabi.model import (
    AnyClaim,
    Follows,
    JourneyMap,
    Reach,
    Score,
    Share,
    Stage,
    Takes,
    format_duration,
)

Language: TypeAlias = Literal["ko", "en"]

_SCORES = {
    "nps": {"ko": "순추천지수(NPS)", "en": "net promoter score"},
    "csat": {"ko": "만족도(CSAT)", "en": "satisfaction (CSAT)"},
    "ces": {"ko": "수월함 점수(CES)", "en": "effort score (CES)"},
    "rating": {"ko": "평점", "en": "rating"},
}
_UNITS = {"d": "일", "h": "시간", "m": "분", "s": "초", "ms": "밀리초"}


def sentence(claim: AnyClaim, stage: Stage, map: JourneyMap, language: Language) -> str:  # noqa: A002
    """Say what a claim claims, in one sentence without its verdict."""
    here = stage.title or stage.id
    return _korean(claim, here, map) if language == "ko" else _english(claim, here, map)


def _english(claim: AnyClaim, here: str, map: JourneyMap) -> str:  # noqa: A002
    match claim:
        case Reach():
            within = f" within {format_duration(claim.within)}" if claim.within else ""
            bound = _between(claim.at_least, claim.at_most, percent=True)
            return f"{bound} of customers at {here} go on to {_title(map, claim.reach)}{within}"
        case Takes():
            parts = [
                f"{name} {format_duration(bound)}"
                for name, bound in (
                    ("at least", claim.median_at_least),
                    ("at most", claim.median_at_most),
                )
                if bound is not None
            ]
            times = [f"half of the customers take {' and '.join(parts)}"] if parts else []
            if claim.p90_at_most is not None:
                times.append(f"nine in ten take at most {format_duration(claim.p90_at_most)}")
            return f"From {here} to {_title(map, claim.takes)}, {' and '.join(times)}"
        case Share():
            bound = _between(claim.at_least, claim.at_most, percent=True)
            return f"{bound} of customers come to {here} by {claim.share}"
        case Score():
            bound = _between(claim.at_least, claim.at_most, percent=False).lower()
            return f"The {_SCORES[claim.score]['en']} at {here} is {bound}"
        case Follows():
            bound = _between(claim.at_least, claim.at_most, percent=True)
            return f"{bound} of customers come to {here} directly from {_title(map, claim.follows)}"


def _korean(claim: AnyClaim, here: str, map: JourneyMap) -> str:  # noqa: A002
    match claim:
        case Reach():
            within = f"{_spoken(claim.within)} 안에 " if claim.within else ""
            bound = _subject(claim.at_least, claim.at_most)
            return f"‘{here}’ 고객의 {bound} {within}‘{_title(map, claim.reach)}’에 도달"
        case Takes():
            times = [
                f"{name} {_spoken(bound)} {limit}"
                for name, bound, limit in (
                    ("중앙값", claim.median_at_least, "이상"),
                    ("중앙값", claim.median_at_most, "이하"),
                    ("90백분위", claim.p90_at_most, "이하"),
                )
                if bound is not None
            ]
            return f"‘{here}’에서 ‘{_title(map, claim.takes)}’까지 걸리는 시간: {', '.join(times)}"
        case Share():
            return f"‘{here}’ 고객의 {_subject(claim.at_least, claim.at_most)} {claim.share} 채널로 유입"
        case Score():
            bound = _range(claim.at_least, claim.at_most, percent=False)
            return f"‘{here}’의 {_SCORES[claim.score]['ko']} {bound}"
        case Follows():
            bound = _subject(claim.at_least, claim.at_most)
            return f"‘{here}’ 고객의 {bound} ‘{_title(map, claim.follows)}’에서 바로 이동"


def _title(map: JourneyMap, id: str) -> str:  # noqa: A002
    return map.stage(id).title or id


def _number(value: float, *, percent: bool) -> str:
    return f"{value * 100:.10g}%" if percent else f"{value:.10g}"


def _between(at_least: float | None, at_most: float | None, *, percent: bool) -> str:
    parts = [
        f"{name} {_number(bound, percent=percent)}"
        for name, bound in (("at least", at_least), ("at most", at_most))
        if bound is not None
    ]
    return " and ".join(parts).capitalize()


def _range(at_least: float | None, at_most: float | None, *, percent: bool) -> str:
    parts = [
        f"{_number(bound, percent=percent)} {name}"
        for bound, name in ((at_least, "이상"), (at_most, "이하"))
        if bound is not None
    ]
    return " ".join(parts)


def _subject(at_least: float | None, at_most: float | None) -> str:
    """Give a range of shares with the subject particle its last word asks for."""
    return _range(at_least, at_most, percent=True) + ("이" if at_most is None else "가")


def _spoken(value: timedelta) -> str:
    parts = []
    for part in format_duration(value).split():
        digits = part.rstrip("dhms")
        parts.append(digits + _UNITS[part[len(digits) :]])
    return " ".join(parts)
