"""Reading a map: from the list to the evidence of one claim."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.browser.conftest import Open

MAP = "온라인 쇼핑몰 첫 구매"
STAGES = ["인지", "방문", "가입", "검색", "상품 상세", "장바구니", "결제", "배송", "고객센터"]
LATE = "결제 후 2일 안에 도착"
CLOSE = {"ko": "패널 닫기", "en": "Close panel"}


@pytest.fixture
def board(visit: Open, shop_address: str) -> Page:
    """Give the page of the shop's map, its claims checked."""
    page = visit(shop_address, "/maps")
    page.get_by_role("link", name=MAP).click()
    expect(chip(page, LATE)).to_contain_text("반박")
    return page


def chip(page: Page, claim: str) -> Locator:
    verdict = "지지|반박|미정|Supported|Contradicted|Undecided"
    return page.get_by_role("button", name=re.compile(f"^({verdict}): {claim}"))


def test_the_list_tells_how_many_claims_of_a_map_hold(visit: Open, shop_address: str) -> None:
    page = visit(shop_address, "/maps")

    row = page.get_by_role("listitem").filter(has=page.get_by_role("link", name=MAP))
    expect(row).to_contain_text("9단계")
    expect(row).to_contain_text("가설 17개")
    expect(row).to_contain_text(re.compile(r"지지 \d+"))
    expect(row).to_contain_text(re.compile(r"반박 \d+"))


def test_the_board_shows_every_stage_with_its_reach(board: Page) -> None:
    expect(board.get_by_role("heading", level=1)).to_have_text(MAP)
    for stage in STAGES:
        expect(board.get_by_role("columnheader", name=re.compile(f"^{stage}"))).to_be_visible()
    expect(board.get_by_role("img", name=re.compile(r"고객의 [\d.]+%가 여기까지 왔어요"))).to_have_count(
        len(STAGES)
    )


def test_the_board_draws_three_curves_of_feeling_and_lists_them_as_a_table(board: Page) -> None:
    chart = board.get_by_role("img", name=re.compile("^우리가 믿은 감정은 고객이 말한 것과 같을까요"))
    for curve in ("believed", "reported", "inferred"):
        expect(chart.locator(f"path.{curve}")).to_have_attribute("d", re.compile("^M"))

    board.get_by_role("button", name="표로 보기").first.click()

    table = board.get_by_role("table").filter(has_text="고객이 말한").last
    expect(table.get_by_role("row", name=re.compile("우리가 믿은"))).to_be_visible()


def test_a_contradicted_claim_opens_all_that_speaks_for_the_verdict(board: Page) -> None:
    chip(board, LATE).click()

    panel = board.get_by_role("complementary", name="근거")
    expect(panel.get_by_role("heading", level=2)).to_contain_text(LATE)
    expect(panel).to_contain_text("데이터가 반박해요")
    expect(panel).to_contain_text(re.compile(r"[\d.]+일 중앙값, 95% [\d.]+–[\d.]+일 · n = [\d,]+"))
    chart = panel.get_by_role("img", name=re.compile("^시간은 어떻게 퍼져 있을까요"))
    expect(chart.locator("line.claim")).to_be_attached()
    expect(panel).to_contain_text("가설 2일")
    expect(panel.get_by_role("heading", name="가설과 다른 여정")).to_be_visible()
    expect(panel.locator(".path").first).to_contain_text(re.compile(r"paid.*[\d,]+명"))
    expect(panel.get_by_role("heading", name="고객의 말")).to_be_visible()
    expect(panel.get_by_role("blockquote").first).to_be_visible()

    panel.get_by_role("button", name="표로 보기").click()

    expect(panel.get_by_role("columnheader", name="고객")).to_be_visible()
    expect(panel.get_by_role("row", name=re.compile("가설 밖")).first).to_be_visible()


def test_escape_closes_the_panel_and_gives_the_focus_back(board: Page) -> None:
    chip(board, LATE).click()
    expect(board.get_by_role("complementary", name="근거")).to_be_visible()

    board.keyboard.press("Escape")

    expect(board.get_by_role("complementary", name="근거")).to_be_hidden()
    expect(chip(board, LATE)).to_be_focused()


def test_arrow_keys_walk_the_claims_and_enter_opens_one(board: Page) -> None:
    chip(board, "브랜드를 아는 고객").focus()
    board.keyboard.press("ArrowRight")
    expect(chip(board, "방문 후 3분 안에")).to_be_focused()
    board.keyboard.press("ArrowDown")
    expect(chip(board, "첫 방문의 45% 이상이 앱")).to_be_focused()

    board.keyboard.press("Enter")

    expect(board).to_have_url(re.compile(r"claim=visit\.1"))
    expect(board.get_by_role("complementary", name="근거")).to_contain_text("데이터가 지지해요")


def test_a_reload_keeps_the_open_claim(board: Page) -> None:
    chip(board, LATE).click()
    expect(board).to_have_url(re.compile(r"claim=payment\.2"))

    board.reload()

    expect(board.get_by_role("complementary", name="근거")).to_contain_text("데이터가 반박해요")
    expect(chip(board, LATE)).to_have_attribute("aria-pressed", "true")


def test_back_returns_to_the_claim_before(board: Page) -> None:
    chip(board, LATE).click()
    expect(board).to_have_url(re.compile(r"claim=payment\.2"))
    chip(board, "결제 CES 5.0 이상").click()
    expect(board).to_have_url(re.compile(r"claim=payment\.1"))

    board.go_back()

    expect(chip(board, LATE)).to_have_attribute("aria-pressed", "true")


def test_a_claim_leads_to_explore_with_everything_filled_in(board: Page) -> None:
    chip(board, LATE).click()

    board.get_by_role("link", name="탐색에서 보기").click()

    expect(board).to_have_url(re.compile(r"/explore/funnel\?steps="))
    expect(board.get_by_role("heading", name=re.compile("마지막 단계"))).to_be_visible()


def test_a_stage_opens_its_measures_and_rules(board: Page) -> None:
    board.get_by_role("columnheader", name=re.compile("^배송")).get_by_role("button").click()

    panel = board.get_by_role("complementary", name="단계")
    expect(panel).to_contain_text("여기까지 도달")
    expect(panel.get_by_role("heading", name="지도와 어긋난 곳")).to_be_visible()
    expect(panel).to_contain_text("event: delivered")
    expect(panel).to_contain_text("꼭 거쳐야 해요.")


def test_the_summary_names_where_journeys_leave_the_map(board: Page) -> None:
    panel = board.get_by_role("complementary", name="지도 요약")

    expect(panel).to_contain_text("지도대로 간 고객")
    expect(panel).to_contain_text(re.compile(r"배송 ?· ?늦음"))


def test_claims_read_in_english_too(visit: Open, shop_address: str) -> None:
    page = visit(shop_address, "/maps", language="en")
    page.get_by_role("link", name=MAP).click()

    chip(page, LATE).click()

    panel = page.get_by_role("complementary", name="Evidence")
    expect(panel).to_contain_text("The data contradict it")
    expect(panel.get_by_role("heading", name="Journeys that speak against it")).to_be_visible()
    panel.get_by_role("button", name=CLOSE["en"]).click()
    expect(panel).to_be_hidden()
