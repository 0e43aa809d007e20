"""The pages of consent and of rules: purposes, answers with their history, periods, fields; ko and en."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import Open
from tests.browser.served import served

from giljabi.bootstrap import Workspace
from giljabi.privacy import ConsentWord, is_hash


@pytest.fixture
def address(empty_workspace: Workspace, tmp_path: Path) -> Iterator[str]:
    old, young = (datetime.now(UTC) - timedelta(days=days) for days in (400, 2))
    file = tmp_path / "events.csv"
    file.write_text(
        f"customer,time,event\nminji,{old:%Y-%m-%d %H:%M},view\nminji,{young:%Y-%m-%d %H:%M},pay\n"
    )
    empty_workspace.import_events(file)
    with served(empty_workspace) as made:
        yield made


def make_purpose(page: Page, name: str, code: str) -> None:
    page.get_by_role("button", name="목적 만들기").click()
    dialog = page.get_by_role("dialog", name="목적 만들기")
    dialog.get_by_label("표시 이름").fill(name)
    dialog.get_by_label("코드에서 쓰는 이름").fill(code)
    dialog.get_by_role("button", name="저장").click()
    expect(dialog).to_be_hidden()


def test_an_answer_is_recorded_with_its_proof_and_found_again(visit: Open, address: str) -> None:
    page = visit(address, "/settings/consent")
    expect(page.get_by_text("무엇에 동의를 받나요?")).to_be_visible()
    make_purpose(page, "마케팅", "marketing")

    page.get_by_role("button", name="동의 기록").click()
    dialog = page.get_by_role("dialog", name="동의 기록")
    dialog.get_by_label("식별자", exact=True).fill("Minji@Example.com")
    dialog.get_by_label("고객이 본 문구").fill("소식을 받으시겠어요?")
    dialog.get_by_label("문구의 판").fill("3")
    dialog.get_by_label("증빙").fill("양식 12")
    dialog.get_by_role("button", name="기록", exact=True).click()
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("list", name="동의 목적")).to_contain_text("동의1")

    looking = page.get_by_role("region", name="고객의 동의 찾아보기")
    looking.get_by_label("식별자", exact=True).fill("minji@example.com")
    looking.get_by_role("button", name="찾기").click()
    expect(looking.get_by_role("list", name="지금의 동의")).to_contain_text("동의")
    looking.get_by_text("기록 1건 보기").click()
    expect(looking).to_contain_text("소식을 받으시겠어요?")
    expect(looking).to_contain_text("문구 3판 · text: 양식 12")


def test_a_file_of_answers_is_taken_and_its_mistakes_are_told(
    visit: Open, address: str, empty_workspace: Workspace
) -> None:
    empty_workspace.privacy.put_purpose("ads", "Ads", collection=False)
    page = visit(address, "/settings/consent", language="en")
    page.get_by_role("button", name="Record from a file").click()
    dialog = page.get_by_role("dialog", name="Record from a file")
    body = "kind,value,purpose,given\nemail,a@b.cd,ads,yes\nemail,b@b.cd,ads,perhaps\n"
    dialog.get_by_label("File").set_input_files(
        {"name": "c.csv", "mimeType": "text/csv", "buffer": body.encode()}
    )
    dialog.get_by_role("button", name="Upload").click()
    expect(dialog.get_by_role("status")).to_contain_text("1 new, 0 there already, 1 rows could not be read.")
    expect(dialog.get_by_role("status")).to_contain_text("Row 2:")


def test_a_customers_page_shows_where_consent_stands(
    visit: Open, address: str, empty_workspace: Workspace
) -> None:
    empty_workspace.privacy.put_purpose("ads", "Ads", collection=False)
    word = ConsentWord(kind="user_id", value="minji", purpose="ads", given=False, wording="광고를 보낼까요?")
    empty_workspace.privacy.record([word], "account:local")
    page = visit(address, "/customers/minji")
    panel = page.get_by_role("region", name="동의")
    expect(panel.get_by_role("list", name="지금의 동의")).to_contain_text(re.compile("Ads.*철회"))
    panel.get_by_text("기록 1건 보기").click()
    expect(panel).to_contain_text("광고를 보낼까요?")


def test_a_period_tells_what_would_go_before_it_is_set(
    visit: Open, address: str, empty_workspace: Workspace
) -> None:
    page = visit(address, "/settings/rules")
    name = "파일로 가져온 데이터 보관 기간"
    page.get_by_role("button", name=name).click()
    dialog = page.get_by_role("dialog", name=name)
    dialog.get_by_role("button", name="무엇이 지워지는지 보기").click()
    expect(dialog).to_contain_text("지금 이벤트 1건과 고객의 소리 0건이 지워져요.")
    dialog.get_by_role("button", name="이 기간으로 정하기").click()
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("list", name="보관 기간")).to_contain_text("365일 보관")

    empty_workspace.retention.apply()
    page.reload()
    expect(page.get_by_role("list", name="보관 기간")).to_contain_text("1건 삭제")
    page.get_by_role("button", name="파일로 가져온 데이터 계속 보관").click()
    expect(page.get_by_role("list", name="보관 기간")).not_to_contain_text("365일 보관")


def test_a_rule_is_tried_on_a_sample_before_it_is_added(
    visit: Open, address: str, empty_workspace: Workspace
) -> None:
    page = visit(address, "/settings/rules", language="en")
    kept = page.get_by_role("region", name="What is kept")
    expect(kept).to_contain_text("minji@example.com")
    page.get_by_label("Field", exact=True).fill("email")
    expect(kept).to_contain_text(re.compile("hash-[a-p]{32}"))
    expect(kept).to_contain_text("010-1234-5678")
    page.get_by_role("button", name="Add rule").click()
    expect(page.get_by_role("list", name="Field rules")).to_contain_text("email")

    page.get_by_label("Field", exact=True).fill("traits.*phone")
    page.get_by_label("Drop").check()
    expect(kept).not_to_contain_text("010-1234-5678")
    page.get_by_label("What comes in").fill("no object")
    expect(page.get_by_text("Write a JSON object.")).to_be_visible()
    tried = empty_workspace.privacy.try_rules({"traits": {"email": "a@b.cd"}})
    assert is_hash(tried.after["traits"]["email"])
    page.get_by_role("button", name="Delete the rule for email").click()
    expect(page.get_by_text("No rules yet.")).to_be_visible()
