"""What comes in live, on the data page: what waits, what is being done, and that nobody does it."""

from __future__ import annotations

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.browser.conftest import Open

from giljabi.bootstrap import Workspace
from giljabi.collect import Call, Taken
from giljabi.model.errors import GiljabiError

PATIENCE = 60_000


def send(workspace: Workspace, calls: int) -> None:
    """Have calls come in as if they had been sent."""
    source = workspace.sources.add("http", "쇼핑몰")
    now = int(time.time() * 1000)
    sent = [Call("track", f"m{n}", now, {"user_id": f"u{n}"}, "view") for n in range(calls)]
    receive = workspace.collection.receive(source, datetime.now(UTC), Taken(sent, [], []))
    # The browser's thread has an event loop of its own.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, receive).result()


def live(page: Page) -> Locator:
    return page.get_by_role("region", name="실시간 수집")


def test_while_nobody_works_the_page_tells_what_waits_and_what_to_do(
    visit: Open, empty_address: str, empty_workspace: Workspace
) -> None:
    page = visit(empty_address, "/data")
    expect(live(page)).to_contain_text("수신 대기 없음")
    send(empty_workspace, 3)
    expect(live(page)).to_contain_text("수신 대기 3건", timeout=PATIENCE)
    expect(live(page)).to_contain_text("작업 프로세스가 실행되고 있지 않아요", timeout=PATIENCE)
    expect(live(page).get_by_text("giljabi worker", exact=True)).to_be_visible()


def test_a_worker_seals_and_the_page_tells_so(
    visit: Open, empty_address: str, empty_workspace: Workspace
) -> None:
    page = visit(empty_address, "/data")
    stop = threading.Event()
    working = threading.Thread(target=empty_workspace.jobs.work, args=[stop])
    working.start()
    try:
        send(empty_workspace, 3)
        row = live(page).get_by_role("row", name="받은 이벤트 저장")
        expect(row).to_contain_text("이벤트 3건", timeout=PATIENCE)
        expect(row).to_contain_text("완료", timeout=PATIENCE)
        expect(live(page)).to_contain_text("작업 프로세스 실행 중", timeout=PATIENCE)
        expect(live(page)).to_contain_text("수신 대기 없음")
    finally:
        stop.set()
        working.join()


def test_what_failed_is_told_with_its_reason(
    visit: Open, empty_address: str, empty_workspace: Workspace
) -> None:
    source = empty_workspace.sources.add("folder", "매장", {"folder": "/nowhere/at/all"})
    empty_workspace.jobs.ask("pull", source=source.id)
    with pytest.raises(GiljabiError, match="/nowhere/at/all"):
        empty_workspace.jobs.work_off()
    page = visit(empty_address, "/data")
    row = live(page).get_by_role("row", name="가져오기: 매장")
    expect(row).to_contain_text("실패")
    expect(row).to_contain_text("/nowhere/at/all")
