"""From a lived chunk to rows: cut at the period's end, ordered by time, as Arrow tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from giljabi.model import FEEDBACK_KINDS
from giljabi.simulate.clock import Clock
from giljabi.simulate.phrases import phrase_book
from giljabi.simulate.shop import (
    ACQUISITIONS,
    CATEGORIES,
    CHANNELS,
    DEVICES,
    EVENTS,
    PERSONAS,
    QUERIES,
    REGIONS,
    STAGE_OF_EVENT,
    STAGES,
    TOPICS,
)
from giljabi.simulate.voices import PLACES
from giljabi.simulate.world import World

_WORD = pa.dictionary(pa.int32(), pa.string())
_TIME = pa.timestamp("ms", tz="UTC")

EVENT_SCHEMA = pa.schema(
    [
        pa.field("customer", _WORD, nullable=False),
        pa.field("time", _TIME, nullable=False),
        pa.field("event", _WORD, nullable=False),
        pa.field("channel", _WORD),
        pa.field("value", pa.float64()),
        pa.field("device", _WORD),
        pa.field("acquisition", _WORD),
        pa.field("region", _WORD),
        pa.field("persona", _WORD),
        pa.field("member", pa.bool_()),
        pa.field("category", _WORD),
        pa.field("query", _WORD),
        pa.field("topic", _WORD),
    ]
)
FEEDBACK_SCHEMA = pa.schema(
    [
        pa.field("customer", _WORD, nullable=False),
        pa.field("time", _TIME, nullable=False),
        pa.field("kind", _WORD, nullable=False),
        pa.field("score", pa.float64()),
        pa.field("text", _WORD),
        pa.field("touchpoint", _WORD),
    ]
)
"""Words are dictionary codes on the way to the file; without the Arrow schema in it they read as strings."""

# Trackers lose a few events; the first event of a customer always arrives.
_LOST = 0.003
_INDEX_BITS = 23


@dataclass(frozen=True, slots=True)
class Lived:
    """The rows of one chunk of customers, and the truth about them.

    ``per_customer`` counts events; ``affected`` and ``reached`` hold one mask of customers per trouble and
    per stage.
    """

    first: int
    persona: npt.NDArray[Any]
    events: dict[str, npt.NDArray[Any]]
    feedback: dict[str, npt.NDArray[Any]]
    properties: dict[str, npt.NDArray[Any]]
    per_customer: npt.NDArray[np.int64]
    affected: dict[str, npt.NDArray[np.bool_]]
    reached: dict[str, npt.NDArray[np.bool_]]

    def event_table(self, customers: int) -> pa.Table:
        """Give the events of the chunk's first ``customers`` customers."""
        rows = kept(self.events, customers, len(self.persona))
        who = rows["who"]
        words = {name: self.properties[name][who] for name in ("device", "acquisition", "region", "persona")}
        books = {
            "device": DEVICES,
            "acquisition": ACQUISITIONS,
            "region": REGIONS,
            "persona": tuple(persona.id for persona in PERSONAS),
        }
        columns = [
            names(who, self.first, customers),
            pa.array(rows["time"]).cast(_TIME),
            coded(rows["event"], EVENTS),
            coded(rows["channel"], CHANNELS),
            pa.array(rows["value"], from_pandas=True),
            *(coded(words[name], books[name]) for name in words),
            pa.array(rows["member"]),
            coded(rows["category"], CATEGORIES),
            coded(rows["query"], QUERIES),
            coded(rows["topic"], TOPICS),
        ]
        return pa.table(columns, schema=EVENT_SCHEMA)

    def feedback_table(self, customers: int) -> pa.Table:
        """Give the feedback of the chunk's first ``customers`` customers."""
        rows = kept(self.feedback, customers, len(self.persona))
        columns = [
            names(rows["who"], self.first, customers),
            pa.array(rows["time"]).cast(_TIME),
            coded(rows["kind"], FEEDBACK_KINDS),
            pa.array(rows["score"], from_pandas=True),
            coded(*used(rows["text"], phrase_book().texts)),
            coded(rows["place"], PLACES),
        ]
        return pa.table(columns, schema=FEEDBACK_SCHEMA)


def settle(world: World, first: int) -> Lived:
    """Turn a world that has been lived through into rows.

    Parameters
    ----------
    world
        The chunk after `live`.
    first
        The number of its first customer in the whole simulation.
    """
    crowd, clock, rng = world.crowd, world.clock, world.rng
    count = len(crowd.persona)
    trail = world.trail.columns()
    start = np.full(count, np.inf)
    np.minimum.at(start, trail["who"], trail["at"])
    keep = (trail["at"] < clock.length) & (
        (rng.random(len(trail["at"])) >= _LOST) | (trail["at"] == start[trail["who"]])
    )
    events = by_time({name: column[keep] for name, column in trail.items()}, clock)
    voices = world.voices.columns()
    said = voices["at"] < clock.length
    feedback = by_time({name: column[said] for name, column in voices.items()}, clock)

    at = events.pop("at")
    events["member"] = at >= crowd.joined[events["who"]]
    del feedback["at"]
    return Lived(
        first=first,
        persona=crowd.persona,
        events=events,
        feedback=feedback,
        properties={
            "device": crowd.device,
            "acquisition": crowd.acquisition,
            "region": crowd.region,
            "persona": crowd.persona,
        },
        per_customer=np.bincount(events["who"], minlength=count),
        affected=crowd.suffered,
        reached=reached(events, count),
    )


def by_time(columns: dict[str, npt.NDArray[Any]], clock: Clock) -> dict[str, npt.NDArray[Any]]:
    """Order rows by time (in ms; ties as they were made) and add the column ``time``."""
    since = (columns["at"] * 1000).astype(np.int64)
    # One sort of (time, position) packed in an integer is faster than an argsort, and stable.
    packed = np.sort((since << _INDEX_BITS) | np.arange(len(since)))
    order = packed & ((1 << _INDEX_BITS) - 1)
    ordered = {name: column[order] for name, column in columns.items()}
    ordered["time"] = (packed >> _INDEX_BITS) + clock.epoch_ms
    return ordered


def reached(events: dict[str, npt.NDArray[Any]], count: int) -> dict[str, npt.NDArray[np.bool_]]:
    """Mark for each stage the customers who have an event of it."""
    position = {stage: row for row, stage in enumerate(STAGES)}
    stage_of = np.array([position.get(stage, len(STAGES)) for stage in STAGE_OF_EVENT.values()])
    marks = np.zeros((len(STAGES) + 1, count), bool)
    marks[stage_of[events["event"]], events["who"]] = True
    return dict(zip(STAGES, marks, strict=False))


def kept(columns: dict[str, npt.NDArray[Any]], customers: int, count: int) -> dict[str, npt.NDArray[Any]]:
    """Give the rows of the first ``customers`` of ``count`` customers."""
    if customers >= count:
        return columns
    keep = columns["who"] < customers
    return {name: column[keep] for name, column in columns.items()}


def coded(codes: npt.NDArray[Any], words: tuple[str, ...]) -> pa.Array[Any]:
    """Give words by their codes; −1 is null."""
    absent = codes < 0
    indices: Any = pa.array(codes.astype(np.int32), mask=absent if absent.any() else None)
    return pa.DictionaryArray.from_arrays(indices, pa.array(words, pa.string()))


def used(codes: npt.NDArray[Any], words: tuple[str, ...]) -> tuple[npt.NDArray[np.int64], tuple[str, ...]]:
    """Give the codes anew for only those words that occur."""
    occurring, again = np.unique(codes, return_inverse=True)
    absent = int(np.searchsorted(occurring, 0))
    return again - absent, tuple(words[code] for code in occurring[absent:])


def names(who: npt.NDArray[Any], first: int, customers: int) -> pa.Array[Any]:
    """Give the customers' names, such as ``c00000042``."""
    numbers = np.arange(first + 10**8, first + 10**8 + customers)
    padded: Any = pc.utf8_replace_slice(pa.array(numbers).cast(pa.string()), 0, 1, "c")
    indices: Any = pa.array(who.astype(np.int32))
    return pa.DictionaryArray.from_arrays(indices, padded)
