"""Writing maps: correcting a text, starting from data, starting from an example."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Dialog, Page, expect
from tests.browser.conftest import Open
from tests.browser.served import served

from giljabi.bootstrap import Workspace

MAP = """\
title: 첫 결제
stages:
  - id: visit
    title: 방문
    touchpoints:
      - {id: home, match: {event: visit}}
    claims:
      - {reach: pay, at_least: 0.5}
  - id: pay
    title: 결제
    touchpoints:
      - {id: checkout, match: {event: pay}}
"""


@pytest.fixture
def small_address(empty_workspace: Workspace, tmp_path: Path) -> Iterator[str]:
    """Give the address of a server over sixty short journeys and one map, the test's own."""
    start = datetime(2026, 3, 1, 9, tzinfo=UTC)
    rows = ["customer,event,time"]
    for n in range(60):
        for step, event in enumerate(["visit", "search", "pay"][: 1 + n % 3]):
            rows.append(f"c{n},{event},{start + timedelta(hours=n, minutes=step):%Y-%m-%d %H:%M:%S}")
    file = tmp_path / "events.csv"
    file.write_text("\n".join(rows))
    empty_workspace.import_events(file)
    empty_workspace.add_map(MAP)
    with served(empty_workspace) as address:
        yield address


@pytest.fixture
def editor(visit: Open, small_address: str) -> Page:
    """Give the page of the map with its text open."""
    page = visit(small_address, "/maps", expected={422})
    page.get_by_role("link", name="첫 결제").click()
    page.get_by_role("button", name="편집").click()
    expect(page.get_by_role("textbox", name="지도 글")).to_have_value(re.compile("title: 첫 결제"))
    return page


def rewrite(page: Page, old: str, new: str) -> None:
    area = page.get_by_role("textbox", name="지도 글")
    area.fill(area.input_value().replace(old, new))


def test_a_mistake_is_shown_with_its_line(editor: Page) -> None:
    text = editor.get_by_role("textbox", name="지도 글")
    rewrite(editor, "reach: pay", "reach: paid")
    line = next(n for n, row in enumerate(text.input_value().split("\n"), 1) if "paid" in row)

    mistake = editor.get_by_role("button", name=re.compile(f"^{line}행"))
    expect(mistake).to_contain_text("paid")
    expect(text).to_have_attribute("aria-invalid", "true")
    mistake.click()

    expect(text).to_be_focused()
    before = text.evaluate("area => area.value.slice(0, area.selectionStart).split('\\n').length")
    assert before == line


def test_a_text_with_mistakes_is_not_saved(editor: Page) -> None:
    rewrite(editor, "reach: pay", "reach: paid")

    editor.get_by_role("button", name="저장", exact=True).click()

    expect(editor.get_by_text("고칠 곳이 1군데 있어요")).to_be_visible()
    expect(editor.get_by_text("저장했어요.")).to_be_hidden()


def test_a_corrected_text_changes_the_page_when_saved(editor: Page) -> None:
    rewrite(editor, "reach: pay", "reach: paid")
    expect(editor.get_by_text("고칠 곳이 1군데 있어요")).to_be_visible()
    rewrite(editor, "reach: paid", "reach: pay")
    rewrite(editor, "at_least: 0.5", "at_least: 0.1")
    rewrite(editor, "title: 방문", "title: 첫 방문")
    expect(editor.get_by_text("고칠 곳이 1군데 있어요")).to_be_hidden()

    editor.get_by_role("button", name="저장", exact=True).click()

    expect(editor.get_by_text("저장했어요.")).to_be_visible()
    expect(editor.get_by_role("columnheader", name=re.compile("^첫 방문"))).to_be_visible()
    expect(editor.get_by_role("button", name=re.compile("^지지: 10% 이상이 결제까지"))).to_be_visible()


def test_the_keyboard_saves_the_text_too(editor: Page) -> None:
    rewrite(editor, "title: 첫 결제", "title: 처음 결제하기")

    editor.get_by_role("textbox", name="지도 글").press("Control+s")

    expect(editor.get_by_role("heading", level=1)).to_have_text("처음 결제하기")


def test_unsaved_text_is_asked_about_before_its_panel_closes(editor: Page) -> None:
    rewrite(editor, "title: 첫 결제", "title: 다른 이름")
    editor.get_by_role("button", name="패널 닫기").click()

    question = editor.get_by_role("dialog", name="저장하지 않은 내용을 버릴까요?")
    question.get_by_role("button", name="취소").click()
    expect(editor.get_by_role("textbox", name="지도 글")).to_have_value(re.compile("다른 이름"))

    editor.get_by_role("button", name="패널 닫기").click()
    question.get_by_role("button", name="버리기").click()
    expect(editor.get_by_role("textbox", name="지도 글")).to_be_hidden()


def test_unsaved_text_is_asked_about_before_its_page_is_left(editor: Page) -> None:
    rewrite(editor, "title: 첫 결제", "title: 다른 이름")
    questions: list[str] = []

    def stay(dialog: Dialog) -> None:
        questions.append(dialog.message)
        dialog.dismiss()

    editor.once("dialog", stay)

    editor.get_by_role("navigation", name="주요 메뉴").get_by_role("link", name="데이터").click()

    assert questions == ["저장하지 않은 내용을 버릴까요?"]
    expect(editor.get_by_role("textbox", name="지도 글")).to_have_value(re.compile("다른 이름"))


def test_a_claim_without_words_of_its_own_reads_in_the_language_of_the_page(editor: Page) -> None:
    editor.get_by_role("button", name="패널 닫기").click()
    chip = editor.get_by_role("button", name=re.compile("50% 이상이 결제까지"))
    chip.click()
    claim = editor.get_by_role("complementary", name="근거").get_by_role("heading", level=2)
    expect(claim).to_contain_text(re.compile("50% 이상이 ‘결제’에 도달"))

    editor.get_by_role("radio", name="EN").check()

    expect(editor.get_by_role("button", name=re.compile("At least 50% reach 결제"))).to_be_visible()
    expect(editor.get_by_role("complementary").get_by_role("heading", level=2)).to_contain_text("50%")
    expect(editor.get_by_role("complementary").get_by_role("heading", level=2)).not_to_contain_text("이상")


def test_a_map_is_deleted_only_after_a_question(editor: Page) -> None:
    editor.get_by_role("button", name="지도 지우기").click()
    question = editor.get_by_role("dialog", name="“첫 결제” 지도를 지울까요?")
    expect(question.get_by_role("button", name="취소")).to_be_focused()

    question.get_by_role("button", name="지도 지우기").click()

    expect(editor.get_by_role("heading", name="첫 지도를 만들어 볼까요?")).to_be_visible()


def test_a_map_is_proposed_from_the_data(visit: Open, small_address: str) -> None:
    page = visit(small_address, "/maps", language="en")

    page.get_by_role("button", name="Propose from data").click()

    expect(page).to_have_url(re.compile(r"/maps/[0-9a-f]+$"))
    expect(page.get_by_role("columnheader").filter(has=page.get_by_role("button"))).not_to_have_count(0)
    expect(page.get_by_role("img", name=re.compile(r"of customers get here")).first).to_be_visible()


def test_a_map_is_made_from_a_pasted_text(visit: Open, small_address: str) -> None:
    page = visit(small_address, "/maps")
    page.get_by_role("link", name="새 지도 쓰기").click()

    page.get_by_role("textbox", name="지도 글").fill(MAP.replace("첫 결제", "붙여 넣은 지도"))
    page.get_by_role("button", name="지도 만들기").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("붙여 넣은 지도")
    expect(page.get_by_role("button", name=re.compile("50% 이상이 결제까지"))).to_contain_text(
        re.compile("반박|미정|지지")
    )


def test_a_pasted_text_with_mistakes_makes_no_map(visit: Open, small_address: str) -> None:
    page = visit(small_address, "/maps/new", expected={422})

    page.get_by_role("textbox", name="지도 글").fill(MAP.replace("reach: pay", "reach: nowhere"))
    page.get_by_role("button", name="지도 만들기").click()

    expect(page.get_by_role("button", name=re.compile("^8행.*nowhere"))).to_be_visible()
    expect(page).to_have_url(re.compile("/maps/new$"))


@pytest.mark.parametrize(
    ("language", "example", "title", "act"),
    [
        ("ko", "온라인 쇼핑몰", "온라인 쇼핑몰 첫 구매", "지도 만들기"),
        ("ko", "헬프데스크", "헬프데스크 문의 처리", "지도 만들기"),
        ("ko", "빈 지도", "새 고객 여정 지도", "지도 만들기"),
        ("en", "Online shop", "First purchase in an online shop", "Create map"),
        ("en", "Help desk", "Help desk ticket", "Create map"),
        ("en", "Blank map", "New journey map", "Create map"),
    ],
)
def test_every_example_makes_a_map(
    visit: Open, small_address: str, language: str, example: str, title: str, act: str
) -> None:
    page = visit(small_address, "/maps/new", language=language)

    page.get_by_role("button", name=re.compile(f"^{example}")).click()
    page.get_by_role("button", name=act).click()

    expect(page.get_by_role("heading", level=1)).to_have_text(title)
