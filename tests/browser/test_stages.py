"""Stages: a band of them, and a map made of them."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect
from tests.browser.conftest import Open


def test_stages_stand_in_a_band_with_the_waits_between(visit: Open, shop_address: str) -> None:
    page: Page = visit(shop_address, "/explore/stages")
    expect(page.get_by_role("heading", name=re.compile(r"여정이 \d단계로 나뉘"))).to_be_visible()
    expect(page.get_by_role("button", name="이 단계로 지도 만들기")).to_be_enabled()

    page.get_by_label("단계 수").select_option("4")

    expect(page).to_have_url(re.compile("k=4"))
    expect(page.get_by_role("heading", name=re.compile("여정이 4단계로 나뉘"))).to_be_visible()
    page.get_by_role("button", name="표로 보기").click()
    expect(page.get_by_role("row")).to_have_count(5)
