"""Attribution: which channels bring the conversions."""

from __future__ import annotations

import re

from playwright.sync_api import expect
from tests.browser.conftest import Open


def test_models_are_compared_channel_by_channel(visit: Open, shop_address: str) -> None:
    page = visit(shop_address, "/explore/attribution")

    page.get_by_role("button", name="paid의 기여도 보기").click()
    expect(page.get_by_role("heading", name=re.compile("마지막 접촉 기준으로 .+ 가장 커요"))).to_be_visible()

    page.get_by_role("checkbox", name="섀플리").check()
    expect(page).to_have_url(re.compile("models=last,linear,markov,shapley"))
    expect(page.locator("svg.picture").get_by_text("섀플리").first).to_be_visible()

    page.get_by_role("button", name="표로 보기").click()
    expect(page.get_by_role("columnheader", name="마르코프")).to_be_visible()
    expect(page.get_by_role("rowheader", name="접촉 없음")).to_be_visible()
