"""Probable matches as the pages show them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from giljabi.bootstrap import MatchedCustomer, Proposal, Proposals
from giljabi.resolve import person_of


class MatchSide(msgspec.Struct, frozen=True):
    """One of the two customers, with what was compared; ``others`` are the traits beside."""

    id: str
    name: str | None
    email: str | None
    phone: str | None
    address: str | None
    others: dict[str, str]


class MatchFieldView(msgspec.Struct, frozen=True):
    """What one comparison says: how near the values are, and the weight of that in bits."""

    field: str
    level: str
    weight: float


class MatchView(msgspec.Struct, frozen=True):
    """A proposal; the weights of the fields and ``prior`` add up to ``weight``."""

    left: MatchSide
    right: MatchSide
    weight: float
    probability: float
    prior: float
    fields: list[MatchFieldView]
    proposed_at: datetime


class MatchList(msgspec.Struct, frozen=True):
    """The surest open proposals, and how many there are in all."""

    matches: list[MatchView]
    total: int


def match_list(proposals: Proposals) -> MatchList:
    """Draw the open proposals."""
    return MatchList([_match(one) for one in proposals.proposals], proposals.total)


def _match(proposal: Proposal) -> MatchView:
    match = proposal.match
    return MatchView(
        _side(proposal.left),
        _side(proposal.right),
        match.weight,
        match.probability,
        match.details["prior"],
        [MatchFieldView(one["field"], one["level"], one["weight"]) for one in match.details["fields"]],
        match.proposed_at,
    )


def _side(customer: MatchedCustomer) -> MatchSide:
    person = person_of(customer.id, customer.traits, customer.reached_by)
    told = {person.name, person.email, person.phone, person.address}
    return MatchSide(
        person.id, person.name, person.email, person.phone, person.address, _others(customer.traits, told)
    )


def _others(traits: Mapping[str, Any], told: set[str | None]) -> dict[str, str]:
    """Give the plain traits that were not compared."""
    plain = {key: str(value) for key, value in traits.items() if isinstance(value, str | int | float)}
    return {key: value for key, value in plain.items() if value not in told and len(value) <= 200}
