"""What lies behind one verdict, as the map page's panel shows it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from giljabi.mapping import Detail, Distribution, Proven
from giljabi.server.language import Language
from giljabi.server.views.check import ClaimCheck, claim_check, in_language
from giljabi.server.views.maps import Sentence, claim_kind


class BinView(msgspec.Struct, frozen=True, rename={"start": "from", "end": "to"}):
    """Values from ``from``, included, to ``to``, not included."""

    start: float
    end: float
    count: int


class Quantiles(msgspec.Struct, frozen=True):
    """Deciles of the values."""

    p10: float
    p50: float
    p90: float


class DistributionView(msgspec.Struct, frozen=True):
    """How the values lie; ``tail_share`` is the share on the wrong side of ``bound``.

    ``over`` counts the values from the last bin's end on.
    """

    unit: Literal["share", "ms", "score"]
    bins: list[BinView]
    over: int
    bound: float | None
    tail_share: float | None
    quantiles: Quantiles


class Reached(msgspec.Struct, frozen=True):
    """How many came to the stage, and how many of them did as the claim says."""

    customers: int
    reached: int


class JourneyView(msgspec.Struct, frozen=True):
    """A journey that speaks against the claim, and of how many customers."""

    events: list[str]
    customers: int


class QuoteView(msgspec.Struct, frozen=True):
    """What a customer wrote at the stage."""

    text: str
    score: float | None
    kind: str
    time: datetime


class SourcesView(msgspec.Struct, frozen=True):
    """Where the evidence comes from."""

    events: list[str]
    first: datetime | None
    last: datetime | None
    feedback_kinds: list[str]


class EvidenceView(msgspec.Struct, frozen=True):
    """All there is to show for one claim."""

    claim: ClaimCheck
    sentence: Sentence
    distribution: DistributionView | None
    funnel: Reached | None
    against: list[JourneyView]
    quotes: list[QuoteView]
    sources: SourcesView


def evidence_view(detail: Detail, language: Language) -> EvidenceView:
    """Draw the evidence of a claim."""
    claim = detail.claim
    proven = Proven(detail.stage, detail.index, claim_kind(claim), claim.says, claim, detail.evidence)
    known = detail.customers is not None and detail.kept is not None
    return EvidenceView(
        claim=in_language(claim_check(proven), language),
        sentence=Sentence(detail.korean, detail.english),
        distribution=None if detail.distribution is None else _distribution(detail.distribution),
        funnel=Reached(detail.customers or 0, detail.kept or 0) if known else None,
        against=[JourneyView(list(one.events), one.customers) for one in detail.against],
        quotes=[QuoteView(one.text, one.score, one.kind, one.time) for one in detail.quotes],
        sources=SourcesView(
            list(detail.sources.events),
            detail.sources.first,
            detail.sources.last,
            list(detail.sources.feedback_kinds),
        ),
    )


def _distribution(found: Distribution) -> DistributionView:
    return DistributionView(
        unit=found.unit,
        bins=[BinView(one.start, one.end, one.count) for one in found.bins],
        over=found.over,
        bound=found.bound,
        tail_share=found.tail_share,
        quantiles=Quantiles(found.p10, found.p50, found.p90),
    )
