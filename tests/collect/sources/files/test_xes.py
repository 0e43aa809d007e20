from __future__ import annotations

import gzip
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest
from tests.collect.conftest import NOW, Write
from tests.collect.written import xes

from giljabi.collect import Roles, read_events
from giljabi.model.errors import NoUsableRow, UnreadableFile

LOG = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1.0" xmlns="http://www.xes-standard.org/">
  <extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
  <global scope="event"><string key="concept:name" value="__INVALID__"/></global>
  <classifier name="Event Name" keys="concept:name"/>
  <string key="concept:name" value="the log itself"/>
  <trace>
    <string key="concept:name" value="c1"/>
    <int key="age" value="41"/>
    <event>
      <string key="concept:name" value="open"/>
      <date key="time:timestamp" value="2026-01-01T10:00:00.000+09:00"/>
      <string key="lifecycle:transition" value="complete"/>
      <float key="cost" value="1.5"/>
      <boolean key="paid" value="true"/>
      <string key="outer" value="x"><int key="inner" value="2"/></string>
      <list key="tags"><values><string key="tag" value="t1"/></values></list>
    </event>
    <!-- a remark -->
    <event>
      <string key="concept:name" value="close"/>
      <date key="time:timestamp" value="2026-01-02T10:00:00Z"/>
      <string key="customer" value="u7"/>
    </event>
  </trace>
  <trace/>
</log>
"""


def test_events_traces_and_their_attributes_become_rows(write: Write) -> None:
    table = read_events(write(LOG, "log.xes"), now=NOW).table()
    assert table.to_pylist() == [
        {
            "customer": "c1",
            "time": datetime(2026, 1, 1, 1, tzinfo=UTC),
            "event": "open",
            "case:age": 41.0,
            "lifecycle:transition": "complete",
            "cost": 1.5,
            "paid": True,
            "outer": "x",
            "outer/inner": 2.0,
            "tags/tag": "t1",
            "customer_property": None,
        },
        {
            "customer": "c1",
            "time": datetime(2026, 1, 2, 10, tzinfo=UTC),
            "event": "close",
            "case:age": 41.0,
            "lifecycle:transition": None,
            "cost": None,
            "paid": None,
            "outer": None,
            "outer/inner": None,
            "tags/tag": None,
            "customer_property": "u7",
        },
    ]


def test_another_column_can_be_the_customer(write: Write) -> None:
    reading = read_events(write(LOG, "log.xes"), Roles(customer="customer"), now=NOW)
    [row] = reading.table().to_pylist()
    assert (row["customer"], row["case:concept:name"]) == ("u7", "c1")
    assert [(one.line, one.reason) for one in reading.rejects] == [(1, "no_customer")]
    assert '"concept:name": "open"' in reading.rejects.first[0].raw


def test_traces_without_a_name_are_called_by_their_number_and_that_is_told(write: Write) -> None:
    log = LOG.replace('<string key="concept:name" value="c1"/>', "")
    reading = read_events(write(log, "log.xes"), now=NOW)
    assert set(reading.table()["customer"].to_pylist()) == {"trace 1"}
    assert any("no name" in note for note in reading.notes)


def test_an_event_with_an_attribute_without_a_key_is_refused(write: Write) -> None:
    log = LOG.replace('<string key="customer" value="u7"/>', '<string value="u7"/>')
    reading = read_events(write(log, "log.xes"), now=NOW)
    assert reading.table().num_rows == 1
    [refusal] = reading.rejects
    assert (refusal.line, refusal.reason) == (2, "bad_row")
    assert "<event" in refusal.raw


def test_an_event_without_a_trace_is_refused(write: Write) -> None:
    event = (
        '<event><string key="concept:name" value="x"/><date key="time:timestamp" value="2026-01-01"/></event>'
    )
    reading = read_events(write(LOG.replace("<trace/>", event), "log.xes"), now=NOW)
    assert reading.table().num_rows == 2
    assert reading.reasons == {"no_customer": 1}


LAUGHS = "".join(f'<!ENTITY lol{n} "{f"&lol{n - 1};" * 10}">' for n in range(1, 10))
BILLION = f'<!DOCTYPE lolz [<!ENTITY lol0 "lol">{LAUGHS}]>'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("packed", [False, True])
def test_a_billion_laughs_are_refused(write: Write, encoding: str, packed: bool) -> None:
    log = xes({"c1": [("&lol9;", "2026-01-01")]}, prolog=BILLION).replace("UTF-8", encoding)
    content = log.encode(encoding)
    with pytest.raises(UnreadableFile, match="entities"):
        read_events(write(gzip.compress(content) if packed else content, "log.xes"), now=NOW).table()


def test_entities_behind_a_long_remark_are_refused_too(write: Write) -> None:
    log = xes({"c1": [("a", "2026-01-01")]}, prolog=f"<!--{'-x' * 2**20} -->{BILLION}")
    with pytest.raises(UnreadableFile):
        read_events(write(log, "log.xes"), now=NOW).table()


def test_files_of_the_machine_are_not_read_in(write: Write, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("do not tell", encoding="utf-8")
    prolog = f'<!DOCTYPE log [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
    with pytest.raises(UnreadableFile, match="entities"):
        read_events(write(xes({"c1": [("&x;", "2026-01-01")]}, prolog=prolog), "log.xes"), now=NOW).table()


def test_a_log_without_events_is_an_error(write: Write) -> None:
    with pytest.raises(NoUsableRow):
        read_events(write(xes({}), "log.xes"), now=NOW).table()


def test_many_batches_have_one_schema(write: Write) -> None:
    traces = {f"c{n}": [("a", "2026-01-01"), ("b", "2026-01-02")] for n in range(30_000)}
    log = xes(traces).replace('value="c29999"/>', 'value="c29999"/><int key="late" value="1"/>')
    batches = list(read_events(write(log, "log.xes"), now=NOW).batches())
    assert len(batches) > 1
    assert len({batch.schema for batch in batches}) == 1
    assert pa.Table.from_batches(batches).num_rows == 60_000


@pytest.mark.parametrize(
    ("file", "roles", "events", "customers", "names"),
    [
        ("helpdesk.xes.gz", None, 21_348, 4_580, 14),
        ("helpdesk.xes.gz", Roles(customer="customer"), 21_348, 397, 14),
        ("teleclaims.xes.gz", None, 46_138, 3_512, 11),
        ("bpic2013_incidents.xes.gz", None, 65_533, 7_554, 4),
    ],
)
def test_real_logs_have_their_known_counts(
    shared_data: Path, file: str, roles: Roles | None, events: int, customers: int, names: int
) -> None:
    reading = read_events(shared_data / file, roles)
    table = reading.table()
    assert (table.num_rows, reading.refused) == (events, 0)
    assert len(table["customer"].unique()) == customers
    assert len(table["event"].unique()) == names
