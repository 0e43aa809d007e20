"""Files over HTTP."""

from __future__ import annotations

import csv
import io
from typing import Any

from litestar.testing import TestClient

GOOD = "".join(f"c{n},view,2026-03-01 10:00:0{n}\n" for n in range(9))
CSV = "user,action,at\n" + GOOD + ",view,2026-03-01 10:00:00\nc9,view,yesterday\n"


def upload(client: TestClient[Any], name: str, content: str | bytes) -> dict[str, Any]:
    answer = client.post("/api/v1/imports", files={"file": (name, content)})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def run(client: TestClient[Any], seen: dict[str, Any], **roles: str) -> dict[str, Any]:
    start = {"kind": seen["kind"], "roles": {**seen["roles"], **roles}}
    answer = client.post(f"/api/v1/imports/{seen['id']}/start", json=start)
    assert answer.status_code == 202, answer.text
    while True:
        status: dict[str, Any] = client.get(f"/api/v1/imports/{seen['id']}").json()
        if status["state"] not in {"running", "preview"}:
            return status


def test_an_upload_is_looked_at_before_it_is_imported(empty: TestClient[Any]) -> None:
    seen = upload(empty, "shop.csv", CSV)

    assert (seen["kind"], seen["format"], seen["delimiter"]) == ("events", "csv", ",")
    assert seen["roles"]["customer"] == "user"
    assert seen["roles"]["event"] == "action"
    assert [column["name"] for column in seen["columns"]] == ["user", "action", "at"]
    assert empty.get("/api/v1/status").json()["log"] is None


def test_refused_rows_are_counted_and_can_be_downloaded(empty: TestClient[Any]) -> None:
    done = run(empty, upload(empty, "shop.csv", CSV))

    assert (done["state"], done["accepted"], done["refused"]) == ("done", 9, 2)
    assert done["reasons"] == {"no_customer": 1, "bad_time": 1}
    rejects = list(csv.DictReader(io.StringIO(empty.get(done["rejects_url"]).text.lstrip("\ufeff"))))
    assert [(row["line"], row["reason"]) for row in rejects] == [("11", "no_customer"), ("12", "bad_time")]
    assert empty.get("/api/v1/log").json()["events"] == 9


def test_the_same_file_twice_adds_nothing(empty: TestClient[Any]) -> None:
    run(empty, upload(empty, "shop.csv", CSV))

    again = run(empty, upload(empty, "copy.csv", CSV))

    assert again["state"] == "duplicate"
    assert empty.get("/api/v1/log").json()["events"] == 9


def test_feedback_comes_in_the_same_way(empty: TestClient[Any]) -> None:
    run(empty, upload(empty, "shop.csv", CSV))
    text = "customer,time,kind,score,text\nc1,2026-03-02,nps,9,좋아요\nc2,2026-03-02,nps,2,늦어요\n"

    done = run(empty, upload(empty, "nps.csv", text))

    assert (done["kind"], done["accepted"]) == ("feedback", 2)
    assert empty.get("/api/v1/log").json()["feedback"] == {"count": 2, "kinds": {"nps": 2}}


def test_a_korean_file_in_cp949_is_read(empty: TestClient[Any]) -> None:
    seen = upload(empty, "주문.csv", "고객,이벤트,일시\n민지,결제,2026-03-01 10:00\n".encode("cp949"))

    assert run(empty, seen)["accepted"] == 1
    assert empty.get("/api/v1/log").json()["names"][0]["event"] == "결제"


def test_a_file_of_no_known_format_is_refused_in_words(empty: TestClient[Any]) -> None:
    answer = empty.post("/api/v1/imports", files={"file": ("cat.png", b"\x89PNG\r\n\x1a\n" + bytes(99))})

    assert answer.status_code == 422
    assert "cat.png" in answer.json()["detail"]
    assert empty.get("/api/v1/imports").json()["imports"] == []


def test_an_upload_without_a_file_is_refused(empty: TestClient[Any]) -> None:
    answer = empty.post("/api/v1/imports", files={"other": ("a.csv", "x")})

    assert answer.status_code == 400
    assert "field `file`" in answer.json()["detail"]


def test_an_import_whose_every_row_is_refused_fails_with_reasons(empty: TestClient[Any]) -> None:
    failed = run(
        empty, upload(empty, "bad.csv", "customer,event,time\na,view,never\nb,view,later\n"), time="time"
    )

    assert failed["state"] == "failed"
    assert failed["reasons"] == {"bad_time": 2}
    assert failed["error"]
