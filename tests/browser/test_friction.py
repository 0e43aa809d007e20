"""Where customers meet friction."""

from __future__ import annotations

import re

from playwright.sync_api import expect
from tests.browser.conftest import Open


def test_an_event_with_friction_opens_its_details_and_its_graph(visit: Open, shop_address: str) -> None:
    page = visit(shop_address, "/explore/friction")
    expect(page.get_by_role("heading", name=re.compile(r"에서 고객의 [\d.]+%가 막혀요"))).to_be_visible()

    worst = page.get_by_role("button", name=re.compile("^[a-z_]+: .*%")).first
    event = (worst.get_attribute("aria-label") or "").split(":")[0]
    worst.press("Enter")

    details = page.get_by_role("region", name=f"{event} 자세히").first
    expect(details.get_by_role("columnheader", name="횟수")).to_be_visible()
    expect(page).to_have_url(re.compile(f"event={event}"))

    page.get_by_role("link", name="앞뒤 여정 보기").click()

    expect(page).to_have_url(re.compile(f"/explore/graph.*node={event}"))


def test_friction_reads_as_a_table_and_keeps_its_pause(visit: Open, shop_address: str) -> None:
    page = visit(shop_address, "/explore/friction?again=2h")

    expect(page.get_by_role("radio", name="2시간")).to_be_checked()
    page.get_by_role("button", name="표로 보기").click()
    expect(page.get_by_role("columnheader", name="망설임")).to_be_visible()
    expect(page.get_by_role("columnheader", name="심각도")).to_be_visible()
