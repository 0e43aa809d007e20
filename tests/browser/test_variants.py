"""The tree of variants."""

from __future__ import annotations

import re

from playwright.sync_api import expect
from tests.browser.conftest import Open


def test_the_tree_is_walked_by_keys_and_tells_a_way(visit: Open, shop_address: str) -> None:
    page = visit(shop_address, "/explore/variants")
    page.get_by_role("radio", name="갈래").check()

    expect(page).to_have_url(re.compile("view=tree"))
    expect(page.get_by_role("heading", name=re.compile("에서 시작해요$"))).to_be_visible()
    tree = page.get_by_role("region", name="갈래")
    tree.get_by_role("button").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")

    expect(tree.get_by_role("button", pressed=True)).to_have_count(1)
    expect(page.get_by_role("link", name="퍼널로 보기")).to_have_attribute("href", re.compile("order=strict"))


def test_the_tree_reads_as_a_table(visit: Open, shop_address: str) -> None:
    page = visit(shop_address, "/explore/variants?view=tree&depth=3")
    page.get_by_role("button", name="표로 보기").click()

    expect(page.get_by_role("columnheader", name="여기서 끝")).to_be_visible()
    expect(page.get_by_role("cell", name=re.compile(" → ")).first).to_be_visible()
