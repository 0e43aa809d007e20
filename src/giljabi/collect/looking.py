"""A look at what a source brings: its columns, some rows, and which column seems to play which part."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
import pyarrow as pa

from giljabi.collect.guess import ColumnFacts, facts_of, guess_events, guess_feedback
from giljabi.collect.guess.words import squashed
from giljabi.collect.plugs import Sample
from giljabi.collect.preview import ColumnPreview, preview
from giljabi.collect.roles import FeedbackRoles, Roles
from giljabi.collect.rows import RowRoles

_KINDS = {
    "anonymous_id": ("anonymousid", "anonid", "visitorid", "cookieid", "방문자id", "익명id"),
    "email": ("email", "이메일", "mail", "emailaddress", "메일"),
    "phone": ("phone", "phonenumber", "tel", "mobile", "전화", "전화번호", "휴대폰", "휴대전화", "연락처"),
    "device": ("deviceid", "device", "기기id", "기기"),
}
_IDS = (
    "id",
    "eventid",
    "messageid",
    "uuid",
    "guid",
    "pk",
    "rowid",
    "seq",
    "번호",
    "일련번호",
    "orderid",
    "주문번호",
)


class Look(msgspec.Struct, frozen=True):
    """What a source seems to bring.

    ``roles`` are guessed and may be incomplete; ``missing`` names the needed ones that were not found.
    """

    columns: tuple[ColumnPreview, ...]
    rows: tuple[dict[str, str | None], ...]
    roles: RowRoles
    missing: tuple[str, ...]
    problems: tuple[str, ...]


def look(sample: Sample) -> Look:
    """Guess which column of a sample is what.

    Parameters
    ----------
    sample
        Some rows, as texts, or a file.

    Raises
    ------
    UnreadableFile
        If it is a file that cannot be read.
    """
    if sample.file is not None:
        sample = _of_file(sample)
    names = list(sample.columns)
    columns = [pa.array([row.get(name) for row in sample.rows], pa.string()) for name in names]
    facts = facts_of(pa.RecordBatch.from_arrays(columns, names=names), untyped=True) if names else {}
    roles, missing = _guess(facts)
    problems = list(sample.problems)
    if not sample.rows:
        problems.append("nothing is there yet, so no column could be looked at")
    time = facts.get(roles.time or "")
    if time is not None and time.naive and time.filled:
        problems.append(f"{time.name!r} names no time zone; it is read as UTC unless a zone is given")
    if time is not None and time.day_order in {"ambiguous", "mixed"}:
        problems.append(
            f"dates such as {time.examples[0]!r} in {time.name!r} could be day/month or month/day; say which"
        )
    return Look(
        columns=tuple(ColumnPreview(one.name, one.type, one.examples) for one in facts.values()),
        rows=tuple(dict(row) for row in sample.rows),
        roles=roles,
        missing=missing,
        problems=tuple(dict.fromkeys(problems)),
    )


def _of_file(sample: Sample) -> Sample:
    assert sample.file is not None
    try:
        seen = preview(sample.file)
    finally:
        if sample.done is not None:
            sample.done()
    return Sample([one.name for one in seen.columns], seen.sample, seen.problems)


def _guess(facts: Mapping[str, ColumnFacts]) -> tuple[RowRoles, tuple[str, ...]]:
    events, feedback = guess_events(facts), guess_feedback(facts)
    identifiers = _identifiers(facts, events.roles.customer or feedback.roles.customer)
    said = feedback.confidence.get("score", feedback.confidence.get("text", 0.0))
    if said > events.confidence.get("event", 0.0):
        return _found(facts, "feedback", identifiers, feedback.roles, ())
    if identifiers and "event" in events.missing and "time" in events.missing:
        return RowRoles(what="customers", identifiers=identifiers), ()
    return _found(facts, "events", identifiers, events.roles, events.missing)


def _found(
    facts: Mapping[str, ColumnFacts],
    what: Any,
    identifiers: dict[str, str],
    guessed: Roles | FeedbackRoles,
    missing: tuple[str, ...],
) -> tuple[RowRoles, tuple[str, ...]]:
    told = {name: one for name, one in msgspec.structs.asdict(guessed).items() if name in _PARTS and one}
    taken = {*identifiers.values(), *(one for one in told.values() if isinstance(one, str))}
    order = facts[told["time"]].day_order if "time" in told else "none"
    if order in {"day_first", "month_first"}:
        told["day_first"] = order == "day_first"
    needed = [] if identifiers else ["customer"]
    needed += [role for role in missing if role == "event"]
    return RowRoles(what=what, identifiers=identifiers, id=_id(facts, taken), **told), tuple(needed)


_PARTS = ("event", "time", "channel", "value", "kind", "score", "text", "touchpoint")


def _identifiers(facts: Mapping[str, ColumnFacts], customer: str | None) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, one in facts.items():
        flat = squashed(name)
        kind = next((kind for kind, words in _KINDS.items() if flat in words), None)
        if kind is not None and kind not in found and one.type not in {"time", "truth", "empty"}:
            found[kind] = name
    if customer is not None and customer not in found.values():
        found = {"user_id": customer, **found}
    return found


def _id(facts: Mapping[str, ColumnFacts], taken: set[str]) -> str | None:
    for name, one in facts.items():
        alone = one.distinct == one.rows and one.rows > 1 and one.filled == 1
        if alone and name not in taken and squashed(name) in _IDS:
            return name
    return None
