"""Bringing files in, from an empty workspace on."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page, expect
from tests.browser.conftest import Open

GOOD = "".join(f"c{n},view,web,2026-03-01 10:00:0{n}\n" for n in range(9))
BAD = ",view,web,2026-03-01 10:00:00\nc9,view,web,yesterday\nc9,,web,2026-03-01 11:00:00\n"
EVENTS = f"user,action,place,at\n{GOOD}{BAD}"
FEEDBACK = (
    "customer,time,kind,score,text\n"
    "c1,2026-03-02,nps,9,좋아요\nc2,2026-03-02,nps,2,늦어요\nc3,2026-03-02,nps,99,\n"
)


def offer(page: Page, name: str, content: str | bytes) -> None:
    """Choose a file on the data page and wait for its preview."""
    data = content.encode() if isinstance(content, str) else content
    page.locator("input[type=file]").set_input_files(FilePayload(name=name, mimeType="text/csv", buffer=data))
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def figure(page: Page, term: str, value: str) -> None:
    """Expect a figure of the result under its name."""
    row = page.locator("dl > div").filter(has=page.get_by_text(term, exact=True))
    expect(row.get_by_role("definition")).to_have_text(re.compile(f"^{value}"))


@pytest.mark.parametrize(
    ("language", "path", "title", "act"),
    [
        ("ko", "/maps", "첫 지도를 만들어 볼까요?", "파일 가져오기"),
        ("ko", "/explore", "아직 이벤트가 없어요", "파일 가져오기"),
        ("en", "/maps", "Make your first map", "Import a file"),
        ("en", "/explore", "There are no events yet", "Import a file"),
    ],
)
def test_pages_without_data_say_what_to_do_first(
    visit: Open, empty_address: str, language: str, path: str, title: str, act: str
) -> None:
    page = visit(empty_address, path, language=language)

    expect(page.get_by_role("heading", name=title)).to_be_visible()
    page.get_by_role("main").get_by_role("link", name=act).click()
    expect(page).to_have_url(re.compile("/data$"))


def test_a_file_is_looked_at_corrected_and_imported(visit: Open, empty_address: str) -> None:
    page = visit(empty_address, "/data")
    expect(page.get_by_text("아직 가져온 파일이 없어요.")).to_be_visible()
    offer(page, "shop.csv", EVENTS)

    expect(page.get_by_role("combobox", name=re.compile("^고객"))).to_have_value("user")
    expect(page.get_by_role("combobox", name=re.compile("^시각"))).to_have_value("at")
    expect(page.get_by_role("region", name="처음 몇 행")).to_contain_text("2026-03-01 10:00:00")

    start = page.get_by_role("button", name="가져오기 시작")
    event = page.get_by_role("combobox", name=re.compile("^이벤트 이름"))
    event.select_option("")
    expect(page.get_by_text("골라 주세요: 이벤트 이름")).to_be_visible()
    expect(start).to_be_disabled()
    event.select_option("action")
    page.get_by_role("combobox", name=re.compile("^채널")).select_option("place")
    start.click()

    figure(page, "받은 행", "9")
    figure(page, "거절한 행", "3")
    for reason in ("고객이 비어 있어요", "시각을 읽을 수 없어요", "이벤트 이름이 비어 있어요"):
        expect(page.get_by_role("listitem").filter(has_text=reason)).to_contain_text("1")


def test_refused_rows_are_downloaded_with_their_lines_and_reasons(visit: Open, empty_address: str) -> None:
    page = visit(empty_address, "/data")
    offer(page, "shop.csv", EVENTS)
    page.get_by_role("button", name="가져오기 시작").click()

    with page.expect_download() as download:
        page.get_by_role("link", name="거절한 행 내려받기").click()

    rows = Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()
    assert rows[0].startswith("line,reason")
    assert [tuple(row.split(",")[:2]) for row in rows[1:]] == [
        ("11", "no_customer"),
        ("12", "bad_time"),
        ("13", "no_event"),
    ]


def test_imports_and_what_they_made_are_listed(visit: Open, empty_address: str) -> None:
    page = visit(empty_address, "/data")
    offer(page, "shop.csv", EVENTS)
    page.get_by_role("button", name="가져오기 시작").click()
    expect(page.get_by_role("heading", name=re.compile("^가져왔어요"))).to_be_visible()

    page.get_by_role("link", name="데이터로").click()

    figure(page, "이벤트", "9")
    row = page.get_by_role("row", name=re.compile("shop.csv"))
    expect(row).to_contain_text("완료")
    expect(row.get_by_role("link", name="3", exact=True)).to_be_visible()


def test_a_korean_file_of_an_old_spreadsheet_reads_right(visit: Open, empty_address: str) -> None:
    page = visit(empty_address, "/data")
    text = "고객번호,이벤트,일시\n민지,상품 상세,2026-03-01 10:00\n민지,결제,2026-03-01 10:05\n"

    offer(page, "주문.csv", text.encode("cp949"))

    expect(page.get_by_text(re.compile("cp949", re.IGNORECASE))).to_be_visible()
    expect(page.get_by_role("region", name="처음 몇 행")).to_contain_text("상품 상세")
    page.get_by_role("button", name="가져오기 시작").click()
    expect(page.get_by_role("heading", name="모든 행을 가져왔어요")).to_be_visible()
    page.get_by_role("navigation", name="주요 메뉴").get_by_role("link", name="탐색").click()
    expect(page.get_by_role("button", name="결제, 1번")).to_be_visible()


def test_feedback_comes_in_by_the_same_door(visit: Open, empty_address: str) -> None:
    page = visit(empty_address, "/data")
    offer(page, "shop.csv", EVENTS)
    page.get_by_role("button", name="가져오기 시작").click()
    page.get_by_role("link", name="데이터로").click()
    offer(page, "nps.csv", FEEDBACK)

    expect(page.get_by_role("radio", name="고객의 소리")).to_be_checked()
    page.get_by_role("button", name="가져오기 시작").click()

    figure(page, "받은 행", "2")
    expect(page.get_by_role("listitem").filter(has_text="점수가 범위를 벗어나요")).to_contain_text("1")
    page.get_by_role("link", name="데이터로").click()
    figure(page, "고객의 소리", "2")


def test_the_same_file_twice_is_told_and_adds_nothing(visit: Open, empty_address: str) -> None:
    page = visit(empty_address, "/data", language="en")
    for name in ("shop.csv", "copy.csv"):
        offer(page, name, EVENTS)
        page.get_by_role("button", name="Start import").click()
        page.get_by_role("main").get_by_role("link", name="Go to data").click()

    figure(page, "Events", "9")
    expect(page.get_by_role("row", name=re.compile("copy.csv"))).to_contain_text("Already there")


@pytest.mark.parametrize(
    ("language", "what", "todo"),
    [
        ("ko", "요청을 처리할 수 없어요.", "위 내용을 고친 뒤에 다시 시도해 주세요."),
        ("en", "The request could not be carried out.", "Correct what is named above, then try again."),
    ],
)
def test_a_broken_file_says_what_is_wrong(
    visit: Open, empty_address: str, language: str, what: str, todo: str
) -> None:
    page = visit(empty_address, "/data", language=language, expected={422})

    picture = FilePayload(name="cat.png", mimeType="image/png", buffer=b"\x89PNG\r\n\x1a\n" + bytes(99))
    page.locator("input[type=file]").set_input_files(picture)

    trouble = page.get_by_role("alert")
    expect(trouble).to_contain_text(what)
    expect(trouble).to_contain_text("cat.png")
    expect(trouble).to_contain_text(todo)
    expect(page).to_have_url(re.compile("/data$"))


def test_a_file_without_a_single_good_row_fails_in_words(visit: Open, empty_address: str) -> None:
    page = visit(empty_address, "/data")
    offer(page, "bad.csv", f"user,action,place,at\n{BAD}")
    page.get_by_role("combobox", name=re.compile("^시각")).select_option("at")
    page.get_by_role("button", name="가져오기 시작").click()

    expect(page.get_by_role("main")).to_contain_text(re.compile("거절한 행|가져오지 못했어요"))
