"""Exploring journeys: graph, variants, funnel."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.browser.conftest import Open

KEPT = re.compile(r"길 [\d,]+개 가운데 [\d,]+개")


@pytest.fixture
def graph(visit: Open, shop_address: str) -> Page:
    """Give the page of the graph, drawn."""
    page = visit(shop_address, "/explore")
    expect(events(page)).not_to_have_count(0)
    return page


def events(page: Page) -> Locator:
    return page.get_by_role("button", name=re.compile(r", [\d,]+번$"))


def ways(page: Page) -> Locator:
    return page.locator("svg.picture g.edge")


def shown(page: Page) -> int:
    """Give how many ways the page says are drawn."""
    text = page.get_by_text(KEPT).inner_text()
    return int(text.rsplit(" ", 1)[1].removesuffix("개").replace(",", ""))


def test_the_graph_draws_the_events_and_the_ways_between_them(graph: Page) -> None:
    expect(graph.get_by_role("button", name=re.compile(r"^visit, [\d,]+번$"))).to_be_visible()
    expect(ways(graph)).to_have_count(shown(graph))


def test_the_slider_changes_how_many_ways_are_drawn(graph: Page) -> None:
    before = shown(graph)

    graph.get_by_role("slider", name="보여 줄 이동").fill("40")

    expect(ways(graph)).not_to_have_count(before)
    expect(ways(graph)).to_have_count(shown(graph))
    assert 0 < shown(graph) < before
    expect(graph).to_have_url(re.compile("coverage=40"))


def test_times_take_the_place_of_counts_on_the_ways(graph: Page) -> None:
    graph.get_by_role("radio", name="걸린 시간").check()

    expect(ways(graph).get_by_text(re.compile(r"\d+(초|분|시간|일)$")).first).to_be_visible()
    expect(graph.get_by_role("heading", name="어디에서 시간이 오래 걸릴까요?")).to_be_visible()
    expect(graph).to_have_url(re.compile("measure=time"))


def test_the_graph_reads_as_a_table(graph: Page) -> None:
    rows = shown(graph)

    graph.get_by_role("button", name="표로 보기").click()

    expect(graph.get_by_role("row")).to_have_count(rows + 1)
    expect(graph.get_by_role("columnheader", name="중앙값")).to_be_visible()


def test_an_event_tells_what_comes_before_and_after_it(graph: Page) -> None:
    graph.get_by_role("button", name=re.compile(r"^visit, [\d,]+번$")).press("Enter")

    facts = graph.get_by_role("complementary", name="자세히")
    expect(facts.get_by_role("heading", name="바로 앞에서 오는 길")).to_be_visible()
    facts.get_by_role("list").last.get_by_role("button", name=re.compile("^search ?[\\d,]")).click()
    expect(facts.get_by_role("heading", level=2)).to_have_text("visit → search")

    facts.get_by_role("link", name="퍼널로 보기").click()

    expect(graph.get_by_role("heading", name=re.compile("마지막 단계"))).to_be_visible()


def test_an_address_brings_back_the_same_graph(visit: Open, shop_address: str) -> None:
    page = visit(shop_address, "/explore/graph?coverage=50&measure=time&node=visit&channels=app")

    expect(page.get_by_role("slider", name="보여 줄 이동")).to_have_value("50")
    expect(page.get_by_role("radio", name="걸린 시간")).to_be_checked()
    expect(page.get_by_role("button", name="앱", exact=True)).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("complementary", name="자세히").get_by_role("heading", level=2)).to_have_text(
        "visit"
    )


def test_a_channel_narrows_what_is_drawn_and_can_be_given_up(graph: Page) -> None:
    count = graph.get_by_role("button", name=re.compile("^visit, ")).get_attribute("aria-label") or ""

    graph.get_by_role("button", name="카카오톡", exact=True).click()
    expect(graph.get_by_role("button", name=count, exact=True)).to_have_count(0)
    expect(graph).to_have_url(re.compile("channels=kakao"))

    graph.get_by_role("button", name="거르기 풀기").click()
    expect(graph.get_by_role("button", name=count, exact=True)).to_be_visible()


def test_variants_say_how_much_the_frequent_ones_explain(visit: Open, shop_address: str) -> None:
    page = visit(shop_address, "/explore/variants")

    expect(
        page.get_by_role("heading", name=re.compile(r"잦은 유형 20가지가 고객의 [\d.]+%를 설명해요"))
    ).to_be_visible()
    expect(page.get_by_role("row")).to_have_count(21)

    page.get_by_role("button", name="더 보기").click()

    expect(page.get_by_role("row")).to_have_count(51)
    expect(page).to_have_url(re.compile("top=50"))


def test_a_funnel_is_built_step_by_step_and_broken_down(visit: Open, shop_address: str) -> None:
    page = visit(shop_address, "/explore/funnel")
    expect(page.get_by_role("heading", name="두 단계를 골라 보세요")).to_be_visible()

    for event in ("visit", "cart_added", "paid"):
        picker = page.get_by_role("combobox", name="단계 더하기")
        picker.fill(event)
        page.get_by_role("option", name=re.compile(f"^{event} ?[\\d.]")).click()

    chart = page.get_by_role("img", name=re.compile(r"가 마지막 단계\(paid\)까지 가요"))
    expect(chart).to_contain_text("2. cart_added")
    expect(page).to_have_url(re.compile("steps=visit,cart_added,paid"))

    page.get_by_role("combobox", name="나누어 보기").select_option(label="채널")

    groups = page.get_by_role("region", name="나누어 보기")
    expect(groups.get_by_role("rowheader", name="앱")).to_be_visible()
    expect(groups).to_contain_text(re.compile(r"95% [\d.]+–[\d.]+%"))
    page.reload()
    expect(groups.get_by_role("rowheader", name="앱")).to_be_visible()


def test_a_funnel_reads_as_a_table_with_intervals_and_times(visit: Open, shop_address: str) -> None:
    page = visit(shop_address, "/explore/funnel?steps=visit,cart_added,paid&within=30d", language="en")

    page.get_by_role("button", name="Show as table").click()

    last = page.get_by_role("row", name=re.compile("^3. paid"))
    expect(last).to_contain_text(re.compile(r"[\d.]+% – [\d.]+%"))
    expect(last).to_contain_text(re.compile(r"\d (s|min|h|d)"))
    expect(page.get_by_role("combobox", name="Window")).to_have_value("30d")


def test_a_funnel_breaks_down_by_any_property_even_where_it_is_missing(
    visit: Open, shop_address: str
) -> None:
    page = visit(shop_address, "/explore/funnel?steps=visit,cart_added&by=category")

    groups = page.get_by_role("region", name="나누어 보기")
    expect(groups.get_by_role("rowheader").first).to_be_visible()
    expect(groups).not_to_contain_text("null")
