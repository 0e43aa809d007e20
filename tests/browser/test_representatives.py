"""Representatives: the journeys that stand for all, and on to the funnel of one."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect
from tests.browser.conftest import Open

ROW = re.compile(r"^\d+번째 대표 여정, 고객 [\d,]+명")


def test_a_representative_leads_to_its_funnel(visit: Open, shop_address: str) -> None:
    page: Page = visit(shop_address, "/explore/representatives?k=4")
    rows = page.get_by_role("button", name=ROW)
    expect(rows).to_have_count(4)
    expect(page.get_by_role("heading", name=re.compile("대표 여정 4가지가 고객"))).to_be_visible()

    rows.nth(0).focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile("pick=2"))
    expect(page.get_by_role("heading", name="2번째 대표 여정")).to_be_visible()
    expect(page.get_by_role("textbox", name="고객 그룹 이름")).to_have_value(re.compile("대표 여정 2: "))
    page.get_by_role("link", name="이 여정을 퍼널로 보기").click()
    expect(page).to_have_url(re.compile(r"/explore/funnel\?.*steps="))


def test_their_number_can_be_asked_for_and_they_read_as_a_table(visit: Open, shop_address: str) -> None:
    page: Page = visit(shop_address, "/explore/representatives")
    page.get_by_label("대표 여정 수").select_option("3")

    expect(page).to_have_url(re.compile("k=3"))
    expect(page.get_by_role("button", name=ROW)).to_have_count(3)
    page.get_by_role("button", name="표로 보기").click()
    expect(page.get_by_role("row")).to_have_count(4)
