from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from giljabi.collect.sources.files.lines import Block, line_blocks
from giljabi.collect.sources.files.records import Records, find_records


def records(text: str, fields: int = 2, *, last: bool = True) -> Records:
    return find_records(Block(text.encode(), 1, last=last), ",", fields)


def texts(found: Records) -> list[str]:
    return [found.original(at) for at in range(len(found.starts))]


def test_lines_are_records() -> None:
    found = records("a,b\nc,d\n")
    assert texts(found) == ["a,b", "c,d"]
    assert found.lines.tolist() == [1, 2]


def test_a_quoted_newline_does_not_end_a_record() -> None:
    found = records('a,"b\nc"\nd,e\n')
    assert texts(found) == ['a,"b\nc"', "d,e"]
    assert found.lines.tolist() == [1, 3]


def test_a_quoted_delimiter_parts_no_fields() -> None:
    assert texts(records('"a,b",c\n')) == ['"a,b",c']


def test_a_quote_inside_a_field_is_a_letter() -> None:
    assert texts(records('5" disk,a\nb,c\n')) == ['5" disk,a', "b,c"]


def test_a_quote_left_open_breaks_its_own_line_only() -> None:
    found = records('a,b\n"c,d\ne,f\ng,"h"\n')
    assert texts(found) == ["a,b", "e,f", 'g,"h"']
    assert [(one.line, one.raw) for one in found.broken] == [(2, '"c,d')]


def test_blank_lines_are_no_records() -> None:
    found = records("a,b\n\n\r\nc,d\r\n")
    assert found.lines.tolist() == [1, 4]
    assert found.broken == ()


def test_the_good_text_leaves_out_what_is_broken() -> None:
    assert records("a,b\nc\nd,e\n\nf,g\n").text() == b"a,b\nd,e\nf,g\n"


def test_a_record_that_may_go_on_waits_for_the_next_block() -> None:
    found = records('a,b\nc,"d\n', last=False)
    assert texts(found) == ["a,b"]
    assert (found.rest, found.rest_line) == (b'c,"d\n', 2)


def test_a_carriage_return_inside_a_line_breaks_it() -> None:
    found = records("a,b\rc\nd,e\n")
    assert texts(found) == ["d,e"]
    assert "carriage return" in found.broken[0].detail


def test_a_mark_in_the_second_line_of_a_record_breaks_the_record() -> None:
    found = records('a,"b\n\ufdd0"\nc,d\n')
    assert texts(found) == ["c,d"]
    assert [one.line for one in found.broken] == [1]


CELL = st.text(st.sampled_from('ab,"\n\r가 '), max_size=5)
TABLE = st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=1, max_size=8)


@settings(max_examples=60)
@given(table=TABLE, size=st.integers(1, 40))
def test_what_the_csv_module_writes_is_found_record_by_record(table: list[list[str]], size: int) -> None:
    sink = io.StringIO()
    csv.writer(sink, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(table)
    data = sink.getvalue().encode()
    pieces = [data[start : start + size] for start in range(0, len(data), size)]
    seen: list[list[str]] = []
    rest, rest_line = b"", 0
    for block in line_blocks(pieces, size):
        whole = Block(rest + block.data, rest_line or block.line, last=block.last)
        found = find_records(whole, ",", 3)
        rest, rest_line = found.rest, found.rest_line if found.rest else 0
        assert found.broken == ()
        seen += csv.reader(io.StringIO(found.text().decode(), newline=""))
    assert seen == table


@pytest.mark.parametrize("size", [1, 7, 100])
def test_blocks_hold_whole_lines_and_know_their_numbers(size: int) -> None:
    data = b"first\nsecond\n\nfourth"
    pieces = [data[start : start + size] for start in range(0, len(data), size)]
    blocks = list(line_blocks(pieces, size))
    assert b"".join(block.data for block in blocks) == data + b"\n"
    for block in blocks:
        assert data.split(b"\n")[block.line - 1 :][: block.data.count(b"\n")] == block.data.split(b"\n")[:-1]
    assert [block.last for block in blocks] == [False] * (len(blocks) - 1) + [True]


@settings(max_examples=60)
@given(text=st.text(st.sampled_from('ab,"\n\r\ufdd0\0'), max_size=40))
def test_every_line_is_in_one_record_or_named_as_broken_or_blank(text: str) -> None:
    found = records(text.rstrip("\n") + "\n", last=True)
    lines = found.data.decode().split("\n")[:-1]
    spans = [(int(line), found.original(at)) for at, line in enumerate(found.lines)]
    spans += [(one.line, one.raw) for one in found.broken]
    covered = [line + further for line, raw in spans for further in range(raw.count("\n") + 1)]
    assert len(covered) == len(set(covered))
    left = set(range(1, len(lines) + 1)) - set(covered)
    # A record's text is shown without the line ends around it, so blank lines at its end are not counted.
    assert all(not lines[number - 1].strip('\r"') for number in left)
