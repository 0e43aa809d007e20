"""Where customers are at each step."""

from __future__ import annotations

import re

from playwright.sync_api import expect
from tests.browser.conftest import Open


def test_a_starting_event_is_picked_and_its_steps_are_drawn(visit: Open, shop_address: str) -> None:
    page = visit(shop_address, "/explore/steps")
    expect(page.get_by_role("heading", name=re.compile("에서 시작해요$"))).to_be_visible()

    page.get_by_role("combobox", name="기준이 될 이벤트 고르기").fill("cart_added")
    page.get_by_role("option", name=re.compile("^cart_added")).click()

    expect(page).to_have_url(re.compile("start=cart_added"))
    expect(page.get_by_role("button", name=re.compile("^1단계 cart_added: .*100%"))).to_be_visible()


def test_a_block_tells_where_its_customers_come_from_and_go(visit: Open, shop_address: str) -> None:
    page = visit(shop_address, "/explore/steps?start=cart_added&before=1")
    page.get_by_role("button", name=re.compile("^1단계 cart_added")).press("Enter")

    expect(page.get_by_role("heading", name="다음 단계로")).to_be_visible()
    page.get_by_role("heading", name="앞 단계에서").locator("..").get_by_role("button").first.click()
    expect(page.get_by_role("button", name=re.compile("^-1단계 "), pressed=True)).to_have_count(1)


def test_the_flow_reads_as_a_matrix_and_as_a_table(visit: Open, shop_address: str) -> None:
    page = visit(shop_address, "/explore/steps?depth=4")
    page.get_by_role("radio", name="표", exact=True).check()
    expect(page.get_by_role("img", name=re.compile("기준 이벤트를 지났어요"))).to_be_visible()

    page.get_by_role("button", name="표로 보기").click()
    expect(page.get_by_role("columnheader", name="여기서 끝")).to_be_visible()
