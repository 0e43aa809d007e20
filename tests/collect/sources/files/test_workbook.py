"""Workbooks are read as they stand: typed cells, titles above the table, merged headers."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest

from giljabi.collect import UnpackLimit, preview, read_events
from giljabi.collect.sources.files import open_source
from giljabi.model.errors import UnreadableFile

NOW = datetime(2026, 11, 21, tzinfo=UTC)
EXCEL_DAYS = datetime(1899, 12, 30)  # noqa: DTZ001
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def cell(place: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return f'<c r="{place}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, datetime):
        days = (value - EXCEL_DAYS).total_seconds() / 86_400
        return f'<c r="{place}" s="1"><v>{days!r}</v></c>'
    if isinstance(value, int | float):
        return f'<c r="{place}"><v>{value!r}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'


def sheet(rows: Sequence[Any], merged: tuple[str, ...] = ()) -> str:
    lines = [
        f'<row r="{at}">' + "".join(cell(f"{chr(65 + k)}{at}", one) for k, one in enumerate(row)) + "</row>"
        for at, row in enumerate(rows, 1)
    ]
    merges = "".join(f'<mergeCell ref="{one}"/>' for one in merged)
    told = f"<mergeCells>{merges}</mergeCells>" if merged else ""
    return f'<worksheet xmlns="{_MAIN}"><sheetData>{"".join(lines)}</sheetData>{told}</worksheet>'


def xlsx(path: Path, sheets: dict[str, str], hidden: tuple[str, ...] = ()) -> Path:
    """Write a workbook as Excel does, as far as it matters here."""
    state = {name: ' state="hidden"' if name in hidden else "" for name in sheets}
    listed = "".join(
        f'<sheet name="{name}" sheetId="{at}" r:id="r{at}"{state[name]}/>'
        for at, name in enumerate(sheets, 1)
    )
    related = "".join(
        f'<Relationship Id="r{at}" Type="{_RELATED}/worksheet" Target="worksheets/sheet{at}.xml"/>'
        for at in range(1, len(sheets) + 1)
    )
    formats = '<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="22"/></cellXfs>'
    styles = f'<styleSheet xmlns="{_MAIN}">{formats}</styleSheet>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{_PACKAGE}/content-types">'
            '<Default Extension="xml" ContentType="application/xml"/></Types>',
        )
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" '
            f'Type="{_RELATED}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATED}"><sheets>{listed}</sheets></workbook>',
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{_PACKAGE}/relationships">{related}<Relationship Id="s" '
            f'Type="{_RELATED}/styles" Target="styles.xml"/></Relationships>',
        )
        archive.writestr("xl/styles.xml", styles)
        for at, content in enumerate(sheets.values(), 1):
            archive.writestr(f"xl/worksheets/sheet{at}.xml", content)
    return path


def at(day: int, hour: int = 9) -> datetime:
    return datetime(2026, 11, day, hour)  # noqa: DTZ001


HEADER = ["고객번호", "이벤트", "일시", "금액", "전화", "회원"]
ROWS = [
    [101, "주문", at(1), 12000, "010-1234-5678", True],
    [102, "결제", at(2), 3500.5, "010-8765-4321", False],
]


def test_a_workbook_is_looked_at_and_read_with_its_types(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "crm.xlsx", {"주문": sheet([HEADER, *ROWS, [None] * 6])})
    seen = preview(path, now=NOW)
    assert (seen.format, [one.type for one in seen.columns]) == (
        "workbook",
        ["number", "text", "time", "number", "text", "truth"],
    )
    assert (seen.roles.customer, seen.roles.time, seen.missing) == ("고객번호", "일시", ())
    rows = read_events(path, now=NOW).table().to_pylist()
    assert [(one["customer"], one["event"], one["value"], one["전화"], one["회원"]) for one in rows] == [
        ("101", "주문", 12000.0, "010-1234-5678", True),
        ("102", "결제", 3500.5, "010-8765-4321", False),
    ]
    assert rows[0]["time"] == datetime(2026, 11, 1, 9, tzinfo=UTC)


def test_lines_above_the_table_are_passed_over_and_told(tmp_path: Path) -> None:
    rows = [["11월 주문 목록"], [], HEADER, *ROWS]
    source = open_source(xlsx(tmp_path / "a.xlsx", {"s": sheet(rows, ("A1:F1",))}))
    assert list(source.about.columns) == HEADER
    assert source.sample().lines.tolist() == [4, 5]
    assert source.about.problems == ["1 rows above the table were passed over"]


def test_a_header_of_two_merged_rows_is_joined_and_told(tmp_path: Path) -> None:
    rows = [["고객", None, "주문", None], ["번호", "이름", "이벤트", "일시"], [1, "김하나", "주문", at(1)]]
    source = open_source(xlsx(tmp_path / "a.xlsx", {"s": sheet(rows, ("A1:B1", "C1:D1"))}))
    assert list(source.about.columns) == ["고객 번호", "고객 이름", "주문 이벤트", "주문 일시"]
    assert source.about.problems == ["the header has two rows; their names were joined"]
    assert source.sample().rows.num_rows == 1


def test_the_first_sheet_in_sight_is_read_and_the_others_are_named(tmp_path: Path) -> None:
    sheets = {"숨김": sheet([["x"]]), "빈": sheet([]), "첫": sheet([HEADER, *ROWS]), "둘": sheet([HEADER])}
    source = open_source(xlsx(tmp_path / "a.xlsx", sheets, hidden=("숨김",)))
    assert source.sample().rows.num_rows == 2
    assert "'둘'" in source.about.problems[0]


def test_columns_of_more_than_one_kind_are_text_and_names_are_distinct(tmp_path: Path) -> None:
    rows = [["a", "a", None, "b"], [1, "x", 5, at(1)], [2.5, 3, None, "soon"], ["4", True, 6, None]]
    table = open_source(xlsx(tmp_path / "a.xlsx", {"s": sheet(rows)})).sample().rows.to_pydict()
    assert table == {
        "a": ["1", "2.5", "4"],
        "a 2": ["x", "3", "true"],
        "column 3": [5, None, 6],
        "b": ["2026-11-01 09:00:00", "soon", None],
    }


def test_a_sheet_of_libreoffice_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.ods"
    cells = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{one}</text:p></table:table-cell>'
        for one in ("user", "event")
    )
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0"?><office:document-content {spaces}><office:body><office:spreadsheet>'
        f'<table:table table:name="s"><table:table-row>{cells}</table:table-row><table:table-row>{cells}'
        "</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", content)
    assert open_source(path).sample().rows.to_pydict() == {"user": ["user"], "event": ["event"]}


def test_a_workbook_that_unpacks_beyond_the_limit_is_refused(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "a.xlsx", {"s": sheet([["a" * 1000] * 10] * 100)})
    with pytest.raises(UnreadableFile, match="unpacks to"):
        open_source(path, limit=UnpackLimit(size=100_000))


def test_a_workbook_without_a_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="no sheet with anything in it"):
        open_source(xlsx(tmp_path / "a.xlsx", {"s": sheet([])}))


def test_a_workbook_that_claims_a_far_cell_ends_no_more_than_its_reader(tmp_path: Path) -> None:
    far = f'<row r="1">{cell("A1", "user")}</row><row r="1048576">{cell("XFD1048576", 1)}</row>'
    path = xlsx(
        tmp_path / "far.xlsx", {"S": f'<worksheet xmlns="{_MAIN}"><sheetData>{far}</sheetData></worksheet>'}
    )
    with pytest.raises(UnreadableFile, match="more memory or time"):
        open_source(path)


def test_a_workbook_that_lies_about_its_size_ends_no_more_than_its_reader(tmp_path: Path) -> None:
    rows = "".join(f'<row r="{at}">{cell(f"A{at}", "x" * 3000)}</row>' for at in range(1, 4000))
    path = xlsx(
        tmp_path / "lies.xlsx", {"S": f'<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData></worksheet>'}
    )
    told = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    path.write_bytes(told.replace(size.to_bytes(4, "little"), (100).to_bytes(4, "little")))
    with pytest.raises(UnreadableFile):
        open_source(path, limit=UnpackLimit(size=2**20))


@pytest.mark.parametrize("name", ["a.xlsx", "a.ods"])
def test_a_text_that_is_called_a_workbook_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text("user,event\na,b\n")
    with pytest.raises(UnreadableFile, match="does not begin as such"):
        open_source(path)
