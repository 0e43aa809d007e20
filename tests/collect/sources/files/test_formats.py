from __future__ import annotations

import gzip
import io
import random
import zipfile
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.collect.conftest import NOW, Write
from tests.collect.written import xes

from giljabi.collect import preview, read_events
from giljabi.model.errors import InputError, NoUsableRow, RolesUnclear, UnreadableFile

TEXT = "user_id,event,time\nu1,view,2026-01-01\nu2,pay,2026-01-02\n"


def table() -> pa.Table:
    return pa.table({"user_id": ["u1", "u2"], "event": ["view", "pay"], "time": ["2026-01-01", "2026-01-02"]})


def parquet() -> bytes:
    sink = io.BytesIO()
    pq.write_table(table(), sink)
    return sink.getvalue()


def arrow_file() -> bytes:
    sink = io.BytesIO()
    with pa.ipc.new_file(sink, table().schema) as writer:
        writer.write_table(table())
    return sink.getvalue()


def arrow_stream() -> bytes:
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, table().schema) as writer:
        writer.write_table(table())
    return sink.getvalue()


def zipped(name: str) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        archive.writestr(name, TEXT)
    return sink.getvalue()


LINES = """{"user_id":"u1","event":"view","time":"2026-01-01"}
{"user_id":"u2","event":"pay","time":"2026-01-02"}
"""
LOG = xes({"u1": [("view", "2026-01-01")], "u2": [("pay", "2026-01-02")]})
GOOD = {
    "csv": TEXT.encode(),
    "tsv": TEXT.replace(",", "\t").encode(),
    "semicolons": TEXT.replace(",", ";").encode(),
    "bars": TEXT.replace(",", "|").encode(),
    "declared": b"sep=;\n" + TEXT.replace(",", ";").encode(),
    "blank lines first": b"\n\n" + TEXT.encode(),
    "windows lines": TEXT.replace("\n", "\r\n").encode(),
    "old mac lines": TEXT.replace("\n", "\r").encode(),
    "no newline at the end": TEXT.rstrip("\n").encode(),
    "quoted": b'"user_id","event","time"\n"u1","view","2026-01-01"\n"u2","pay","2026-01-02"\n',
    "byte order mark": TEXT.encode("utf-8-sig"),
    "utf-16": TEXT.encode("utf-16"),
    "utf-16 without mark": TEXT.encode("utf-16-le"),
    "big-endian utf-16 without mark": TEXT.encode("utf-16-be"),
    "utf-32": TEXT.encode("utf-32"),
    "packed": gzip.compress(TEXT.encode()),
    "packed in two pieces": gzip.compress(TEXT[:30].encode()) + gzip.compress(TEXT[30:].encode()),
    "json lines": LINES.encode(),
    "packed json lines": gzip.compress(LINES.encode()),
    "json array": f"[{LINES.strip().replace(chr(10), ',')}]".encode(),
    "parquet": parquet(),
    "arrow file": arrow_file(),
    "arrow stream": arrow_stream(),
    "xes": LOG.encode(),
    "packed xes": gzip.compress(LOG.encode()),
}


@pytest.mark.parametrize("content", GOOD.values(), ids=GOOD.keys())
def test_each_format_is_known_by_its_content_alone(write: Write, content: bytes) -> None:
    reading = read_events(write(content, "upload"), now=NOW)
    assert [
        (one["customer"], one["event"], str(one["time"])[:10]) for one in reading.table().to_pylist()
    ] == [
        ("u1", "view", "2026-01-01"),
        ("u2", "pay", "2026-01-02"),
    ]
    assert reading.refused == 0


BROKEN = {
    "empty": (b"", "empty"),
    "blank": (b"\n\n  \n", "empty"),
    "packed nothing": (gzip.compress(b""), "empty when unpacked"),
    "cut gzip": (gzip.compress(TEXT.encode() * 1000)[:-20], "cut off"),
    "damaged gzip": (gzip.compress(TEXT.encode())[:-8] + b"12345678", "damaged"),
    "cut parquet": (parquet()[:-20], "cannot be read as Parquet"),
    "short parquet": (parquet()[:200], "cannot be read as Parquet"),
    "cut arrow file": (arrow_file()[:-40], "cannot be read as"),
    "cut arrow stream": (arrow_stream()[:-60], "cannot be read as"),
    "zip": (zipped("events.csv"), r"unpack it, and give the file inside \(events.csv\)"),
    "workbook": (zipped("xl/workbook.xml"), "cannot be read as a workbook"),
    "cut zip": (zipped("events.csv")[:40], "damaged zip"),
    "old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "cannot be read as a workbook"),
    "database": (b"SQLite format 3\0" + bytes(100), "SQLite"),
    "pdf": (b"%PDF-1.7\n", "PDF"),
    "zstd": (b"(\xb5/\xfd" + bytes(20), "zstd"),
    "twice packed": (gzip.compress(gzip.compress(TEXT.encode())), "twice"),
    "packed parquet": (gzip.compress(parquet()), "binary table"),
    "junk": (random.Random(7).randbytes(5000), "no text"),
    "nothing but nulls": (bytes(4096), "no text"),
    "web page": (b"<!DOCTYPE html><html><body>Not found</body></html>", "web page"),
    "other xml": (b"<?xml version='1.0'?><catalog/>", "root <catalog>"),
    "ocel xml": (b"<?xml version='1.0'?><log><object-types/></log>", "OCEL"),
    "ocel 1": (b'{"ocel:global-log": {}, "ocel:events": {}}', "OCEL 1.0"),
    "one object": (b'{\n "user": "u1",\n "event": "view"\n}\n', "one JSON object over many lines"),
    "cut array": (b'[{"user_id":"u1"},{"user', "no sound JSON"),
    "cut xes": (LOG[:-30].encode(), "no sound XML"),
    "comments without end": (b"<log>" + b"<!--" * 2**18, "no sound XML"),
}


@pytest.mark.parametrize(("content", "told"), BROKEN.values(), ids=BROKEN.keys())
def test_what_cannot_be_read_is_told_with_what_to_do(write: Write, content: bytes, told: str) -> None:
    with pytest.raises(UnreadableFile, match=told) as caught:
        read_events(write(content, "upload"), now=NOW).table()
    assert "upload" in str(caught.value)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="there is no file"):
        read_events(tmp_path / "missing.csv")


def test_a_directory_is_told(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="directory"):
        read_events(tmp_path)


def test_what_is_neither_path_nor_table_is_told() -> None:
    with pytest.raises(UnreadableFile, match="list"):
        read_events([1, 2])


def test_a_parquet_name_without_parquet_content_is_told(write: Write) -> None:
    with pytest.raises(UnreadableFile, match="called Parquet"):
        read_events(write(TEXT, "events.parquet"))


def test_a_given_name_is_used_in_messages(write: Write) -> None:
    with pytest.raises(UnreadableFile, match=r"august\.csv is empty"):
        read_events(write(b"", "upload-1"), name="august.csv")


def test_one_column_is_told(write: Write) -> None:
    with pytest.raises(RolesUnclear, match="only one column, 'user_id'"):
        read_events(write("user_id\nu1\nu2\n"), now=NOW)


def test_columns_of_fixed_width_are_told(write: Write) -> None:
    with pytest.raises(RolesUnclear, match="fixed width"):
        read_events(write("user   event  time\nu1     view   2026-01-01\n"), now=NOW)


def test_five_thousand_columns_are_read(write: Write) -> None:
    names = ",".join(f"c{number}" for number in range(5000))
    values = ",".join(str(number) for number in range(5000))
    reading = read_events(write(f"user_id,event,time,{names}\nu1,view,2026-01-01,{values}\n"), now=NOW)
    [row] = reading.table().to_pylist()
    assert row["c4999"] == 4999.0


def test_column_names_that_stand_twice_are_told_apart(write: Write) -> None:
    text = "user_id,event,time,page,page,\nu1,view,2026-01-01,a,b,c\n"
    path = write(text)
    [row] = read_events(path, now=NOW).table().to_pylist()
    assert (row["page"], row["page_2"], row["column_6"]) == ("a", "b", "c")
    assert any("'page' stands twice" in problem for problem in preview(path, now=NOW).problems)


def test_a_very_long_field_is_read(write: Write) -> None:
    long = "가" * 1_000_000
    reading = read_events(write(f"user_id,event,time,note\nu1,view,2026-01-01,{long}\n"), now=NOW)
    assert reading.table()["note"].to_pylist() == [long]


def test_a_line_of_many_megabytes_is_one_refused_row(write: Write) -> None:
    text = f"user_id,event,time\nu1,view,2026-01-01\n{'x' * (40 * 2**20)}\nu2,pay,2026-01-02\n"
    reading = read_events(write(text), now=NOW)
    assert [row["customer"] for row in reading.table().to_pylist()] == ["u1", "u2"]
    [refusal] = reading.rejects
    assert (refusal.line, refusal.reason) == (3, "bad_row")


def test_a_first_line_of_many_megabytes_is_told(write: Write) -> None:
    with pytest.raises(InputError):
        read_events(write("x" * (20 * 2**20)), now=NOW).table()


def test_a_header_that_looks_like_data_is_told(write: Write) -> None:
    problems = preview(write("u1,view,2026-01-01\nu2,pay,2026-01-02\n"), now=NOW).problems
    assert any("looks like data" in problem for problem in problems)


def test_a_table_without_rows_is_told() -> None:
    with pytest.raises(NoUsableRow, match="no rows"):
        read_events(pl.DataFrame({"user_id": [], "event": [], "time": []}))
