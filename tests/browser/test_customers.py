"""The pages of customers: found by what is typed, told on one timeline, by mouse and by key."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import expect
from tests.browser.conftest import Open
from tests.browser.served import served

from giljabi.bootstrap import Workspace
from giljabi.store.postgres import workspace_id

EVENTS = "customer,time,event,channel,amount\n" + "".join(
    f"u1,2026-03-{1 + n // 4:02} {9 + n % 4 * 2}:00:00,{'pay' if n % 4 == 3 else 'view'},web,{n}\n"
    for n in range(80)
)
FEEDBACK = "customer,time,kind,score,text\nu1,2026-03-20 20:00:00,nps,9,배송이 빨라요\n"


@pytest.fixture
def address(empty_workspace: Workspace, tmp_path: Path, database_address: str) -> Iterator[str]:
    (tmp_path / "events.csv").write_text(f"{EVENTS}a/b%,2026-03-01,view,app,\n", encoding="utf-8")
    (tmp_path / "feedback.csv").write_text(FEEDBACK, encoding="utf-8")
    empty_workspace.import_events(tmp_path / "events.csv")
    empty_workspace.import_feedback(tmp_path / "feedback.csv")
    own = workspace_id("empty")
    with psycopg.connect(database_address) as connection:
        for id, into in (("u1", None), ("device-7", "u1")):  # noqa: A001
            connection.execute(
                "INSERT INTO customer (workspace_id, customer_id, merged_into, traits) "
                "VALUES (%s, %s, %s, %s)",
                (own, id, into, '{"name": "김민지"}' if id == "u1" else "{}"),
            )
        for kind, value, holder in (
            ("email", "minji@naver.com", "u1"),
            ("anonymous_id", "device-7", "device-7"),
        ):
            connection.execute(
                "INSERT INTO identifier (workspace_id, kind, value, customer_id, first_at, last_at) "
                "VALUES (%s, %s, %s, %s, '2026-03-20 08:00Z', '2026-03-20Z')",
                (own, kind, value, holder),
            )
        connection.execute(
            "INSERT INTO identity_edge (workspace_id, kind, from_customer, to_customer, cause, state, at) "
            "VALUES (%s, 'merge', 'device-7', 'u1', %s, 'done', '2026-03-20 21:00Z')",
            (own, '{"why": "login", "by": ["anonymous_id", "device-7"]}'),
        )
    with served(empty_workspace) as made:
        yield made


def test_a_customer_is_found_while_typing_and_opened_by_key(visit: Open, address: str) -> None:
    page = visit(address, "/customers")
    box = page.get_by_role("combobox", name="고객 찾기")
    expect(page.get_by_role("listbox", name="가장 최근에 활동한 고객")).to_contain_text("김민지")

    box.fill("minji@")
    expect(page.get_by_role("option")).to_have_count(1)
    expect(page.get_by_role("option", name=re.compile("김민지"))).to_contain_text("이메일 minji@naver.com")
    box.press("Enter")

    expect(page).to_have_url(re.compile("/customers/u1$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("김민지")


def test_nobody_found_is_said_in_words(visit: Open, address: str) -> None:
    page = visit(address, "/customers?find=zzz", language="en")
    expect(page.get_by_role("heading", name="No customer answers to zzz")).to_be_visible()


def test_the_timeline_tells_everything_and_loads_on(visit: Open, address: str) -> None:
    page = visit(address, "/customers/device-7")

    expect(page).to_have_url(re.compile("/customers/u1$"))
    expect(page.get_by_role("list", name="식별자").get_by_role("listitem")).to_have_count(2)
    expect(page.get_by_text("“배송이 빨라요”")).to_be_visible()
    expect(page.get_by_text("device-7 고객이 u1 고객과 합쳐졌어요")).to_be_visible()
    expect(page.get_by_text("2시간 동안 조용했어요").first).to_be_visible()
    page.get_by_text("pay").first.click()
    expect(page.get_by_role("definition").filter(has_text="79")).to_be_visible()

    # What comes before is fetched as its end comes into sight.
    page.keyboard.press("End")
    expect(page.get_by_role("heading", name="2026년 3월 1일", exact=True)).to_be_attached()
    page.get_by_role("radio", name="고객의 소리").check()
    expect(page.locator("time")).to_have_count(1)
    expect(page).to_have_url(re.compile("kind=feedback"))


def test_a_merge_is_taken_back_from_the_timeline(visit: Open, address: str) -> None:
    page = visit(address, "/customers/u1?kind=identity")
    page.get_by_role("button", name="되돌리기").click()
    expect(page.get_by_text(re.compile("되돌렸어요")).first).to_be_visible()
    expect(page.get_by_text("u1 고객에서 device-7 고객이 떨어져 나왔어요")).to_be_visible()


def test_an_id_may_hold_any_character(visit: Open, address: str) -> None:
    page = visit(address, "/customers?find=a/b")
    page.get_by_role("option", name="a/b%").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("a/b%")
    expect(page.get_by_text("view")).to_be_visible()


def test_the_palette_offers_customers(visit: Open, address: str) -> None:
    page = visit(address, "/maps", language="en")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.keyboard.press("Control+k")
    page.get_by_role("dialog").get_by_role("combobox").fill("minji")
    page.get_by_role("option", name="김민지 · minji@naver.com").click()
    expect(page).to_have_url(re.compile("/customers/u1$"))


def test_a_page_without_customers_teaches(visit: Open, empty_address: str) -> None:
    page = visit(empty_address, "/customers", width=390)
    expect(page.get_by_role("heading", name="아직 고객이 없어요")).to_be_visible()
