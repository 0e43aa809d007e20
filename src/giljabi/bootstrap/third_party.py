"""How much of what a map rests on was gathered by others."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from giljabi.model import JourneyMap
from giljabi.store import Log, StoredSource


class SourceShare(msgspec.Struct, frozen=True):
    """A source with data of third parties: its events on a map, and the share of them others gathered."""

    name: str
    events: int
    third_party: float


class ThirdPartyShare(msgspec.Struct, frozen=True):
    """The share 0..1 of a map's events that others gathered, and which sources brought those."""

    share: float
    events: int
    sources: tuple[SourceShare, ...] = ()


def third_party_share(journey_map: JourneyMap, log: Log, sources: Sequence[StoredSource]) -> ThirdPartyShare:
    """Say how much of what a map rests on was gathered by others.

    Each event counts with the share its source declares; those of sources that are not known, as of files
    that were imported, count as one's own.
    """
    from giljabi.mapping import events_by_source

    shares = {one.name: one.third_party for one in sources if one.third_party > 0}
    if not shares or "source" not in log.columns:
        return ThirdPartyShare(0.0, 0)
    counts = events_by_source(journey_map, log)
    events = sum(counts.values())
    told = [
        SourceShare(name, count, shares[name]) for name, count in counts.items() if name and name in shares
    ]
    foreign = sum(one.events * one.third_party for one in told)
    return ThirdPartyShare(
        foreign / events if events else 0.0, events, tuple(sorted(told, key=lambda one: -one.events))
    )
