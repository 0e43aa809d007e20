"""Segments over HTTP, and questions asked of audiences."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient
from tests.server.comers import admit, make_owner, with_token

from giljabi.bootstrap import Settings, Workspace
from giljabi.model import audience_of
from giljabi.server.app import create_app

API = "/api/v1"
PAYERS = {"did": {"event": "paid"}}
LOYAL = {"did": {"event": "paid"}, "at_least": 2}


def save(client: TestClient[Any], name: str, audience: dict[str, Any]) -> dict[str, Any]:
    answer = client.post(f"{API}/segments", json={"name": name, "audience": audience})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def ask(client: TestClient[Any], asked: str, **parameters: Any) -> dict[str, Any]:
    answer = client.post(f"{API}/questions/{asked}", json=parameters)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_a_segment_is_kept_renamed_changed_and_removed(empty: TestClient[Any]) -> None:
    kept = save(empty, " 단골  고객 ", LOYAL)
    assert (kept["name"], kept["audience"]) == ("단골 고객", LOYAL)
    assert kept["text"] == "{did: {event: paid}, at_least: 2}"

    changed = empty.put(f"{API}/segments/{kept['id']}", json={"name": "구매 고객", "audience": PAYERS}).json()
    assert (changed["id"], changed["name"], changed["audience"]) == (kept["id"], "구매 고객", PAYERS)
    assert [one["name"] for one in empty.get(f"{API}/segments").json()["segments"]] == ["구매 고객"]

    assert empty.delete(f"{API}/segments/{kept['id']}").status_code == 204
    assert empty.get(f"{API}/segments").json()["segments"] == []
    assert empty.delete(f"{API}/segments/{kept['id']}").status_code == 404


def test_a_name_is_given_once_whatever_its_case(empty: TestClient[Any]) -> None:
    save(empty, "Loyal", LOYAL)
    refused = empty.post(f"{API}/segments", json={"name": "loyal", "audience": PAYERS})
    assert refused.status_code == 422
    assert "already a segment 'loyal'" in refused.json()["detail"]


@pytest.mark.parametrize("name", ["", "   ", "x" * 81])
def test_a_name_has_a_length(empty: TestClient[Any], name: str) -> None:
    answer = empty.post(f"{API}/segments", json={"name": name, "audience": PAYERS})
    assert answer.status_code == 422
    assert "1 to 80 letters" in answer.json()["detail"]


def test_segments_may_be_made_of_others_but_not_of_themselves(empty: TestClient[Any]) -> None:
    payers = save(empty, "payers", PAYERS)
    others = save(empty, "others", {"not": {"segment": payers["id"]}})
    turned = empty.put(
        f"{API}/segments/{payers['id']}", json={"name": "payers", "audience": {"segment": others["id"]}}
    )
    assert turned.status_code == 422
    assert "made of itself" in turned.json()["detail"]
    unknown = empty.post(f"{API}/segments", json={"name": "x", "audience": {"segment": "nobody"}})
    assert unknown.status_code == 404


def test_every_mistake_of_an_audience_is_told_in_the_reader_s_language(empty: TestClient[Any]) -> None:
    body = {"name": "x", "audience": {"did": {"evnt": "paid"}, "at_least": -1}}
    english = empty.post(f"{API}/segments", json=body).json()
    korean = empty.post(f"{API}/segments", json=body, headers={"accept-language": "ko"}).json()
    assert english["type"] == "audience-mistakes"
    assert [one["hint"] for one in english["mistakes"]][:1] == ["did you mean 'event'?"]
    assert len(korean["mistakes"]) == 2
    assert korean["title"] == "고객 그룹에 고칠 곳이 있어요"
    assert "혹시 ‘event’" in korean["detail"]


def test_the_size_of_an_audience_is_seen_before_it_is_kept(shop: TestClient[Any]) -> None:
    answer = shop.post(f"{API}/segments/preview", json={"audience": LOYAL}).json()
    assert 0 < answer["customers"] < answer["total"] == 2_000
    assert answer["share"] == answer["customers"] / 2_000
    assert answer["text"] == "{did: {event: paid}, at_least: 2}"


def test_an_audience_filters_every_question_by_whole_journeys(shop: TestClient[Any]) -> None:
    size = shop.post(f"{API}/segments/preview", json={"audience": PAYERS}).json()["customers"]
    assert ask(shop, "variants", filters={"audience": PAYERS})["customers"] == size
    steps = [["visit"], ["paid"]]
    funnel = ask(shop, "funnel", steps=steps, filters={"audience": {"not": PAYERS}})
    assert funnel["steps"][1]["customers"] == 0


def test_a_stage_of_a_map_makes_an_audience(shop: TestClient[Any]) -> None:
    (card,) = shop.get(f"{API}/maps").json()["maps"]
    stage = shop.get(f"{API}/maps/{card['id']}").json()["map"]["stages"][-1]["id"]
    form = {"reached": stage, "map": card["id"]}
    assert shop.post(f"{API}/segments/preview", json={"audience": form}).json()["customers"] > 0
    missing = shop.post(f"{API}/segments/preview", json={"audience": {**form, "reached": "nowhere"}})
    assert missing.status_code == 404


def test_segments_narrow_and_break_down(empty: TestClient[Any], tmp_path: Any) -> None:
    rows = "".join(f"c{n},view,2026-03-01T10:00:0{n}Z\n" for n in range(6))
    rows += "".join(f"c{n},paid,2026-03-01T11:00:00Z\n" for n in range(4)) + "c9,view,2026-03-09T10:00:00Z\n"
    seen = empty.post(
        f"{API}/imports", files={"file": ("e.csv", f"customer,event,time\n{rows}".encode())}
    ).json()
    empty.post(f"{API}/imports/{seen['id']}/start", json={"kind": seen["kind"], "roles": seen["roles"]})
    while empty.get(f"{API}/imports/{seen['id']}").json()["state"] in {"preview", "running"}:
        pass
    payers = save(empty, "payers", PAYERS)
    first = save(empty, "first", {"customers": ["c0", "c5"]})

    narrowed = ask(empty, "variants", filters={"segment": "payers"})["customers"]
    assert narrowed == ask(empty, "variants", filters={"segment": payers["id"]})["customers"] == 4
    by = f"segment:{first['id']},segment:{payers['id']}"
    groups = ask(empty, "retention", by=by, every="day")["groups"]
    assert {one["group"]: one["customers"] for one in groups} == {"payers": 3, "first": 2, None: 1}
    wrong = empty.post(f"{API}/questions/retention", json={"by": f"{by},channel"})
    assert "names no segment" in wrong.json()["detail"]
    compared = ask(empty, "compare", a={"segment": first["id"]}, b={"segment": payers["id"]})
    assert (compared["customers_a"], compared["customers_b"], compared["both"]) == (2, 4, 1)


def test_a_comparison_gives_both_sides_with_an_interval(shop: TestClient[Any]) -> None:
    answer = ask(shop, "compare", a={"audience": PAYERS}, top=5)
    assert len(answer["rows"]) == 5 < answer["total"]
    assert answer["customers_a"] + answer["customers_b"] == 2_000
    for row in answer["rows"]:
        assert row["low"] <= row["difference"] <= row["high"]
        assert row["difference"] == pytest.approx(row["a"] - row["b"])
    slow = ask(
        shop, "compare", a={"audience": LOYAL}, question="durations", start=["visit"], end=["cart_added"]
    )
    assert slow["unit"] == "ms"


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"a": {}}, "give one of them"),
        ({"a": {"audience": PAYERS, "first": "2026-01-01T00:00:00Z"}}, "give one of them"),
        ({"a": {"first": "2026-01-01T00:00:00Z"}}, "needs a start and an end"),
        ({"a": {"audience": PAYERS}, "question": "durations"}, "needs a start and an end"),
        ({"a": {"segment": "nobody"}}, "no segment 'nobody'"),
        ({"a": {"audience": PAYERS}, "question": "mood"}, "question"),
        ({"a": {"audience": {"did": {"event": "payd"}}}}, "did you mean 'paid'"),
    ],
)
def test_what_cannot_be_compared_is_refused_in_words(
    shop: TestClient[Any], body: dict[str, Any], told: str
) -> None:
    answer = shop.post(f"{API}/questions/compare", json=body)
    assert answer.status_code in {400, 404, 422}
    assert told in answer.json()["detail"]
    korean = shop.post(f"{API}/questions/compare", json=body, headers={"accept-language": "ko"})
    assert any("가" <= letter <= "힣" for letter in korean.json()["detail"]), korean.json()["detail"]


def test_a_segment_that_names_customers_is_read_by_those_who_may_look_at_them(
    empty_workspace: Workspace,
) -> None:
    owner = make_owner(empty_workspace)
    comers = {role: admit(empty_workspace, owner, role) for role in ("editor", "commenter", "viewer")}
    comers |= {
        f"a program that may {one}": with_token(empty_workspace, owner, one) for one in ("view", "people")
    }
    named = {"all": [{"not": {"customers": ["c1", "c2"]}}, PAYERS]}
    kept = empty_workspace.save_segment("골라 뽑은 고객", audience_of(named))
    empty_workspace.save_segment("구매 고객", audience_of(PAYERS))
    empty_workspace.save_segment("둘 다", audience_of({"segment": kept.id}))

    with TestClient(create_app(empty_workspace, Settings()), base_url="http://127.0.0.1") as client:
        for who, comer in comers.items():
            answer = client.get(f"{API}/segments", headers=dict(comer.headers))
            seen = {one["name"]: one for one in answer.json()["segments"]}
            sees = who in {"editor", "a program that may people"}
            assert ("c1" in answer.text) == sees, who
            assert seen["골라 뽑은 고객"]["audience"] == (named if sees else {"segment": kept.id})
            assert seen["구매 고객"]["audience"] == PAYERS
            assert [one["names_customers"] for one in seen.values()] == [True, False, False]


def test_who_may_not_read_a_segment_may_ask_of_it(empty_workspace: Workspace, tmp_path: Path) -> None:
    rows = [f"c{n},paid,2026-11-0{n}T10:00:00Z" for n in (1, 2, 3)]
    (tmp_path / "events.csv").write_text("\n".join(["customer,event,time", *rows]))
    empty_workspace.import_events(tmp_path / "events.csv")
    owner = make_owner(empty_workspace)
    viewer = dict(admit(empty_workspace, owner, "viewer").headers)
    empty_workspace.save_segment("골라 뽑은 고객", audience_of({"customers": ["c2"]}))

    with TestClient(create_app(empty_workspace, Settings()), base_url="http://127.0.0.1") as client:
        shown = client.get(f"{API}/segments", headers=viewer).json()["segments"][0]["audience"]
        asked = {"audience": shown}
        size = client.post(f"{API}/segments/preview", json=asked, headers=viewer).json()["customers"]

    assert size == 1
