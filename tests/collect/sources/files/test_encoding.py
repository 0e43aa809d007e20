from __future__ import annotations

import pytest
from tests.collect.conftest import NOW, Write

from giljabi.collect import preview, read_events
from giljabi.collect.sources.files.encoding import sniff_encoding

KOREAN = "고객번호,이벤트,일시\n홍길동,장바구니 담기,2026-01-01\n김철수,결제,2026-01-02\n"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp949"]
)
def test_korean_text_is_read_in_each_encoding(write: Write, encoding: str) -> None:
    reading = read_events(write(KOREAN, encoding=encoding), now=NOW)
    assert [(row["customer"], row["event"]) for row in reading.table().to_pylist()] == [
        ("홍길동", "장바구니 담기"),
        ("김철수", "결제"),
    ]


def test_the_encoding_is_told(write: Write) -> None:
    assert preview(write(KOREAN, encoding="cp949"), now=NOW).encoding == "cp949"


@pytest.mark.parametrize("encoding", ["utf-8", "cp949"])
def test_the_first_korean_letter_may_come_late(write: Write, encoding: str) -> None:
    plain = "u1,view,2026-01-01\n" * 150_000
    reading = read_events(
        write("user_id,event,time\n" + plain + "u1,결제,2026-01-01\n", encoding=encoding), now=NOW
    )
    assert reading.table()["event"][-1].as_py() == "결제"
    assert reading.refused == 0


def test_a_letter_cut_by_the_end_of_the_first_look_does_no_harm() -> None:
    text = ("가" * 100).encode()
    assert {sniff_encoding(text[: 100 + cut]) for cut in range(3)} == {"utf-8"}


@pytest.mark.parametrize("encoding", ["utf-8", "cp949"])
def test_bytes_that_are_no_text_break_their_row_only(write: Write, encoding: str) -> None:
    good = "홍길동,장바구니 담기,2026-01-01\n".encode(encoding) * 50
    content = "고객번호,이벤트,일시\n".encode(encoding) + good + b"\xff\xff,x,2026-01-01\n" + good
    reading = read_events(write(content), now=NOW)
    assert reading.table().num_rows == 100
    [refusal] = reading.rejects
    assert (refusal.line, refusal.reason) == (52, "bad_row")
    assert "no text" in refusal.detail


def test_western_text_is_not_taken_for_korean() -> None:
    text = "customer,event,time\nRené,Café au lait à emporter,2026-01-01\nZoë,naïve façade,2026-01-02\n"
    encoding = sniff_encoding((text * 20).encode("cp1252"))
    assert encoding is not None
    assert (text * 20).encode("cp1252").decode(encoding) == text * 20
