"""A first look at a source: what it is, what its columns could mean, and what one should mind."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

import msgspec
import pyarrow as pa

from giljabi.collect.columns import as_text
from giljabi.collect.guess import ColumnFacts, Guess, facts_of, guess_events, guess_feedback
from giljabi.collect.raw import Alter, RawBatch, RawSource
from giljabi.collect.read import runs_from_1970, with_format_roles
from giljabi.collect.roles import FeedbackRoles, Roles
from giljabi.collect.sources.files import UnpackLimit, open_source
from giljabi.collect.times import Clock
from giljabi.model import SCORE_RANGE

_SHOWN_ROWS = 20
_SHOWN_CHARACTERS = 200


class ColumnPreview(msgspec.Struct, frozen=True):
    """A column: its name, what it holds (text, number, time, truth, empty), and some of its values."""

    name: str
    type: str
    examples: tuple[str, ...]


class Preview(msgspec.Struct, frozen=True):
    """What was seen of a source.

    ``kind`` is the likelier of events and feedback. ``roles`` are the guessed ones of that kind, complete or
    not; ``confidence`` says how sure each is, 0..1; ``missing`` names the needed ones that were not found.
    ``size`` is in bytes. ``sample`` are the first rows as text, ``problems`` what to mind, in words.
    """

    kind: Literal["events", "feedback"]
    name: str
    format: str
    encoding: str | None
    delimiter: str | None
    size: int | None
    columns: tuple[ColumnPreview, ...]
    roles: Roles | FeedbackRoles
    confidence: dict[str, float]
    missing: tuple[str, ...]
    problems: tuple[str, ...]
    sample: tuple[dict[str, str | None], ...]


def preview(
    source: Any,
    name: str | None = None,
    *,
    now: datetime | None = None,
    unpack_limit: UnpackLimit | None = None,
    alter: Alter | None = None,
) -> Preview:
    """Look at the first rows of a file or an Arrow object.

    Parameters
    ----------
    source
        As for `read_events`. A reader that can be read only once loses the rows looked at.
    name
        What the source is called.
    now
        The present, for judging times.
    unpack_limit
        How much a packed file may unpack to.
    alter
        What is done with rows before they are shown.

    Raises
    ------
    UnreadableFile
        If the source is missing, broken at its beginning, or of no known format.
    """
    rows = open_source(source, name, unpack_limit)
    sample = rows.sample()
    facts = facts_of(sample.rows, untyped=rows.about.untyped, now=now)
    events = guess_events(facts, with_format_roles(rows, None))
    feedback = guess_feedback(facts)
    guess: Guess[Roles] | Guess[FeedbackRoles] = events
    if rows.about.roles is None and _is_feedback(events, feedback):
        guess = feedback
    about = rows.about
    if alter is not None:
        # What stands in each column was told by the rows as they are; what is shown of them is not.
        sample = alter(sample, guess.roles.customer)
        facts = facts_of(sample.rows, untyped=rows.about.untyped, now=now)
    return Preview(
        kind="feedback" if guess is feedback else "events",
        name=about.name,
        format=about.format,
        encoding=about.encoding,
        delimiter=about.delimiter,
        size=about.size,
        columns=tuple(ColumnPreview(one.name, one.type, one.examples) for one in facts.values()),
        roles=guess.roles,
        confidence=dict(guess.confidence),
        missing=guess.missing,
        problems=tuple(dict.fromkeys([*about.problems, *_problems(rows, sample, facts, guess)])),
        sample=_sample(sample),
    )


def _is_feedback(events: Guess[Roles], feedback: Guess[FeedbackRoles]) -> bool:
    if feedback.missing:
        return False
    return bool(events.missing) or events.confidence["event"] < feedback.confidence.get(
        "score", feedback.confidence.get("text", 0.0)
    )


def _problems(
    rows: RawSource,
    sample: RawBatch,
    facts: Mapping[str, ColumnFacts],
    guess: Guess[Roles] | Guess[FeedbackRoles],
) -> list[str]:
    if not sample.rows.num_rows and not sample.broken:
        return ["there are column names but no rows"]
    found = [f"no column could be taken as {role}; choose it from the columns" for role in guess.missing]
    if sample.broken:
        first = sample.broken[0]
        found.append(
            f"{len(sample.broken)} of the first rows are broken, such as line {first.line}: {first.detail}"
        )
    if len(facts) == 1 and rows.about.untyped:
        found.append("there is only one column; customer, event and time need a column each")
    heads = [name for name in facts if _is_time(name)]
    if heads and rows.about.untyped:
        found.append(f"the first line looks like data ({heads[0]!r}); it has to name the columns")
    time = facts.get(guess.roles.time or "")
    if time is not None:
        found += _time_problems(time, rows, sample, guess)
    if isinstance(guess.roles, FeedbackRoles):
        found += _score_problems(facts, guess.roles)
    for role, sure in guess.confidence.items():
        if sure < 0.7 and role in {"customer", "event", "time"}:
            column = getattr(guess.roles, role)
            found.append(f"{column!r} is only likely to be the {role}; confirm it")
    return found


def _time_problems(
    time: ColumnFacts, rows: RawSource, sample: RawBatch, guess: Guess[Roles] | Guess[FeedbackRoles]
) -> list[str]:
    found = []
    if time.day_order == "ambiguous":
        found.append(
            f"dates such as {time.examples[0]!r} in {time.name!r} could be day/month or month/day; "
            "if no later row tells, they are read as day/month/year"
        )
    if time.day_order == "mixed":
        found.append(
            f"{time.name!r} writes both day/month and month/day; some dates will be refused or wrong"
        )
    if time.naive and time.filled:
        found.append(f"{time.name!r} names no time zone; it is read as UTC unless a zone is given")
    if isinstance(guess.roles, Roles) and runs_from_1970(rows, sample, guess.roles):
        found.append("the clock of this log starts with 1970-01-01, so it was simulated")
    elif time.times < 1 and time.filled:
        found.append(f"{1 - time.times:.1%} of the first {time.name!r} are no times between 1990 and now")
    return found


def _score_problems(facts: Mapping[str, ColumnFacts], roles: FeedbackRoles) -> list[str]:
    score = facts.get(roles.score or "")
    if score is None or roles.kind not in SCORE_RANGE:
        return []
    low, high = SCORE_RANGE[roles.kind]
    if low <= score.low and score.high <= high:
        return []
    return [
        f"{score.name!r} goes from {score.low:g} to {score.high:g}, but {roles.kind} from {low:g} to "
        f"{high:g}; rows outside will be refused, or choose another kind"
    ]


def _is_time(name: str) -> bool:
    times = Clock().read(pa.array([name]))
    return not times.unreadable[0] and not times.absent[0]


def _sample(sample: RawBatch) -> tuple[dict[str, str | None], ...]:
    first = sample.rows.slice(0, _SHOWN_ROWS)
    columns = {
        name: [None if one is None else one[:_SHOWN_CHARACTERS] for one in as_text(column).to_pylist()]
        for name, column in zip(first.schema.names, first.columns, strict=True)
    }
    return tuple({name: values[at] for name, values in columns.items()} for at in range(first.num_rows))
