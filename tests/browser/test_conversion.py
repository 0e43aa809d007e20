"""Funnels with rules, conversion, durations and waiting on the explore page."""

from __future__ import annotations

import re

from playwright.sync_api import expect
from tests.browser.conftest import Open


def test_a_funnel_takes_rules_and_lists_who_fell_out(visit: Open, shop_address: str) -> None:
    page = visit(shop_address, "/explore/funnel?steps=visit,search,paid&within=30d")
    customers = page.get_by_role("region", name="고객 목록")
    expect(customers.get_by_role("listitem").first).to_be_visible()

    page.get_by_role("checkbox", name="2단계를 건너뛰어도 됨").check()
    page.get_by_role("combobox", name="3단계의 기한").select_option("1d")

    expect(page).to_have_url(re.compile(r"optional=2"))
    expect(page).to_have_url(re.compile(r"limits=-,-,1d"))
    expect(page.get_by_role("img", name=re.compile("가 마지막 단계"))).to_contain_text("건너뛰어도 됨")

    with page.expect_download() as download:
        customers.get_by_role("button", name="목록 내려받기").click()
    assert download.value.suggested_filename.endswith(".csv")


def test_a_conversion_is_compared_with_the_rest(visit: Open, shop_address: str) -> None:
    page = visit(shop_address, "/explore/conversion?start=search&end=paid")

    expect(page.get_by_role("heading", name=re.compile("‘paid’까지 가요"))).to_be_visible()
    expect(page.get_by_text("나머지 대비 배수")).to_be_visible()

    page.get_by_role("combobox", name="나누어 보기").select_option(label="채널")
    page.get_by_role("button", name="표로 보기").click()

    expect(page.get_by_role("rowheader", name="app")).to_be_visible()


def test_durations_and_waiting_show_where_time_goes(visit: Open, shop_address: str) -> None:
    page = visit(shop_address, "/explore/durations")
    expect(page.get_by_role("heading", name="시작과 끝 이벤트를 골라 보세요")).to_be_visible()

    page.goto(f"{shop_address}/explore/durations?start=visit&end=paid&stages=visit,search,paid")

    expect(page.get_by_role("heading", name=re.compile("절반은 .+ 안에"))).to_be_visible()
    expect(page.get_by_role("region", name="백분위수")).to_contain_text("99%까지")
    expect(page.get_by_role("heading", name=re.compile("기다린 시간의"))).to_be_visible()
