"""Audiences of the explore page, and comparing them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import Open
from tests.browser.served import served

from giljabi.bootstrap import Workspace


@pytest.fixture
def own_shop(empty_workspace: Workspace, shop_files: Path) -> Iterator[str]:
    """Give the address of a shop of the test's own, whose segments it may change."""
    empty_workspace.import_events(shop_files / "events.parquet")
    with served(empty_workspace) as address:
        yield address


def pick_event(page: Page, event: str) -> None:
    picker = page.get_by_role("combobox", name="이벤트", exact=True)
    picker.fill(event)
    page.get_by_role("option", name=re.compile(f"^{event} ?[\\d.]")).click()


def test_customers_are_picked_counted_saved_and_put_aside(visit: Open, own_shop: str) -> None:
    page = visit(own_shop, "/explore/variants")

    page.get_by_role("button", name="모든 고객").click()
    dialog = page.get_by_role("dialog", name="어떤 고객을 볼까요?")
    pick_event(page, "paid")
    expect(dialog.get_by_role("status")).to_contain_text(re.compile(r"[\d,]+명 전체의 [\d.]+%"))
    dialog.get_by_role("combobox", name="횟수 조건").select_option(label="적어도")
    dialog.get_by_role("spinbutton", name="번").fill("2")
    dialog.get_by_role("textbox", name="그룹 이름").fill("단골")
    dialog.get_by_role("button", name="그룹으로 저장").click()
    expect(dialog.get_by_role("button", name="단골", exact=True)).to_have_attribute("aria-pressed", "true")
    dialog.get_by_role("button", name="이 고객만 보기").click()

    expect(page).to_have_url(re.compile(r"segment=[0-9a-f]+"))
    expect(page.get_by_role("button", name="단골")).to_be_visible()
    page.reload()
    page.get_by_role("button", name="단골").click()
    dialog.get_by_role("button", name="단골 지우기").click()
    dialog.get_by_role("button", name="지우기", exact=True).click()
    expect(dialog.get_by_text("그룹을 지울까요?")).to_have_count(0)
    expect(dialog.get_by_role("button", name="단골", exact=True)).to_have_count(0)
    dialog.get_by_role("button", name="취소").click()
    expect(page).not_to_have_url(re.compile("segment="))


def test_an_audience_in_the_address_narrows_the_answer(visit: Open, shop_address: str) -> None:
    page = visit(shop_address, '/explore/variants?audience={"did":{"event":"paid"}}')

    expect(page.get_by_role("button", name="paid 한 번 이상")).to_be_visible()
    expect(page.get_by_text(re.compile(r"고객 [\d,]+명이"))).not_to_contain_text("2,000명")
    page.get_by_role("button", name="고객 조건 풀기").click()
    expect(page).not_to_have_url(re.compile("audience="))


def test_two_sides_are_compared_with_intervals(visit: Open, shop_address: str) -> None:
    page = visit(shop_address, "/explore/compare")

    page.get_by_role("button", name="예시로 비교해 보기").click()
    expect(page.get_by_role("heading", name=re.compile("가장 크게 갈리는 것은"))).to_be_visible()
    expect(page.get_by_role("combobox", name="B 쪽")).to_have_value("")

    page.get_by_role("radio", name="퍼널").check()
    for event in ("visit", "cart_added"):
        picker = page.get_by_role("combobox", name="단계 더하기")
        picker.fill(event)
        page.get_by_role("option", name=re.compile(f"^{event} ?[\\d.]")).click()
    page.get_by_role("button", name="표로 보기").click()
    expect(page.get_by_role("row")).to_have_count(3)
    expect(page.get_by_role("columnheader", name="95% 구간")).to_be_visible()
    expect(page).to_have_url(re.compile("question=funnel"))


def test_a_period_is_compared_with_the_one_before(visit: Open, shop_address: str) -> None:
    page = visit(shop_address, "/explore/compare")

    page.get_by_role("combobox", name="A 쪽").select_option(label="기간")

    expect(page).to_have_url(re.compile(r"a=period"))
    expect(page.get_by_role("combobox", name="B 쪽")).to_contain_text("바로 앞의 같은 길이 기간")
    expect(page.get_by_text("양쪽 모두에 있어서")).to_be_visible()
