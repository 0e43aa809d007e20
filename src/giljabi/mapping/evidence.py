"""What lies behind one claim's verdict: how customers are distributed, and who speaks against it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from giljabi.mapping import claims
from giljabi.mapping.distribution import Distribution, of_scores, of_times
from giljabi.mapping.feedback import Voices, link
from giljabi.mapping.lens import Lens
from giljabi.mapping.sentences import sentence
from giljabi.model import (
    AnyClaim,
    Evidence,
    Follows,
    JourneyMap,
    Reach,
    Score,
    Stage,
    Takes,
    milliseconds,
)
from giljabi.model.errors import NotFound
from giljabi.store import Array, Bucket, Log, ask

_JOURNEYS, _LOOKED_AT, _QUOTES = 8, 20_000, 8
_STEPS = 7
"""Names of a journey to show, at most."""


@dataclass(frozen=True)
class Journey:
    """A piece of a journey at the claim's stage, and how many customers have it.

    ``events`` are at most seven names in order, repeats in a row once: from the first event of the stage to
    the claim's other stage (else to the end), cut at its end; for `Follows` what came before, cut at its
    beginning.
    """

    events: tuple[str, ...]
    customers: int


@dataclass(frozen=True)
class Quote:
    """What a customer wrote at the stage."""

    text: str
    score: float | None
    kind: str
    time: datetime


@dataclass(frozen=True)
class Sources:
    """Where evidence comes from: event names, their first and last time, kinds of feedback."""

    events: tuple[str, ...]
    first: datetime | None
    last: datetime | None
    feedback_kinds: tuple[str, ...]


@dataclass(frozen=True)
class Detail:
    """All there is to show for one claim.

    ``customers`` came to the claim's stage and ``kept`` of them did as it says, on either side of the bound
    for claims on time (both None for scores). ``against`` are the commonest journeys of the others; where
    these are more than 20,000, an even sample is looked at and its counts are scaled up.
    """

    stage: str
    index: int
    claim: AnyClaim
    evidence: Evidence
    korean: str
    english: str
    distribution: Distribution | None
    customers: int | None
    kept: int | None
    against: tuple[Journey, ...]
    quotes: tuple[Quote, ...]
    sources: Sources


class _Seen(NamedTuple):
    observation: claims.Observation
    tally: Array
    first: int | None
    last: int | None


def claim_evidence(
    map: JourneyMap,  # noqa: A002 - the field's name
    log: Log,
    stage: str,
    index: int,
    feedback: pa.Table | None = None,
) -> Detail:
    """Give the evidence of one claim in detail.

    Parameters
    ----------
    map, log, feedback
        As for `giljabi.mapping.check`.
    stage, index
        The stage's id and the claim's place among its claims, from 0.

    Raises
    ------
    NotFound
        If the map has no such stage or claim.
    """
    lens = Lens(map, log)
    place, claim = _find(map, stage, index)
    voices = None if feedback is None or not len(feedback) else link(lens, feedback)
    seen = _look(lens, place, claim)
    evidence, values = _proof(lens, place, claim, voices, seen)
    at_stage = None if voices is None else voices.rows(lens.number(stage))
    against = [_speaks_against(claim, evidence, one.observation.values) for one in seen]
    behaviour = not isinstance(claim, Score)
    customers = sum(len(one.observation.rows) for one in seen)
    return Detail(
        stage=stage,
        index=index,
        claim=claim,
        evidence=evidence,
        korean=sentence(claim, place, map, "ko"),
        english=sentence(claim, place, map, "en"),
        distribution=_distribution(claim, evidence, values),
        customers=customers if behaviour else None,
        kept=_kept(claim, evidence, values) if behaviour else None,
        against=_journeys(
            lens, place, claim, [one.observation.rows[who] for one, who in zip(seen, against, strict=True)]
        ),
        quotes=_quotes(_heard(lens, place, claim, voices)),
        sources=_sources(lens, place, claim, seen, at_stage),
    )


def _find(map: JourneyMap, stage: str, index: int) -> tuple[Stage, AnyClaim]:  # noqa: A002
    found = next((one for one in map.stages if one.id == stage), None)
    if found is None:
        raise NotFound(f"the map {map.title!r} has no stage {stage!r}")
    if not 0 <= index < len(found.claims):
        raise NotFound(f"stage {stage!r} has {len(found.claims)} claims; there is none at place {index}")
    return found, found.claims[index]


def _look(lens: Lens, stage: Stage, claim: AnyClaim) -> list[_Seen]:
    number = lens.number(stage.id)

    def task(bucket: Bucket) -> _Seen:
        view = claims.View(lens, bucket)
        seen = claims.observe(claim, stage, view)
        times = bucket.time[view.stages == number]
        ends = (int(times.min()), int(times.max())) if len(times) else (None, None)
        return _Seen(seen, claims.tally(claim, seen), *ends)

    if isinstance(claim, Score) or claims.unbound(claim, stage, lens):
        return []
    return list(ask(lens.log, task))


def _proof(
    lens: Lens, stage: Stage, claim: AnyClaim, voices: Voices | None, seen: list[_Seen]
) -> tuple[Evidence, Array]:
    """Give the evidence and the values it rests on."""
    number = lens.number(stage.id)
    if isinstance(claim, Score):
        scores = np.empty(0) if voices is None else voices.scores(number, claim.score)
        return claims.prove_score(claim, number, voices), scores
    values = np.concatenate([np.empty(0, np.int64), *(one.observation.values for one in seen)])
    evidence = claims.unbound(claim, stage, lens) or claims.prove(
        claim, stage, len(values), [one.tally for one in seen]
    )
    return claims.mind_absent(evidence, claim, stage, lens), values


def _speaks_against(claim: AnyClaim, evidence: Evidence, values: Array) -> Array:
    """Say which customers do the opposite of the claim (bool)."""
    if isinstance(claim, Takes):
        wrong = values > evidence.bound if evidence.side == "at_most" else values < evidence.bound
        return (values >= 0) & wrong
    did = values >= 0 if isinstance(claim, Reach) else values == 1
    if evidence.side == "at_most":
        return did
    return ~did if isinstance(claim, Reach) else values == 0


def _kept(claim: AnyClaim, evidence: Evidence, values: Array) -> int:
    if isinstance(claim, Takes):
        return int(np.count_nonzero((values >= 0) & ~_speaks_against(claim, evidence, values)))
    return int(np.count_nonzero(values >= 0 if isinstance(claim, Reach) else values == 1))


def _distribution(claim: AnyClaim, evidence: Evidence, values: Array) -> Distribution | None:
    if isinstance(claim, Score):
        return of_scores(values, claim.score, evidence.bound, evidence.side) if len(values) else None
    if not isinstance(claim, Reach | Takes):
        return None
    times = values[values >= 0]
    if not len(times):
        return None
    if isinstance(claim, Takes):
        return of_times(times, evidence.bound, evidence.side)
    return of_times(times, None if claim.within is None else milliseconds(claim.within), "at_most")


def _journeys(lens: Lens, stage: Stage, claim: AnyClaim, rows: list[Array]) -> tuple[Journey, ...]:
    """Count the pieces of the journeys of these customers, as rows of each bucket."""
    total = sum(map(len, rows))
    step = max(1, -(-total // _LOOKED_AT))
    other = claims.target(claim)
    goal = None if other is None else lens.number(other)
    counts: Counter[tuple[int, ...]] = Counter()
    for bucket, members in zip(lens.log.buckets, rows, strict=False):
        if not len(members):
            continue
        stages = lens.stage_codes(bucket)
        for row in members[::step]:
            journey = slice(bucket.offsets[row], bucket.offsets[row + 1])
            codes, at = np.asarray(bucket.event[journey]), stages[journey]
            first = int(np.argmax(at == lens.number(stage.id)))
            if isinstance(claim, Follows):
                piece = _once(codes[: first + 1])[-_STEPS:]
            else:
                after = np.flatnonzero(at[first:] == goal)
                end = len(codes) if goal is None or not len(after) else first + int(after[0]) + 1
                piece = _once(codes[first:end])[:_STEPS]
            counts[tuple(piece.tolist())] += 1
    names = lens.log.names
    return tuple(
        Journey(tuple(names[code] for code in codes), min(total, count * step))
        for codes, count in counts.most_common(_JOURNEYS)
    )


def _once(codes: Array) -> Array:
    """Leave out what repeats the code before it."""
    once: Array = codes[np.append(True, codes[1:] != codes[:-1])]
    return once


def _heard(lens: Lens, stage: Stage, claim: AnyClaim, voices: Voices | None) -> pa.Table | None:
    """Give the feedback that speaks of a claim: on waiting, people speak where the wait ends."""
    if voices is None:
        return None
    return voices.rows(lens.number(claim.takes if isinstance(claim, Takes) else stage.id))


def _quotes(at_stage: pa.Table | None) -> tuple[Quote, ...]:
    """Give the texts of the lowest scores, those without a score last, the newest first among equals."""
    if at_stage is None:
        return ()
    said = [row for row in at_stage.to_pylist() if row["text"]]
    said.sort(key=lambda row: row["time"], reverse=True)
    said.sort(key=lambda row: (row["score"] is None, row["score"] or 0))
    return tuple(Quote(row["text"], row["score"], row["kind"], row["time"]) for row in said[:_QUOTES])


def _sources(
    lens: Lens, stage: Stage, claim: AnyClaim, seen: Iterable[_Seen], at_stage: pa.Table | None
) -> Sources:
    said: list[dict[str, Any]] = [] if at_stage is None else at_stage.to_pylist()
    kinds = tuple(sorted({row["kind"] for row in said}))
    if isinstance(claim, Score):
        times = [row["time"] for row in said]
        return Sources((), min(times, default=None), max(times, default=None), kinds)
    firsts = [one.first for one in seen if one.first is not None]
    lasts = [one.last for one in seen if one.last is not None]
    other = claims.target(claim)
    stages = {stage.id} if other is None else {stage.id, other}
    return Sources(
        tuple(lens.names_at(stages)),
        _moment(min(firsts, default=None)),
        _moment(max(lasts, default=None)),
        kinds,
    )


def _moment(time: int | None) -> datetime | None:
    return None if time is None else datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=time)
