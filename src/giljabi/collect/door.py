"""The door of calls: what every call must be, whatever way it came; else it is refused for one reason.

The reasons are a closed set. A call is judged by them in the order in which they are listed.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal, TypeAlias, get_args

import msgspec

from giljabi.collect.accept import EARLIEST, LONGEST_NAME
from giljabi.collect.calls import Call
from giljabi.model import FEEDBACK_KINDS, SCORE_RANGE

CallReason: TypeAlias = Literal[
    "bad_json",
    "too_large",
    "bad_call",
    "no_customer",
    "no_event",
    "no_time",
    "bad_time",
    "time_out_of_range",
    "name_too_long",
    "null_character",
    "bad_kind",
    "bad_score",
    "no_content",
]
CALL_REASONS: tuple[CallReason, ...] = get_args(CallReason)
"""Why a call is refused; the last three concern feedback only."""

LARGEST_CALL = 32 * 1024
"""Bytes of JSON a call may have."""

_EARLIEST = int(EARLIEST.timestamp() * 1000)
_DAY = 86_400_000


class Refused(msgspec.Struct, frozen=True):
    """A call that is refused: why, what would be right, its event's name if it has one, and its bytes."""

    reason: CallReason
    detail: str
    event: str | None
    body: bytes


def judge(call: Call, now: int) -> tuple[CallReason, str] | None:
    """Say why a call is refused and what would be right; None where it is welcome.

    Parameters
    ----------
    call
        The call.
    now
        The time of arrival, milliseconds since 1970 UTC; calls may lie a day after it.
    """
    if not call.identifiers and call.type != "group":
        return "no_customer", "nothing says whose call this is; give userId or anonymousId"
    if call.event is None and call.type in {"track", "page", "screen"}:
        return "no_event", "the event has no name; give one"
    if not _EARLIEST <= call.time <= now + _DAY:
        shown = datetime.fromtimestamp(call.time / 1000, UTC).isoformat() if -6e13 < call.time < 2e14 else "?"
        return "time_out_of_range", f"{shown} lies before 1990 or more than a day in the future"
    names = [*call.identifiers.values(), call.event or "", call.group_id or "", call.previous_id or ""]
    longest = max(names, key=len)
    if len(longest) > LONGEST_NAME:
        return "name_too_long", f"{longest[:40]!r}… has {len(longest)} characters; {LONGEST_NAME} are allowed"
    if any("\0" in name for name in names):
        return "null_character", "an identifier or name holds a null character; remove it"
    return _feedback(call) if call.type == "feedback" else None


def _feedback(call: Call) -> tuple[CallReason, str] | None:
    kind, score, text = (call.properties.get(name) for name in ("kind", "score", "text"))
    if kind not in FEEDBACK_KINDS:
        return "bad_kind", f"{kind!r} is no kind of feedback; use {', '.join(FEEDBACK_KINDS)}"
    low, high = SCORE_RANGE.get(str(kind), (float("-inf"), float("inf")))
    if score is not None and (isinstance(score, str | bool) or not low <= score <= high):
        return "bad_score", f"{score!r} is no score of {kind}; it lies in {low:g}..{high:g}"
    if score is None and not text:
        return "no_content", "neither score nor text; give at least one"
    return None
