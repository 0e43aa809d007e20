"""Sources: one is added, its key copied, its first event seen; another is looked into and pulled."""

from __future__ import annotations

import base64
import json
import re
import sqlite3
import threading
from contextlib import closing
from pathlib import Path
from urllib.request import Request, urlopen

from playwright.sync_api import expect
from tests.browser.conftest import Open

from giljabi.bootstrap import Workspace


def work_off(workspace: Workspace) -> None:
    """Do the background work in a thread of its own: Playwright holds the loop of this one."""
    worker = threading.Thread(target=workspace.jobs.work_off)
    worker.start()
    worker.join()


def track(address: str, key: str) -> None:
    """Send an event as a server would."""
    body = json.dumps({"userId": "u1", "event": "Signed up"}).encode()
    shown = base64.b64encode(f"{key}:".encode()).decode()
    headers = {"authorization": f"Basic {shown}", "content-type": "application/json"}
    urlopen(Request(f"{address}/v1/track", body, headers)).close()


def test_a_site_is_connected_and_its_first_event_is_seen(
    visit: Open, empty_address: str, empty_workspace: Workspace
) -> None:
    page = visit(empty_address, "/data/sources")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    expect(page.get_by_role("heading", name="첫 수집 경로를 이어 볼까요?")).to_be_visible()
    page.get_by_role("link", name="웹사이트 잇기").click()
    page.get_by_label("이름").fill("우리 웹사이트")
    page.get_by_role("button", name="수집 경로 추가").click()

    expect(page.get_by_role("heading", name="우리 웹사이트", level=1)).to_be_visible()
    expect(page.get_by_text("첫 이벤트를 기다리고 있어요")).to_be_visible()
    page.get_by_role("button", name="키 복사").click()
    key = page.evaluate("navigator.clipboard.readText()")
    assert key == page.get_by_test_id("write-key").inner_text()
    expect(page.get_by_role("region", name="HTML")).to_contain_text(key)

    track(empty_address, key)
    work_off(empty_workspace)
    expect(page.get_by_text("첫 이벤트가 도착했어요")).to_be_visible()

    page.get_by_role("button", name="키 바꾸기").click()
    page.get_by_role("dialog").get_by_role("button", name="키 바꾸기").click()
    expect(page.get_by_test_id("write-key")).not_to_have_text(key)
    page.get_by_role("main").get_by_role("link", name="수집 경로").first.click()
    expect(page.get_by_role("listitem").filter(has_text="우리 웹사이트")).to_contain_text("이어져 있어요")


def test_a_database_is_looked_into_and_its_rows_arrive(
    visit: Open, empty_address: str, empty_workspace: Workspace, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(tmp_path / "shop.db")) as database:
        database.execute("CREATE TABLE orders (id INTEGER, user_id TEXT, event TEXT, created_at TEXT)")
        rows = [(n, f"u{n % 7}", "결제" if n % 2 else "주문", f"2026-11-01 10:{n:02}:00") for n in range(40)]
        database.executemany("INSERT INTO orders VALUES (?, ?, ?, ?)", rows)
        database.commit()

    page = visit(empty_address, "/data/sources?add=sql", language="en", expected={502})
    page.get_by_role("textbox", name="Name", exact=True).fill("Orders")
    address = page.get_by_role("textbox", name="Address")
    address.fill(f"sqlite:///{tmp_path}/none.db")
    page.get_by_role("button", name="Test the connection").click()
    expect(page.get_by_role("alert")).to_contain_text("there is no file")

    address.fill(f"sqlite:///{tmp_path}/shop.db")
    page.get_by_label(re.compile("^Table")).fill("orders")
    page.get_by_role("button", name="Look at some rows").click()
    expect(page.get_by_role("region", name="First rows")).to_contain_text("2026-11-01 10:03:00")
    expect(page.get_by_role("combobox", name=re.compile("^User id"))).to_have_value("user_id")
    expect(page.get_by_role("combobox", name=re.compile("^Time (?!zone)"))).to_have_value("created_at")
    page.get_by_role("combobox", name=re.compile("^Cursor column")).select_option("id")
    page.get_by_role("button", name="Test the connection").click()
    expect(page.get_by_text("there are 4 columns")).to_be_visible()
    page.get_by_text("Every 5 minutes").click()
    page.get_by_role("button", name="Add a source").click()

    expect(page.get_by_role("heading", name="Orders", level=1)).to_be_visible()
    work_off(empty_workspace)
    expect(page.get_by_role("definition").first).to_have_text("40")
    page.get_by_role("button", name="Settings").click()
    expect(page.get_by_role("textbox", name="Address")).to_have_value(f"sqlite:///{tmp_path}/shop.db")
    page.get_by_role("button", name="Remove").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(page.get_by_role("heading", name="Connect your first source")).to_be_visible()
