"""Exploring who comes back: retention, lifecycle, sessions."""

from __future__ import annotations

import re

from playwright.sync_api import expect
from tests.browser.conftest import Open


def test_retention_shows_the_triangle_and_follows_the_choices(visit: Open, shop_address: str) -> None:
    page = visit(shop_address, "/explore/retention?zone=Asia/Seoul")
    expect(
        page.get_by_role("heading", name=re.compile(r"고객의 [\d.]+%가 다음 주에 다시 와요"))
    ).to_be_visible()

    page.get_by_role("radio", name="그 뒤로도 온 고객").check()

    expect(page.get_by_role("heading", name=re.compile("다음 주나 그 뒤에"))).to_be_visible()
    expect(page).to_have_url(re.compile("kind=by"))
    picker = page.get_by_role("combobox", name="다시 온 이벤트")
    picker.fill("paid")
    page.get_by_role("option", name=re.compile("^paid ?[\\d.]")).click()
    expect(page).to_have_url(re.compile("back=paid"))
    expect(page.get_by_role("button", name="paid 빼기")).to_be_visible()


def test_retention_reads_as_a_table_and_breaks_down(visit: Open, shop_address: str) -> None:
    page = visit(shop_address, "/explore/retention?zone=Asia/Seoul&by=channel")
    expect(page.get_by_role("heading", name="채널에 따라 다를까요?")).to_be_visible()

    page.get_by_role("button", name="표로 보기").first.click()

    first = page.get_by_role("row", name=re.compile("^전체"))
    expect(first).to_contain_text(re.compile(r"[\d.]+%–[\d.]+%"))
    expect(page.get_by_role("columnheader", name="1주 뒤", exact=True)).to_be_visible()


def test_the_first_view_writes_its_time_zone_into_the_address(visit: Open, shop_address: str) -> None:
    page = visit(shop_address, "/explore/lifecycle")

    expect(page).to_have_url(re.compile("zone="))


def test_the_lifecycle_tells_who_came_and_who_stayed_away(visit: Open, shop_address: str) -> None:
    page = visit(shop_address, "/explore/lifecycle?zone=Asia/Seoul")
    expect(page.get_by_role("img", name=re.compile("앞 주에 온 [\\d,]+명은 오지 않았어요"))).to_be_visible()
    expect(page.get_by_role("img", name=re.compile("하루 평균 [\\d.]+%가 와요"))).to_be_visible()

    page.get_by_role("radio", name="한 주").check()

    expect(page.get_by_role("heading", name=re.compile("한 주에 온 고객 가운데"))).to_be_visible()
    page.get_by_role("button", name="표로 보기").first.click()
    expect(page.get_by_role("columnheader", name="휴면")).to_be_visible()


def test_sessions_are_cut_by_a_gap_or_by_the_flow(visit: Open, shop_address: str) -> None:
    page = visit(shop_address, "/explore/sessions")
    finding = page.get_by_role("heading", name=re.compile(r"고객 [\d,]+명이 [\d,]+번 방문했어요"))
    expect(finding).to_be_visible()
    before = finding.inner_text()

    page.get_by_role("combobox", name="간격").select_option(label="1일")
    expect(page.get_by_role("heading", name=before, exact=True)).to_have_count(0)
    expect(page).to_have_url(re.compile("gap=1d"))

    page.get_by_role("radio", name="이벤트 흐름").check()
    pairs = page.get_by_role("region", name="어떤 이벤트 사이에서 나눴을까요?")
    expect(pairs.get_by_role("row")).to_have_count(9)
