"""Working without a pointer."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect
from tests.browser.conftest import Open

MAP = "온라인 쇼핑몰 첫 구매"


def palette(page: Page) -> None:
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox", name=re.compile("찾기와 실행|Search and run"))).to_be_focused()


def test_the_palette_opens_a_map_by_part_of_its_name(visit: Open, shop_address: str) -> None:
    page = visit(shop_address, "/data")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    palette(page)

    page.keyboard.type("쇼핑몰")
    expect(page.get_by_role("option", name=MAP)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text(MAP)


def test_the_palette_finds_korean_by_first_consonants(visit: Open, shop_address: str) -> None:
    page = visit(shop_address, "/maps")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    palette(page)

    page.keyboard.type("ㅍㄴ")
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile("/explore/funnel"))


def test_the_palette_reaches_pages_and_actions_in_english(visit: Open, shop_address: str) -> None:
    page = visit(shop_address, "/maps", language="en")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    palette(page)
    page.keyboard.type("varia")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/explore/variants"))

    palette(page)
    page.keyboard.type("dark")
    page.keyboard.press("Enter")

    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_escape_leaves_the_palette(visit: Open, shop_address: str) -> None:
    page = visit(shop_address, "/maps")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    palette(page)

    page.keyboard.press("Escape")

    expect(page.get_by_role("dialog")).to_be_hidden()


def test_the_first_tab_offers_to_skip_to_the_content(visit: Open, shop_address: str) -> None:
    page = visit(shop_address, "/maps")
    expect(page.get_by_role("heading", level=1)).to_be_visible()

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="본문으로 건너뛰기")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.get_by_role("main")).to_be_focused()


def test_a_new_page_takes_the_focus(visit: Open, shop_address: str) -> None:
    page = visit(shop_address, "/maps")

    page.get_by_role("navigation").get_by_role("link", name="데이터").press("Enter")

    expect(page.get_by_role("main")).to_be_focused()


def test_arrow_keys_walk_the_events_of_the_graph(visit: Open, shop_address: str) -> None:
    page = visit(shop_address, "/explore")
    first = page.get_by_role("button", name=re.compile("^ad_seen, "))
    first.focus()

    page.keyboard.press("ArrowRight")

    expect(first).not_to_be_focused()
    expect(page.locator("g.node:focus")).to_have_count(1)
