"""Answers of the API to readers of Korean, and to those of English."""

from __future__ import annotations

import re
from typing import Any

import pytest
from litestar.testing import TestClient

KO = {"accept-language": "ko-KR,ko;q=0.9,en;q=0.5"}
API = "/api/v1"


def is_korean(text: str) -> bool:
    """Say whether a text is Korean: Hangul, and no words of English but names in quotes."""
    told = re.sub(r"‘[^’]*’|`[^`]*`|\b(?:CSV|JSON|Parquet|UTF|CP|YAML)\b|[a-z]+\.csv|[a-z]+_[0-9]", "", text)
    return bool(re.search("[가-힣]", text)) and not re.search("[a-z]{3,}", told)


def upload(client: TestClient[Any], name: str, content: str, headers: dict[str, str]) -> Any:
    return client.post(f"{API}/imports", files={"file": (name, content.encode())}, headers=headers)


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/maps/unknown", None, 404),
        ("GET", "/imports/unknown", None, 404),
        ("DELETE", "/status", None, 405),
        ("POST", "/questions/funnel", {"steps": [["serch"]]}, 422),
        ("POST", "/questions/funnel", {"steps": []}, 422),
        ("POST", "/questions/funnel", {"steps": [["search"]], "by": "chanel"}, 422),
        ("POST", "/questions/funnel", {"steps": [["search"]], "by": "value"}, 422),
        ("POST", "/questions/graph", {"coverage": 2}, 422),
        ("POST", "/questions/variants", {"top": 0}, 422),
        ("POST", "/maps/propose", {"max_stages": 0}, 422),
        ("POST", "/maps", {"text": "title: [x"}, 422),
        ("POST", "/maps", {"text": 5}, 400),
    ],
)
def test_a_problem_is_told_in_the_language_of_the_reader(
    shop: TestClient[Any], method: str, path: str, body: object, status: int
) -> None:
    korean = shop.request(method, API + path, json=body, headers=KO)
    english = shop.request(method, API + path, json=body)

    assert (korean.status_code, english.status_code) == (status, status)
    assert is_korean(korean.json()["title"])
    assert re.search("[가-힣]", korean.json()["detail"]), korean.json()["detail"]
    assert not re.search("[가-힣]", english.json()["title"] + english.json()["detail"])


def test_a_workspace_without_events_says_what_to_do(empty: TestClient[Any]) -> None:
    answer = empty.get(f"{API}/log", headers=KO).json()

    assert answer["title"] == "아직 이벤트가 없어요"
    assert answer["detail"] == "이 작업 공간에는 아직 이벤트가 없어요. ‘데이터’에서 파일을 가져와 주세요."


@pytest.mark.parametrize(
    "text",
    [
        "",
        "title: a\n\tstages: []",
        "title: a: b",
        "title: 'a",
        "title: @a",
        "- a",
        "title: 5\nstages: []",
        "title: a\nstages: {id: b}",
        "title: a\nstages: [{title: b}]",
        "title: a\nstages: [{id: b c}]",
        "title: a\nstages: [{id: b}, {id: b}]",
        "titel: a\nstages: [{id: b, rank: 2}]",
        "title: a\nstages: [{id: b, within: 5}]",
        "title: a\nstages: [{id: b, within: soon}]",
        "title: a\nstages: [{id: b, returns_to: [c]}]",
        "title: a\nstages: [{id: b, claims: [{reach: c}]}]",
        "title: a\nstages: [{id: b, claims: [{reach: b, at_least: 60%}]}]",
        "title: a\nstages: [{id: b, claims: [{score: nps, at_least: 500}]}]",
        "title: a\nstages: [{id: b, feelings: {believed: 9}}]",
        "title: a\nstages: [{id: b, cards: {pain: [x]}}]",
        "title: a\nstages: [{id: b, touchpoints: [{id: t, match: search}]}]",
        "title: a\nstages: [{id: b, touchpoints: [{id: t, match: {event: s, any: []}}]}]",
        "title: a\nstages: [{id: b, touchpoints: [{id: t, match: {where: {p: {regex: '(('}}}}]}]",
        "title: a\nstages: [{id: b, touchpoints: [{id: t, match: {where: {p: {above: 3}}}}]}]",
        "title: a\ntitle: b\nstages: [{id: b}]",
        "title: &a b\nstages: [*a]",
    ],
)
def test_mistakes_of_a_map_are_told_in_korean(empty: TestClient[Any], text: str) -> None:
    korean = empty.post(f"{API}/maps/validate", json={"text": text}, headers=KO).json()["mistakes"]
    english = empty.post(f"{API}/maps/validate", json={"text": text}).json()["mistakes"]

    assert len(korean) == len(english) > 0
    for told in korean:
        assert is_korean(told["message"]), told
        assert not told["hint"] or re.search("[가-힣]", told["hint"]), told
    assert not re.search("[가-힣]", "".join(one["message"] + one["hint"] for one in english))


def test_saving_a_broken_map_tells_each_mistake_with_its_place(empty: TestClient[Any]) -> None:
    answer = empty.post(f"{API}/maps", json={"text": "title: a\nstages: []"}, headers=KO).json()

    assert answer["title"] == "지도에 고칠 곳이 있어요"
    assert answer["detail"] == "map: 고칠 곳이 1군데 있어요.\n  2행 9열: `stages`가 비어 있어요."
    assert [(one["line"], one["message"]) for one in answer["mistakes"]] == [(2, "`stages`가 비어 있어요.")]


def test_the_language_is_chosen_by_weight(empty: TestClient[Any]) -> None:
    def title(header: str) -> str:
        return str(empty.get(f"{API}/log", headers={"accept-language": header}).json()["title"])

    assert title("en;q=0.4, ko;q=0.8").startswith("아직")
    assert title("fr, ko-KR;q=0.3").startswith("아직")
    assert title("en, ko;q=0.8") == title("fr") == title("*") == title("ko;q=no") == "There are no events yet"


def test_what_a_check_could_not_measure_is_kept_once_and_told_in_both(empty: TestClient[Any]) -> None:
    events = "customer,event,time\n" + "".join(f"c{n},a,2026-03-01 10:00:0{n}\n" for n in range(9))
    follow(empty, upload(empty, "e.csv", events, {}).json())
    text = (
        "title: m\nstages:\n  - {id: a, touchpoints: [{id: t, match: {event: a}}], "
        "claims: [{score: nps, at_least: 10}, {reach: b, at_least: 0.5}]}\n  - {id: b}\n"
    )
    address = f"{API}/maps/{empty.post(f'{API}/maps', json={'text': text}).json()['id']}"

    english = [one["why"] for one in empty.get(f"{address}/check").json()["claims"]]
    korean = [one["why"] for one in empty.get(f"{address}/check", headers=KO).json()["claims"]]
    evidence = empty.get(f"{address}/claims/a/1/evidence", headers=KO).json()["claim"]["why"]

    assert english[0] == "there is no feedback"
    assert korean[0].startswith("아직 고객의 소리가 없어요.")
    assert korean[1] == evidence
    assert evidence.startswith("‘b’ 단계를 아직 데이터에 잇지 않았어요.")


def test_what_to_mind_in_a_file_is_told_in_both_languages(empty: TestClient[Any]) -> None:
    answer = upload(empty, "a.csv", "who,what,when,when\na,x,04/05/2026,1\nb,y,,2\nc,z,1\n", KO).json()
    again = empty.get(f"{API}/imports/{answer['id']}").json()["preview"]

    assert len(answer["problems"]) >= 3
    assert [one for one in answer["problems"] if not is_korean(one)] == []
    assert len(again["problems"]) == len(answer["problems"])
    assert not re.search("[가-힣]", "".join(again["problems"]))


def test_why_an_import_failed_is_told_in_both_languages(empty: TestClient[Any]) -> None:
    seen = upload(empty, "bad.csv", "customer,event,time\na,view,never\nb,view,later\n", KO).json()
    failed = follow(empty, {**seen, "roles": {**seen["roles"], "time": "time"}}, KO)

    assert failed["error"] == (
        "bad.csv: 2행 가운데 쓸 수 있는 행이 없어요(읽을 수 없는 시각 2행). 예를 들어 2행: ‘never’는 시각이 "
        "아니에요. 예를 들어 2026-11-21T15:05:00+09:00처럼 적어 주세요."
    )
    assert empty.get(f"{API}/imports").json()["imports"][0]["error"].startswith("bad.csv: none of its 2 rows")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.csv", ""),
        ("a.parquet", "no"),
        ("a.json", '{"a":\n1\n}'),
        ("a.html", "<html></html>"),
        ("a.xlsx", "PK\x03\x04"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_korean(
    empty: TestClient[Any], name: str, content: str
) -> None:
    detail = upload(empty, name, content, KO).json()["detail"]

    assert name in detail
    assert detail.endswith(("요.", "요)"))


def test_an_upload_without_a_file_is_refused_in_korean(empty: TestClient[Any]) -> None:
    answer = empty.post(f"{API}/imports", files={"other": ("a.csv", "x")}, headers=KO)

    assert answer.json()["title"] == "요청이 올바르지 않아요"
    assert "`file` 항목이 빠졌어요" in answer.json()["detail"]


def follow(
    client: TestClient[Any], seen: dict[str, Any], headers: dict[str, str] | None = None
) -> dict[str, Any]:
    start = {"kind": seen["kind"], "roles": seen["roles"]}
    assert client.post(f"{API}/imports/{seen['id']}/start", json=start).status_code == 202
    while True:
        status: dict[str, Any] = client.get(f"{API}/imports/{seen['id']}", headers=headers).json()
        if status["state"] not in {"running", "preview"}:
            return status
