"""The real logs beside the repository, read in the plainest way."""

from __future__ import annotations

import csv
import gzip
from datetime import datetime
from functools import cache
from pathlib import Path

from lxml import etree
from tests.logs import log_of

from giljabi.store.log.layout import Log


@cache
def xes(path: Path) -> Log:
    """Read an XES file: one customer per trace."""
    journeys = []
    with gzip.open(path) as file:
        for _, trace in etree.iterparse(file, tag="{*}trace"):
            journey = []
            for event in trace.iterfind("{*}event"):
                cells = {cell.get("key"): cell.get("value") for cell in event}
                journey.append((cells["concept:name"], _milliseconds(cells["time:timestamp"])))
            journeys.append(journey)
            trace.clear()
    return log_of(journeys, buckets=4)


@cache
def ecom(path: Path) -> Log:
    """Read the shop's clickstream: one customer per user."""
    journeys: dict[str, list[tuple[str, int]]] = {}
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            journeys.setdefault(row["user_id"], []).append((row["event"], _milliseconds(row["timestamp"])))
    return log_of(list(journeys.values()), buckets=4)


def _milliseconds(text: str) -> int:
    return round(datetime.fromisoformat(text.replace(" ", "T")).timestamp() * 1000)
