"""What was refused is seen, mended and taken in again; what departs from the plan is seen and settled."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from playwright.sync_api import FilePayload, expect
from tests.browser.conftest import Open
from tests.browser.served import served

from giljabi.bootstrap import Workspace

MAP = """
title: 첫 구매
stages:
  - id: look
    touchpoints: [{id: look, match: {event: 상품 보기}}]
  - id: buy
    touchpoints: [{id: buy, match: {event: 주문}}]
"""


@pytest.fixture
def address(empty_workspace: Workspace) -> Iterator[str]:
    with served(empty_workspace) as address:
        yield address


def send(address: str, key: str | None, *calls: Mapping[str, Any]) -> None:
    """Send calls as one batch; a refusal is an answer too."""
    body = json.dumps({"batch": calls, "writeKey": key}).encode()
    try:
        urllib.request.urlopen(urllib.request.Request(f"{address}/v1/batch", body)).close()
    except urllib.error.HTTPError as error:
        error.close()


def seal(workspace: Workspace) -> None:
    """Bring what was sent into the log, in a thread of its own: Playwright's has an event loop."""
    with ThreadPoolExecutor(1) as worker:
        worker.submit(workspace.jobs.ask, "seal").result()
        worker.submit(workspace.jobs.work_off).result()


def track(event: str, user: str = "u1", **properties: Any) -> dict[str, Any]:
    return {"type": "track", "event": event, "userId": user, "properties": properties}


def test_refused_calls_are_told_by_reason_and_taken_in_once_they_are_right(
    visit: Open, address: str, empty_workspace: Workspace
) -> None:
    workspace = empty_workspace
    page = visit(address, "/data/refusals")
    expect(page.get_by_role("heading", name="거부된 데이터가 없어요")).to_be_visible()

    source = workspace.sources.add("http", "가게")
    send(
        address, source.write_key, {"type": "track", "event": "주문"}, {"type": "track", "event": "주문 취소"}
    )
    send(address, source.write_key, {"type": "track", "userId": "u1"})
    page.reload()
    reasons = page.get_by_role("list", name="거부한 이유").get_by_role("button")
    expect(reasons).to_have_count(2)
    expect(reasons.first).to_contain_text("누구의 것인지 알 수 없어요")
    expect(reasons.first).to_contain_text("2")
    row = page.get_by_role("listitem").filter(has=page.get_by_text("주문 취소", exact=True))
    row.get_by_text("주문 취소", exact=True).click()
    expect(row.locator("pre")).to_contain_text('"event": "주문 취소"')

    row.get_by_role("checkbox").check()
    page.get_by_role("button", name="고른 1건 다시 받기").click()
    expect(page.get_by_text("1건은 아직 받을 수 없어요.")).to_be_visible()

    reasons.nth(1).click()
    expect(page).to_have_url(re.compile("reason=no_event"))
    expect(page.get_by_role("heading", name="이벤트 이름이 없어요")).to_be_visible()


def test_rows_of_a_source_that_was_mended_are_taken_in_again(
    visit: Open, address: str, empty_workspace: Workspace
) -> None:
    source = empty_workspace.sources.add("http", "Shop")
    late = {**track("Paid"), "timestamp": "1980-01-01T00:00:00Z"}
    send(address, source.write_key, late)
    page = visit(address, "/data/refusals", language="en")
    expect(page.get_by_role("heading", name="The time is out of range")).to_be_visible()
    page.get_by_role("button", name="Try all again").click()
    expect(page.get_by_text("1 are still refused.")).to_be_visible()


def test_a_plan_is_begun_with_what_came_and_departures_are_settled(
    visit: Open, address: str, empty_workspace: Workspace
) -> None:
    workspace = empty_workspace
    page = visit(address, "/data/plan")
    expect(page.get_by_role("heading", name="어떤 이벤트가 들어와야 하나요?")).to_be_visible()
    source = workspace.sources.add("http", "가게")
    send(address, source.write_key, track("상품 보기", sku="a"), track("주문", amount=3, sku="a"))
    seal(workspace)

    page.get_by_role("link", name="들어온 이벤트로 채우기").click()
    page.get_by_role("checkbox", name="상품 보기").uncheck()
    page.get_by_role("button", name="이벤트 1개 넣기").click()
    expect(page.get_by_text("모두 계획대로 들어오고 있어요.")).to_be_visible()
    expect(page.get_by_role("link", name="주문", exact=True)).to_be_visible()

    send(
        address,
        source.write_key,
        track("상품 보기"),
        track("주문", amount="세 개"),
        track("주문", coupon="a"),
    )
    seal(workspace)
    page.reload()
    departures = page.get_by_role("region", name="계획과 다른 점").get_by_role("listitem")
    expect(departures.filter(has_text="빠진 속성 amount")).to_be_visible()
    expect(departures.filter(has_text="계획과 다른 값 amount")).to_contain_text("세 개")
    expect(departures.filter(has_text="계획에 없는 속성 coupon")).to_contain_text("가게")

    unknown = departures.filter(has_text="계획에 없는 이벤트")
    unknown.get_by_role("button", name="계획에 넣기").click()
    expect(unknown).to_have_count(0)
    expect(page.get_by_role("link", name="상품 보기", exact=True)).to_be_visible()
    departures.filter(has_text="계획에 없는 속성 coupon").get_by_role("button", name="무시").click()
    expect(departures.filter(has_text="속성 coupon")).to_have_count(0)


def test_an_event_is_planned_changed_and_removed_by_hand(visit: Open, address: str) -> None:
    page = visit(address, "/data/plan", language="en")
    page.get_by_role("link", name="Add an event").click()
    page.get_by_label("Name of the event").fill("Paid")
    page.get_by_role("button", name="Add a property").click()
    page.get_by_label("Property", exact=True).fill("way")
    page.get_by_label("Admitted values").fill("card, cash, card")
    page.get_by_role("checkbox", name="required").check()
    page.get_by_role("button", name="Save").click()

    event = page.get_by_role("link", name="Paid", exact=True)
    event.click()
    expect(page.get_by_label("Admitted values")).to_have_value("card, cash")
    page.get_by_role("button", name="Remove from the plan").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove from the plan").click()
    expect(page.get_by_role("heading", name="Which events should come?")).to_be_visible()

    file = page.get_by_label("Bring in a file")
    plan = json.dumps({"events": [{"event": "Seen"}, {"event": "Paid"}]}).encode()
    file.set_input_files(FilePayload(name="plan.json", mimeType="application/json", buffer=plan))
    expect(page.get_by_role("link", name="Seen", exact=True)).to_be_visible()
    file.set_input_files(FilePayload(name="x.json", mimeType="application/json", buffer=b"[]"))
    expect(page.get_by_text("This is no tracking plan.")).to_be_visible()


def test_a_map_that_rests_mostly_on_what_others_gathered_says_so(
    visit: Open, address: str, empty_workspace: Workspace
) -> None:
    workspace = empty_workspace
    panel = workspace.sources.add("http", "소비자 조사", third_party=0.9)
    own = workspace.sources.add("http", "가게")
    send(address, panel.write_key, *(track("주문", user=f"p{n}") for n in range(6)))
    send(address, own.write_key, track("상품 보기"), *(track("다른 일") for _ in range(20)))
    seal(workspace)
    id = workspace.add_map(MAP).id  # noqa: A001
    page = visit(address, f"/maps/{id}")
    banner = page.get_by_role("note")
    expect(banner).to_contain_text("77%")
    expect(banner).to_contain_text("소비자 조사")
    workspace.sources.change(panel.id, third_party=0.2)
    page.reload()
    expect(page.get_by_role("heading", name="첫 구매")).to_be_visible()
    expect(banner).to_have_count(0)
