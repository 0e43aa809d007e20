"""Where the events of a map came from."""

from __future__ import annotations

import numpy as np

from giljabi.mapping.lens import Lens
from giljabi.model import JourneyMap
from giljabi.store import Array, Bucket, Log, ask

SOURCE = "source"
"""The column that names an event's source; files that were imported leave it out."""


def events_by_source(journey_map: JourneyMap, log: Log) -> dict[str | None, int]:
    """Count the events that belong to a touchpoint of a map, by the name of their source.

    Parameters
    ----------
    journey_map
        The map.
    log
        The event log.

    Returns
    -------
    dict
        Without sources that brought none; under None the events whose source nobody has noted.
    """
    lens = Lens(journey_map, log)
    column = log.columns.get(SOURCE)
    names: tuple[str | None, ...] = (None, *(column.dictionary if column and column.kind == "code" else ()))

    def task(bucket: Bucket) -> Array:
        matched = lens.stage_codes(bucket) > 0
        if len(names) == 1:
            return np.array([np.count_nonzero(matched)])
        return np.bincount(bucket.column(SOURCE)[matched] + 1, minlength=len(names))

    counts = np.zeros(len(names), np.int64)
    for some in ask(log, task):
        counts += some
    return {name: int(count) for name, count in zip(names, counts, strict=True) if count}
