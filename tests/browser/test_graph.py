"""Loops of the graph, and customers moving over it."""

from __future__ import annotations

import re

from playwright.sync_api import expect
from tests.browser.conftest import Open


def test_loops_lead_to_the_ways_they_run_on(visit: Open, shop_address: str) -> None:
    page = visit(shop_address, "/explore/graph")
    page.get_by_role("button", name=re.compile(r"^되풀이 \d+가지$")).click()

    panel = page.get_by_role("complementary", name="고객이 되돌아오는 곳")
    expect(panel.get_by_role("listitem").first).to_contain_text(re.compile(r"고객 [\d,]+명, [\d,]+번"))
    panel.get_by_role("button").filter(has_text="바로 다시").first.click()

    expect(page.get_by_role("complementary", name="자세히")).to_be_visible()
    expect(page).to_have_url(re.compile("edge="))


def test_movement_starts_only_when_asked_and_can_be_scrubbed(visit: Open, shop_address: str) -> None:
    page = visit(shop_address, "/explore/graph")
    page.get_by_role("button", name="움직임 보기").click()

    scrub = page.get_by_role("slider", name="시점")
    expect(scrub).to_have_value("0")
    expect(page.get_by_role("button", name="재생")).to_be_visible()
    before = scrub.get_attribute("aria-valuetext")
    scrub.fill("120")

    expect(scrub).not_to_have_attribute("aria-valuetext", before or "")
    expect(scrub).to_have_attribute("aria-valuetext", re.compile(r"이동 중인 고객 [\d,]+명"))
    page.get_by_role("button", name="재생").click()
    expect(page.get_by_role("button", name="멈춤")).to_be_visible()


def test_the_whole_graph_is_in_sight_when_it_opens(visit: Open, shop_address: str) -> None:
    page = visit(shop_address, "/explore/graph")
    nodes = page.locator("svg.picture g.node")
    expect(nodes.first).to_be_visible()
    frame = page.locator("svg.picture").bounding_box()
    assert frame is not None
    for node in nodes.all():
        box = node.bounding_box()
        assert box is not None
        assert box["x"] >= frame["x"]
        assert box["x"] + box["width"] <= frame["x"] + frame["width"]
