from __future__ import annotations

from datetime import UTC, datetime

import polars as pl
import pyarrow as pa
import pytest
from tests.collect.conftest import NOW, Write

from giljabi.collect import FeedbackRoles, preview, read_feedback
from giljabi.model.errors import NoUsableRow, RolesUnclear

HEADER = "customer,time,kind,score,text,touchpoint\n"
GOOD = "u1,2026-01-01 10:00,nps,9,좋아요,payment\n"


def test_feedback_gives_the_canonical_table(write: Write) -> None:
    table = read_feedback(write(HEADER + GOOD + "u2,2026-01-02,text,,느려요,\n"), now=NOW).table()
    assert [str(field.type) for field in table.schema] == [
        "string",
        "timestamp[ms, tz=UTC]",
        "string",
        "double",
        "string",
        "string",
    ]
    assert table.to_pylist() == [
        {
            "customer": "u1",
            "time": datetime(2026, 1, 1, 10, tzinfo=UTC),
            "kind": "nps",
            "score": 9.0,
            "text": "좋아요",
            "touchpoint": "payment",
        },
        {
            "customer": "u2",
            "time": datetime(2026, 1, 2, tzinfo=UTC),
            "kind": "text",
            "score": None,
            "text": "느려요",
            "touchpoint": None,
        },
    ]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",2026-01-01,nps,9,,", "no_customer"),
        ("u1,,nps,9,,", "no_time"),
        ("u1,soon,nps,9,,", "bad_time"),
        ("u1,1980-01-01,nps,9,,", "time_out_of_range"),
        (f"{'u' * 201},2026-01-01,nps,9,,", "name_too_long"),
        ("u1,2026-01-01,stars,4,,", "bad_kind"),
        ("u1,2026-01-01,,4,,", "bad_kind"),
        ("u1,2026-01-01,nps,11,,", "bad_score"),
        ("u1,2026-01-01,nps,-1,,", "bad_score"),
        ("u1,2026-01-01,csat,0,,", "bad_score"),
        ("u1,2026-01-01,ces,8,,", "bad_score"),
        ("u1,2026-01-01,rating,good,,", "bad_score"),
        ("u1,2026-01-01,text,3,hm,", "bad_score"),
        ("u1,2026-01-01,nps,,,", "no_content"),
        ("u1,2026-01-01,text,,   ,", "no_content"),
        ("u1,2026-01-01,nps", "bad_row"),
    ],
)
def test_each_broken_row_is_refused_for_its_reason(write: Write, row: str, reason: str) -> None:
    reading = read_feedback(write(HEADER + GOOD + row + "\n"), now=NOW)
    assert reading.table().num_rows == 1
    assert reading.reasons == {reason: 1}
    [refusal] = reading.rejects
    assert (refusal.line, refusal.raw) == (3, row)


@pytest.mark.parametrize(
    ("kind", "low", "high"), [("nps", 0, 10), ("csat", 1, 5), ("ces", 1, 7), ("rating", 1, 5)]
)
def test_the_ends_of_each_scale_are_accepted(write: Write, kind: str, low: int, high: int) -> None:
    text = HEADER + f"u1,2026-01-01,{kind},{low},,\nu1,2026-01-01,{kind.upper()},{high},,\n"
    assert read_feedback(write(text), now=NOW).table().num_rows == 2


def test_a_kind_for_all_rows_can_be_given(write: Write) -> None:
    path = write("customer,time,points\nu1,2026-01-01,7\n")
    roles = FeedbackRoles(kind="ces", score="points")
    assert read_feedback(path, roles, now=NOW).table()["kind"].to_pylist() == ["ces"]


@pytest.mark.parametrize(
    ("name", "kind"),
    [("NPS", "nps"), ("만족도", "csat"), ("ces_score", "ces"), ("rating", "rating"), ("별점", "rating")],
)
def test_the_kind_is_guessed_from_the_name_of_the_score(write: Write, name: str, kind: str) -> None:
    text = f"회원번호,응답일시,{name},의견\nu1,2026-01-01 10:00,4,좋아요\n"
    assert read_feedback(write(text), now=NOW).table()["kind"].to_pylist() == [kind]


def test_texts_alone_are_of_the_kind_text(write: Write) -> None:
    text = "고객번호,작성일,내용\nu1,2026-01-01,배송이 늦어요\n"
    assert read_feedback(write(text), now=NOW).table()["kind"].to_pylist() == ["text"]


def test_feedback_in_a_frame_is_read() -> None:
    frame = pl.DataFrame({"customer": ["u1"], "time": [datetime(2026, 1, 1, tzinfo=UTC)], "nps": [10]})
    assert read_feedback(frame, now=NOW).table()["score"].to_pylist() == [10.0]


def test_roles_that_cannot_be_guessed_are_told(write: Write) -> None:
    with pytest.raises(RolesUnclear, match="score or text"):
        read_feedback(write("customer,time,size\nu1,2026-01-01,3\n"), now=NOW)


def test_no_usable_row_is_an_error(write: Write) -> None:
    reading = read_feedback(write(HEADER + "u1,2026-01-01,nps,77,,\n"), now=NOW)
    with pytest.raises(NoUsableRow, match="0 to 10"):
        reading.table()


def test_a_preview_knows_feedback_from_events(write: Write) -> None:
    seen = preview(write(HEADER + GOOD * 3), now=NOW)
    assert seen.kind == "feedback"
    assert seen.roles == FeedbackRoles("customer", "time", "kind", "score", "text", "touchpoint")


def test_a_preview_warns_of_scores_outside_their_scale(write: Write) -> None:
    seen = preview(write("customer,time,rating\nu1,2026-01-01,9\nu2,2026-01-01,3\n"), now=NOW)
    assert any("but rating from 1 to 5" in problem for problem in seen.problems)


def test_reading_feedback_needs_no_second_pass(write: Write) -> None:
    batches = list(read_feedback(write(HEADER + GOOD * 1000), now=NOW).batches())
    assert pa.Table.from_batches(batches).num_rows == 1000
