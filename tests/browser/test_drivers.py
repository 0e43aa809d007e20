"""Drivers: what goes with converting."""

from __future__ import annotations

import re

from playwright.sync_api import expect
from tests.browser.conftest import Open


def test_drivers_are_drawn_with_their_caveat(visit: Open, shop_address: str) -> None:
    page = visit(shop_address, "/explore/drivers")

    page.get_by_role("button", name="paid의 요인 찾기").click()
    page.get_by_role("combobox", name="살펴볼 초기 행동").select_option("10m")
    expect(page).to_have_url(re.compile("horizon=10m"))

    expect(page.get_by_role("note")).to_contain_text("원인이라고 할 수는 없어요")
    expect(page.locator("svg.picture")).to_be_visible()

    page.get_by_role("button", name="표로 보기").click()
    expect(page.get_by_role("columnheader", name="오즈비")).to_be_visible()
