"""What others wrote is never carried out by a spreadsheet."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from giljabi.model import safe_cell


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+82 10 1234 5678",
        "-cmd|' /C calc'!A0",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "＝1+1",
        "-1+1",
        "--1",
    ],
    ids=ascii,
)
def test_what_begins_as_a_formula_is_text(text: str) -> None:
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize(
    "value", [None, 0, -1, -2.5, True, "", "-5", "-0.25", "1=1", "a@b.kr", "홍길동", "'=1"], ids=ascii
)
def test_all_else_stays_as_it_is(value: Any) -> None:
    assert safe_cell(value) == value


@given(st.lists(st.text()))
def test_no_cell_of_a_written_table_begins_as_a_formula(texts: list[str]) -> None:
    written = io.StringIO(newline="")
    csv.writer(written).writerow(["", *map(safe_cell, texts)])
    row = next(csv.reader(io.StringIO(written.getvalue(), newline="")))[1:]
    for cell, text in zip(row, texts, strict=True):
        begins = cell.startswith(("=", "+", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))
        assert not begins
        assert cell.removeprefix("'") == text.removeprefix("'")
