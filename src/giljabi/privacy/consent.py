"""Consent: what was said about it, checked; and where it stands by all that was said."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from giljabi.model.errors import BadParameter
from giljabi.store import StoredConsent

LONGEST_IDENTIFIER = 200
LONGEST_WORDING = 10_000
LONGEST_TEXT = 200
LARGEST_PROOF = 10_000
"""Bytes of JSON a proof may have."""


class ConsentWord(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Consent as it is given or withdrawn once.

    Attributes
    ----------
    kind, value
        The identifier it is said for.
    purpose, channel
        For what, and by which channel; an empty channel is every one.
    given
        Whether it is given, or withdrawn.
    at
        When it was said; now where nothing stands there.
    way
        How: a form, a call, a letter.
    wording, version
        What was agreed to, and which version of it.
    proof
        Whatever else proves it: a form's id, a recording.
    """

    kind: str
    value: str
    purpose: str
    given: bool
    channel: str = ""
    at: datetime | None = None
    way: str = ""
    wording: str = ""
    version: str = ""
    proof: dict[str, Any] = {}


class ConsentState(msgspec.Struct, frozen=True):
    """Where consent to a purpose stands, by a channel or (where it is empty) by every one: the last word."""

    purpose: str
    channel: str
    given: bool
    last: StoredConsent


def check_word(word: ConsentWord, purposes: Collection[str], now: datetime) -> ConsentWord:
    """Give a word as it is kept.

    Parameters
    ----------
    word
        What was said.
    purposes
        The purposes there are.
    now
        The present: nobody has said anything later than that.

    Raises
    ------
    BadParameter
        If it says nothing about anybody, or is longer than it may be.
    """
    kind, value = word.kind.strip(), word.value.strip()
    if not kind or not value:
        raise BadParameter("nothing says whose consent it is; give the kind and value of an identifier")
    if max(len(kind), len(value)) > LONGEST_IDENTIFIER or "\0" in kind + value:
        raise BadParameter(f"an identifier has at most {LONGEST_IDENTIFIER} characters")
    if word.purpose not in purposes:
        known = ", ".join(sorted(purposes)) or "none yet"
        raise BadParameter(f"there is no purpose {word.purpose[:60]!r}; there are: {known}")
    for name in ("channel", "way", "version"):
        if len(getattr(word, name)) > LONGEST_TEXT:
            raise BadParameter(f"{name} has more than {LONGEST_TEXT} characters")
    if len(word.wording) > LONGEST_WORDING:
        raise BadParameter(f"the wording has more than {LONGEST_WORDING:,} characters")
    if len(msgspec.json.encode(word.proof)) > LARGEST_PROOF:
        raise BadParameter(f"the proof has more than {LARGEST_PROOF:,} bytes of JSON")
    at = now if word.at is None else word.at
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at
    if not datetime(1990, 1, 1, tzinfo=UTC) <= at <= now + timedelta(days=1):
        raise BadParameter(f"{at.isoformat()} lies before 1990 or in the future; when was it said?")
    texts = {name: getattr(word, name).strip() for name in ("channel", "way", "version")}
    return msgspec.structs.replace(word, kind=kind, value=value, at=at, **texts)


def present(history: Iterable[StoredConsent]) -> list[ConsentState]:
    """Give where consent stands by all that was said, over all identifiers of a customer.

    The last word counts. Of two of the same moment the withdrawal does. By a channel of its own the last word
    about it or about every channel does.
    """
    said = sorted(history, key=lambda one: (one.at, not one.given, one.id))
    channels: dict[str, set[str]] = {}
    for one in said:
        channels.setdefault(one.purpose, set()).add(one.channel)
    states = []
    for purpose in sorted(channels):
        for channel in sorted(channels[purpose]):
            words = [one for one in said if one.purpose == purpose and one.channel in {"", channel}]
            states.append(ConsentState(purpose, channel, words[-1].given, words[-1]))
    return states


def stands(states: Sequence[ConsentState], purpose: str, channel: str = "") -> bool | None:
    """Say whether consent stands given for a purpose by a channel; None where nothing was ever said."""
    for wanted in (channel, ""):
        for state in states:
            if (state.purpose, state.channel) == (purpose, wanted):
                return state.given
    return None
