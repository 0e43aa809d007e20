"""Journey maps as the pages draw them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Literal

import msgspec

from giljabi.bootstrap import ThirdPartyShare
from giljabi.mapping import sentence
from giljabi.model import AnyClaim, JourneyMap, Stage, Touchpoint, parse_map, write_matcher
from giljabi.store import StoredCheck as KeptCheck
from giljabi.store import StoredMap as KeptMap


class PersonaView(msgspec.Struct, frozen=True):
    """Whom the map is about."""

    id: str
    name: str
    about: str


class TouchpointView(msgspec.Struct, frozen=True):
    """A touchpoint; ``bound`` says whether events are matched to it, ``match_text`` how."""

    id: str
    title: str
    channel: str
    owner: str
    moment: Literal["stimulus", "zmot", "fmot", "smot"] | None
    micro_moment: Literal["know", "go", "do", "buy"] | None
    bound: bool
    match_text: str


class Sentence(msgspec.Struct, frozen=True):
    """A sentence in both languages of the app."""

    ko: str
    en: str


class ClaimView(msgspec.Struct, frozen=True):
    """A claim: its place on the stage, its kind, its sentence and its raw fields (durations in ms)."""

    index: int
    kind: Literal["reach", "takes", "share", "score", "follows"]
    says: str
    sentence: Sentence
    claim: dict[str, str | float | int]


class StageView(msgspec.Struct, frozen=True):
    """One stage with all that is noted on it."""

    id: str
    title: str
    phase: Literal["before", "on", "after"] | None
    required: bool
    repeats: bool
    returns_to: list[str]
    within: int | None
    believed: float | None
    touchpoints: list[TouchpointView]
    claims: list[ClaimView]
    cards: dict[str, list[str]]


class MapView(msgspec.Struct, frozen=True):
    """A journey map."""

    title: str
    persona: PersonaView | None
    perspective: Literal["inside-out", "outside-in"]
    about: str
    unmatched: Literal["ignore", "count"]
    ends: Literal["anywhere", "last"]
    stages: list[StageView]


class StoredMap(msgspec.Struct, frozen=True):
    """A map of the workspace in both forms: its canonical text and what it says."""

    id: str
    text: str
    map: MapView
    updated_at: datetime


class VerdictCounts(msgspec.Struct, frozen=True):
    """How many claims have which verdict."""

    supported: int = 0
    contradicted: int = 0
    undecided: int = 0
    unchecked: int = 0


class MapCard(msgspec.Struct, frozen=True):
    """A map in the list of maps."""

    id: str
    title: str
    persona: str
    perspective: Literal["inside-out", "outside-in"]
    stages: int
    claims: int
    verdicts: VerdictCounts
    coverage: float | None
    updated_at: datetime
    checked_at: datetime | None


class MapList(msgspec.Struct, frozen=True):
    """The workspace's maps."""

    maps: list[MapCard]


class ThirdPartySource(msgspec.Struct, frozen=True):
    """A source with data of third parties: its events on the map, and the share of them others gathered."""

    name: str
    events: int
    third_party: float


class ThirdPartyView(msgspec.Struct, frozen=True):
    """The share of a map's events that others gathered; above a half, ``mostly`` warns of it."""

    share: float
    mostly: bool
    events: int
    sources: list[ThirdPartySource]


def claim_kind(claim: AnyClaim) -> Literal["reach", "takes", "share", "score", "follows"]:
    """Name a claim's kind as its key in the map file."""
    kind: Any = type(claim).__name__.lower()
    return kind  # type: ignore[no-any-return]


def claim_fields(claim: AnyClaim) -> dict[str, str | float | int]:
    """Give what a claim says, absent fields left out, durations in milliseconds."""
    fields: dict[str, str | float | int] = {}
    for name in claim.__struct_fields__:
        value = getattr(claim, name)
        if name == "says" or value is None:
            continue
        fields[name] = _ms(value) if isinstance(value, timedelta) else value
    return fields


def map_view(journey_map: JourneyMap) -> MapView:
    """Draw a map."""
    persona = journey_map.persona
    return MapView(
        title=journey_map.title,
        persona=None if persona is None else PersonaView(persona.id, persona.name, persona.about),
        perspective=journey_map.perspective,
        about=journey_map.about,
        unmatched=journey_map.unmatched,
        ends=journey_map.ends,
        stages=[_stage(stage, journey_map) for stage in journey_map.stages],
    )


def _stage(stage: Stage, journey_map: JourneyMap) -> StageView:
    return StageView(
        id=stage.id,
        title=stage.title or stage.id,
        phase=stage.phase,
        required=stage.required,
        repeats=stage.repeats,
        returns_to=list(stage.returns_to),
        within=None if stage.within is None else _ms(stage.within),
        believed=stage.believed,
        touchpoints=[_touchpoint(one) for one in stage.touchpoints],
        claims=[
            ClaimView(
                index,
                claim_kind(claim),
                claim.says,
                Sentence(
                    sentence(claim, stage, journey_map, "ko"), sentence(claim, stage, journey_map, "en")
                ),
                claim_fields(claim),
            )
            for index, claim in enumerate(stage.claims)
        ],
        cards={lane: list(cards) for lane, cards in stage.cards},
    )


def _touchpoint(touchpoint: Touchpoint) -> TouchpointView:
    return TouchpointView(
        id=touchpoint.id,
        title=touchpoint.title or touchpoint.id,
        channel=touchpoint.channel,
        owner=touchpoint.owner,
        moment=touchpoint.moment,
        micro_moment=touchpoint.micro_moment,
        bound=touchpoint.match is not None,
        match_text="" if touchpoint.match is None else write_matcher(touchpoint.match),
    )


def _ms(value: timedelta) -> int:
    return round(value / timedelta(milliseconds=1))


def stored_map(stored: KeptMap) -> StoredMap:
    """Draw a map of the workspace."""
    return StoredMap(stored.id, stored.text, map_view(parse_map(stored.text)), stored.updated_at)


def map_card(stored: KeptMap, last: KeptCheck | None) -> MapCard:
    """Draw a map for the list, with the check that stands, if one does."""
    journey_map = parse_map(stored.text)
    claims = sum(len(stage.claims) for stage in journey_map.stages)
    counts = last.result["verdicts"] if last is not None else {"unchecked": claims}
    return MapCard(
        id=stored.id,
        title=journey_map.title,
        persona="" if journey_map.persona is None else journey_map.persona.name or journey_map.persona.id,
        perspective=journey_map.perspective,
        stages=len(journey_map.stages),
        claims=claims,
        verdicts=msgspec.convert(counts, VerdictCounts),
        coverage=last.result["coverage"] if last is not None else None,
        updated_at=stored.updated_at,
        checked_at=last.checked_at if last is not None else None,
    )


def third_party_view(share: ThirdPartyShare) -> ThirdPartyView:
    """Draw how much of a map was gathered by others."""
    sources = [ThirdPartySource(one.name, one.events, one.third_party) for one in share.sources]
    return ThirdPartyView(share.share, share.share > 0.5, share.events, sources)
