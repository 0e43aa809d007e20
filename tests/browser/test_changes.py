"""What changed, and when."""

from __future__ import annotations

import re

from playwright.sync_api import expect
from tests.browser.conftest import Open


def test_changes_are_looked_for_and_the_drift_reads_as_a_table(visit: Open, shop_address: str) -> None:
    page = visit(shop_address, "/explore/changes?period=7d")

    # The shop works alike all the time; whatever chance lets through, the page says what was looked at.
    expect(page.get_by_text(re.compile(r"[\d,]+가지를 살[펴폈]")).first).to_be_visible()
    chart = page.get_by_role("img", name=re.compile("과정이"))
    expect(chart).to_be_visible()

    page.get_by_role("radiogroup", name="구간").get_by_text("월", exact=True).click()

    expect(page).to_have_url(re.compile("every=month"))
    page.get_by_role("button", name="표로 보기").last.click()
    expect(page.get_by_role("columnheader", name="우연의 한계")).to_be_visible()
    expect(page.get_by_role("row").nth(1)).to_be_visible()
