"""Customers' requests on their page: found, asked for, followed, downloaded, and let in again."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import Open
from tests.browser.served import served
from tests.browser.witness import Witness

from giljabi.bootstrap import Workspace

EVENTS = "customer,event,time\n" + "".join(
    f"{who},{what},2026-02-0{day}T10:00:00Z\n"
    for who in ("minji-01", "hana-02")
    for day, what in enumerate(("visit", "order"), 1)
)


@pytest.fixture
def address(empty_workspace: Workspace, tmp_path: Path) -> Iterator[str]:
    file = tmp_path / "events.csv"
    file.write_text(EVENTS, "utf-8")
    empty_workspace.import_events(file)
    with served(empty_workspace) as made:
        yield made


def find(page: Page, open_: str, field: str, next_: str) -> None:
    page.get_by_role("button", name=open_).click()
    page.get_by_label(field).fill("minji-01")
    page.get_by_role("button", name=next_, exact=True).click()


def test_a_customer_gets_their_record_and_is_then_forgotten(
    visit: Open, address: str, empty_workspace: Workspace
) -> None:
    page = visit(address, "/settings/requests")
    expect(page.get_by_role("heading", name="아직 요청이 없어요")).to_be_visible()
    find(page, "새 요청", "고객 식별자", "찾기")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("region", name="찾은 고객")).to_contain_text("minji-01")
    expect(dialog.get_by_role("list", name="보관 중인 기록")).to_contain_text("이벤트 2")
    dialog.get_by_role("button", name="기록 만들기").click()
    access = page.get_by_role("article", name="열람 minji-01")
    expect(access).to_contain_text("대기")
    empty_workspace.jobs.work_off()
    with page.expect_download() as started:
        access.get_by_role("link", name="한 파일로 받기").click()
    document = json.loads(Path(started.value.path()).read_text("utf-8"))
    assert [one["event"] for one in document["events"]] == ["visit", "order"]

    find(page, "새 요청", "고객 식별자", "찾기")
    dialog.get_by_text("삭제", exact=True).click()
    erase = dialog.get_by_role("button", name="영구히 지우기")
    expect(erase).to_be_disabled()
    dialog.get_by_label("지우려면 minji-01 그대로 적어 주세요").fill("minji-0")
    expect(erase).to_be_disabled()
    dialog.get_by_label("지우려면 minji-01 그대로 적어 주세요").fill("minji-01")
    erase.click()
    expect(page.get_by_role("article", name="삭제 minji-01")).to_contain_text("대기")
    empty_workspace.jobs.work_off()
    erasure = page.get_by_role("article", name="삭제")
    expect(erasure).to_contain_text("완료")
    expect(erasure).to_contain_text("지운 고객")
    expect(erasure.get_by_role("list", name="지운 기록")).to_contain_text("이벤트 2")
    expect(page.get_by_text("minji-01")).to_have_count(0)

    page.get_by_role("button", name="다시 받기").click()
    dialog.get_by_label("식별자").fill("minji-01")
    dialog.get_by_role("button", name="다시 받기").click()
    expect(page.get_by_role("heading", name="막아 둔 고객")).to_have_count(0)


def test_on_a_phone_in_english_whoever_is_not_known_is_said_so(
    visit: Open, address: str, witnesses: list[Witness]
) -> None:
    page = visit(address, "/settings/requests", language="en", width=390)
    witnesses[-1].expected.add(404)
    find(page, "New request", "Customer ID or identifier", "Find")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Make the files")).to_be_visible()
    dialog.get_by_role("button", name="Another customer").click()
    dialog.get_by_label("Customer ID or identifier").fill("nobody-99")
    dialog.get_by_role("button", name="Find", exact=True).click()
    expect(dialog.get_by_role("alert")).to_contain_text(re.compile("no customer 'nobody-99'"))
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
