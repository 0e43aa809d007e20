"""Events read from XES equal those PM4Py reads."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from giljabi.collect import read_events

LOG = """<?xml version="1.0" encoding="UTF-8"?>
<log xmlns="http://www.xes-standard.org/">
  <trace><string key="concept:name" value="c1"/><string key="region" value="서울"/>
    <event><string key="concept:name" value="open"/>
      <date key="time:timestamp" value="2026-01-01T10:00:00+09:00"/>
      <string key="org:resource" value="r1"/></event>
    <event><string key="concept:name" value="close"/>
      <date key="time:timestamp" value="2026-01-02T10:00:00Z"/>
      <float key="cost" value="2.5"/></event>
  </trace>
</log>
"""
OWN_NAMES = {"customer": "case:concept:name", "event": "concept:name", "time": "time:timestamp"}


def pm4py_reads(path: Path) -> pl.DataFrame:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pm4py = pytest.importorskip("pm4py")
        frame: Any = pm4py.read_xes(str(path), variant="iterparse")
    frame = frame.rename(columns={"customer": "customer_property"})
    return as_texts(pl.from_pandas(frame.reset_index(drop=True)))


def giljabi_reads(path: Path) -> pl.DataFrame:
    frame = pl.DataFrame(read_events(path).table()).rename(OWN_NAMES)
    return as_texts(frame)


def as_texts(frame: pl.DataFrame) -> pl.DataFrame:
    # PM4Py gives a log sorted by case and time; what is compared is which events there are.
    time = pl.col("time:timestamp").dt.convert_time_zone("UTC").dt.epoch("ms").alias("time:timestamp")
    texts = frame.with_columns(time).select(pl.col(name).cast(pl.String) for name in sorted(frame.columns))
    return texts.sort(texts.columns, nulls_last=True)


def test_a_small_log_is_read_alike(tmp_path: Path) -> None:
    path = tmp_path / "log.xes"
    path.write_text(LOG, encoding="utf-8")
    assert giljabi_reads(path).equals(pm4py_reads(path))


@pytest.mark.parametrize("file", ["helpdesk.xes.gz", "teleclaims.xes.gz", "bpic2013_incidents.xes.gz"])
def test_real_logs_are_read_alike(shared_data: Path, file: str) -> None:
    ours, theirs = giljabi_reads(shared_data / file), pm4py_reads(shared_data / file)
    assert ours.columns == theirs.columns
    assert ours.equals(theirs)
