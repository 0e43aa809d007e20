"""Opening a source, settling its roles, and reading it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from giljabi.collect.accept import EARLIEST, Span
from giljabi.collect.events import Reading
from giljabi.collect.feedback import FeedbackReading
from giljabi.collect.guess import ColumnFacts, facts_of, guess_events, guess_feedback
from giljabi.collect.raw import Alter, RawBatch, RawSource
from giljabi.collect.reading import Progress, column_of
from giljabi.collect.roles import FeedbackRoles, Roles
from giljabi.collect.sources.files import UnpackLimit, open_source
from giljabi.collect.times import Clock, day_order
from giljabi.model import FEEDBACK_KINDS
from giljabi.model.errors import NoUsableRow, RolesUnclear

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = 86_400_000


def read_events(
    source: Any,
    roles: Roles | None = None,
    *,
    name: str | None = None,
    now: datetime | None = None,
    earliest: datetime | None = None,
    rejects_to: str | os.PathLike[str] | None = None,
    unpack_limit: UnpackLimit | None = None,
    progress: Progress | None = None,
    alter: Alter | None = None,
) -> Reading:
    """Read events from a file or an Arrow object.

    Parameters
    ----------
    source
        A path to CSV or TSV (any delimiter and encoding), JSON Lines, Parquet, Arrow, XES or OCEL 2.0 JSON,
        the texts also packed with gzip; or an object with ``__arrow_c_stream__``.
    roles
        Which column is what. What it leaves out is guessed. For XES the customer is the trace, for OCEL the
        type of object that looks most like one, unless ``roles.customer`` says otherwise.
    name
        What the source is called in messages.
    now
        The present; times later than a day after it are refused.
    earliest
        The first time that is believed, 1990-01-01 if left out. An XES or OCEL log whose clock starts with
        the year 1970, as simulators write it, is read from there, and `Reading.notes` says so.
    rejects_to
        Where to write the refused rows as CSV: line, reason, detail, raw.
    unpack_limit
        How much a packed file may unpack to.
    progress
        Called with the step and the share of it that is done, 0..1.
    alter
        What is done with rows before they are looked at.

    Returns
    -------
    Reading
        Take the rows from its ``batches()``; then it has the counts.

    Raises
    ------
    UnreadableFile
        If the source is missing, broken, or of no known format.
    RolesUnclear
        If customer, event or time is not given and cannot be guessed, or a named column is not there.
    NoUsableRow
        If there are no rows.
    """
    rows = open_source(source, name, unpack_limit)
    sample = rows.sample()
    roles = settle_events(rows, sample, roles, now)
    notes = rows.about.problems
    day_first = roles.day_first
    if day_first is None:
        day_first = _day_first(rows, roles.time, roles.customer, notes)
    if earliest is None and runs_from_1970(rows, sample, roles):
        earliest = EPOCH
        notes.append(
            "the clock of this log starts with 1970-01-01, so it was simulated; its times are taken as they "
            "are"
        )
    span = Span.until(now, earliest or EARLIEST)
    return Reading(
        rows, roles, span, day_first=day_first, rejects_to=rejects_to, progress=progress, alter=alter
    )


def read_feedback(
    source: Any,
    roles: FeedbackRoles | None = None,
    *,
    name: str | None = None,
    now: datetime | None = None,
    earliest: datetime | None = None,
    rejects_to: str | os.PathLike[str] | None = None,
    unpack_limit: UnpackLimit | None = None,
    progress: Progress | None = None,
    alter: Alter | None = None,
) -> FeedbackReading:
    """Read feedback from a file or an Arrow object.

    Parameters, returns and errors are those of `read_events`, but for the roles; a score has to lie in the
    range of its kind, and a row has to have a score or a text.
    """
    rows = open_source(source, name, unpack_limit)
    sample = rows.sample()
    roles = settle_feedback(rows, sample, roles, now)
    day_first = roles.day_first
    if day_first is None:
        day_first = _day_first(rows, roles.time, roles.customer, rows.about.problems)
    span = Span.until(now, earliest or EARLIEST)
    return FeedbackReading(
        rows, roles, span, day_first=day_first, rejects_to=rejects_to, progress=progress, alter=alter
    )


def settle_events(source: RawSource, sample: RawBatch, given: Roles | None, now: datetime | None) -> Roles:
    """Complete the roles of events, or say why it cannot be done."""
    given = with_format_roles(source, given)
    facts = _facts(source, sample, now)
    named = [given.customer, given.event, given.time, given.channel, given.value, *given.drop]
    _check_named(source, (name for name in named if name is not None))
    guess = guess_events(facts, given)
    if guess.missing:
        raise _unclear(source, sample, guess.missing, "customer, event and time")
    return guess.roles


def settle_feedback(
    source: RawSource, sample: RawBatch, given: FeedbackRoles | None, now: datetime | None
) -> FeedbackRoles:
    """Complete the roles of feedback, or say why it cannot be done."""
    facts = _facts(source, sample, now)
    given = given or FeedbackRoles()
    named = [given.customer, given.time, given.score, given.text, given.touchpoint]
    if given.kind not in FEEDBACK_KINDS:
        named.append(given.kind)
    _check_named(source, (name for name in named if name is not None))
    guess = guess_feedback(facts, given)
    if guess.missing:
        raise _unclear(source, sample, guess.missing, "customer, time, kind, and score or text")
    return guess.roles


def with_format_roles(source: RawSource, given: Roles | None) -> Roles:
    """Fill in the roles that the format itself defines."""
    own, given = source.about.roles, given or Roles()
    if own is None:
        return given
    return Roles(
        customer=given.customer or own.customer,
        event=given.event or own.event,
        time=given.time or own.time,
        channel=given.channel,
        value=given.value,
        drop=given.drop,
        time_zone=given.time_zone,
        day_first=given.day_first,
    )


def runs_from_1970(source: RawSource, sample: RawBatch, roles: Roles) -> bool:
    """Say whether a log of a process-mining format has a simulated clock, which starts at its zero."""
    if source.about.roles is None or not sample.rows.num_rows:
        return False
    times = Clock(roles.time_zone).read(column_of(sample.rows, roles.time))
    read = times.ms[~times.absent & ~times.unreadable]
    early = EARLIEST.timestamp() * 1000
    return bool(len(read)) and bool(abs(read.min()) <= _DAY) and bool(read.max() < early)


def _facts(source: RawSource, sample: RawBatch, now: datetime | None) -> dict[str, ColumnFacts]:
    if not sample.rows.num_rows and not sample.broken:
        raise NoUsableRow(f"{source.about.name} has column names but no rows", {})
    return facts_of(sample.rows, untyped=source.about.untyped, now=now)


def _check_named(source: RawSource, names: Iterable[str]) -> None:
    columns = source.about.columns
    for name in names:
        if name not in columns:
            raise RolesUnclear(f"{source.about.name} has no column {name!r}; it has {_listed(columns)}")


def _unclear(source: RawSource, sample: RawBatch, missing: tuple[str, ...], wanted: str) -> RolesUnclear:
    columns = sample.rows.schema.names
    if len(columns) == 1:
        have = f"it has only one column, {columns[0]!r}"
    else:
        have = f"its columns are {_listed(columns)}"
    example = ", ".join(f'{role.split()[0]}="…"' for role in missing)
    told = "".join(f"; {problem}" for problem in source.about.problems)
    return RolesUnclear(
        f"{source.about.name}: no column could be taken as {', '.join(missing)} ({wanted} are needed); "
        f"{have}; name the column: {example}{told}"
    )


def _listed(names: Iterable[str]) -> str:
    some = [repr(name if len(name) <= 60 else name[:57] + "…") for name in names]
    return ", ".join(some[:30]) + (f" and {len(some) - 30} more" if len(some) > 30 else "")


def _day_first(source: RawSource, time: str | None, customer: str | None, notes: list[str]) -> bool:
    """Find out how 04/05/2026 is to be read; where the first rows do not tell, all are looked at."""
    order = day_order(column_of(source.sample().rows, time))
    if order == "ambiguous" and source.about.format != "table":
        for batch in source.batches(customer):
            order = day_order(column_of(batch.rows, time))
            if order not in {"ambiguous", "none"}:
                break
        else:
            order = "ambiguous"
    if order == "ambiguous":
        notes.append(
            f"dates such as 04/05/2026 in {time!r} could be day/month or month/day, and no row tells which; "
            "they are read as day/month/year (say day_first=False for the other)"
        )
    if order == "mixed":
        notes.append(f"{time!r} writes day/month and month/day; the first of each is read as the day")
    return order != "month_first"
