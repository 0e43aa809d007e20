"""Consent, rules for fields and periods as the pages show them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from giljabi.bootstrap import CustomerConsent, PurposeState, Recorded, RetentionState, TriedRules, WouldGo
from giljabi.server.language import Language, translate
from giljabi.store import StoredConsent, StoredFieldRule

MOST_MISTAKES = 100
"""Rows of a file whose mistakes are told."""

MOST_WORDS = 500
"""Words of a customer's history that are shown."""


class PurposeView(msgspec.Struct, frozen=True):
    """A purpose, and for how many identifiers consent to it stands given and withdrawn."""

    id: str
    name: str
    collection: bool
    given: int
    withdrawn: int
    created_at: datetime


class PurposeList(msgspec.Struct, frozen=True):
    """All purposes, by name."""

    purposes: list[PurposeView]


class ConsentWordView(msgspec.Struct, frozen=True):
    """What was said once: by which identifier, when, how, and what proves it."""

    kind: str
    value: str
    purpose: str
    channel: str
    given: bool
    at: datetime
    recorded_by: str
    recorded_at: datetime | None
    way: str
    wording: str
    version: str
    proof: dict[str, Any]


class ConsentStateView(msgspec.Struct, frozen=True):
    """Where consent to a purpose stands, by a channel or (where it is empty) by every one, and since when."""

    purpose: str
    channel: str
    given: bool
    since: datetime


class IdentifierPair(msgspec.Struct, frozen=True):
    """Kind and value of an identifier."""

    kind: str
    value: str


class ConsentView(msgspec.Struct, frozen=True):
    """A customer's consent and its history, the newest first.

    ``customer`` is empty where nobody is known; ``names`` are those of the purposes, by id.
    """

    customer: str
    identifiers: list[IdentifierPair]
    states: list[ConsentStateView]
    history: list[ConsentWordView]
    names: dict[str, str]


class ConsentMistakeView(msgspec.Struct, frozen=True):
    """A row of a file that is no word of consent, and why."""

    row: int
    detail: str


class RecordedView(msgspec.Struct, frozen=True):
    """How many words were new and known; ``mistakes`` has the first of ``wrong`` rows."""

    new: int
    known: int
    wrong: int
    mistakes: list[ConsentMistakeView]


class FieldRuleView(msgspec.Struct, frozen=True):
    """A rule; an empty ``source`` is all."""

    id: str
    source: str
    field: str
    action: str
    created_at: datetime


class FieldRuleList(msgspec.Struct, frozen=True):
    """All rules, in the order in which they were made."""

    rules: list[FieldRuleView]


class TriedRulesView(msgspec.Struct, frozen=True):
    """A call, and what rules leave of it."""

    before: dict[str, Any]
    after: dict[str, Any]


class KeptForView(msgspec.Struct, frozen=True):
    """How long what a source brought is kept; ``days`` is null for good. Files have an empty ``source``."""

    source: str
    name: str
    days: int | None
    applied_at: datetime | None
    removed: int


class RetentionList(msgspec.Struct, frozen=True):
    """The periods of all sources, that of files last."""

    periods: list[KeptForView]


class WouldGoView(msgspec.Struct, frozen=True):
    """How much would go if a period held now."""

    events: int
    feedback: int


def purpose_view(state: PurposeState) -> PurposeView:
    """Draw a purpose."""
    one = state.purpose
    return PurposeView(one.id, one.name, one.collection, state.given, state.withdrawn, one.created_at)


def consent_view(found: CustomerConsent) -> ConsentView:
    """Draw a customer's consent."""
    return ConsentView(
        found.customer,
        [IdentifierPair(kind, value) for kind, value in found.identifiers],
        [ConsentStateView(one.purpose, one.channel, one.given, one.last.at) for one in found.states],
        [_word_view(one) for one in found.history[:MOST_WORDS]],
        dict(found.names),
    )


def _word_view(one: StoredConsent) -> ConsentWordView:
    return ConsentWordView(
        kind=one.kind,
        value=one.value,
        purpose=one.purpose,
        channel=one.channel,
        given=one.given,
        at=one.at,
        recorded_by=one.recorded_by,
        recorded_at=one.created_at,
        way=one.way,
        wording=one.wording,
        version=one.version,
        proof=one.proof,
    )


def recorded_view(done: Recorded, language: Language) -> RecordedView:
    """Draw what was recorded."""
    told = [
        ConsentMistakeView(one.row, translate(one.detail, language)) for one in done.mistakes[:MOST_MISTAKES]
    ]
    return RecordedView(done.new, done.known, len(done.mistakes), told)


def rule_view(one: StoredFieldRule) -> FieldRuleView:
    """Draw a rule."""
    return FieldRuleView(one.id, one.source, one.field, one.action, one.created_at)


def tried_view(tried: TriedRules) -> TriedRulesView:
    """Draw what rules leave of a call."""
    return TriedRulesView(tried.before, tried.after)


def retention_view(state: RetentionState) -> KeptForView:
    """Draw a period."""
    period = state.period
    if period is None:
        return KeptForView(state.source, state.name, None, None, 0)
    return KeptForView(state.source, state.name, period.days, period.applied_at, period.removed)


def would_go_view(would: WouldGo) -> WouldGoView:
    """Draw what would go."""
    return WouldGoView(would.events, would.feedback)
