"""Probable matches: side by side, decided by key or button."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import psycopg
import pytest
from playwright.sync_api import expect
from tests.browser.conftest import Open
from tests.browser.served import served

from giljabi.bootstrap import Workspace
from giljabi.store.postgres import workspace_id

PEOPLE = {
    "a": {"name": "김민지", "phone": "010-1234-5678"},
    "b": {"name": "민지 김", "phone": "+82 10 1234 5678", "plan": "gold"},
    "c": {"name": "James Smith", "email": "james.smith@gmail.com"},
    "d": {"name": "Smith, James", "email": "jamessmith+shop@gmail.com"},
}


@pytest.fixture
def address(empty_workspace: Workspace, database_address: str) -> Iterator[str]:
    pytest.importorskip("splink")
    with psycopg.connect(database_address) as connection:
        for id, traits in PEOPLE.items():  # noqa: A001
            connection.execute(
                "INSERT INTO customer (workspace_id, customer_id, traits) VALUES (%s, %s, %s)",
                (workspace_id("empty"), id, json.dumps(traits)),
            )
    assert empty_workspace.identity.match()["proposed"] == 2
    with served(empty_workspace) as made:
        yield made


def test_pairs_are_decided_by_key(visit: Open, address: str) -> None:
    page = visit(address, "/customers/matches")
    pairs = page.get_by_role("article")
    expect(pairs).to_have_count(2)
    minji = page.get_by_role("article", name=re.compile("김민지"))
    expect(minji.get_by_role("row", name=re.compile("^전화번호 같음"))).to_contain_text("+82 10 1234 5678")
    expect(minji.get_by_role("row", name=re.compile("^합계"))).to_contain_text("+")

    page.keyboard.press("r")
    expect(pairs).to_have_count(1)
    page.keyboard.press("a")
    expect(
        page.get_by_role("heading", name=re.compile("확인할 고객이 없어요|아직 찾아보지 않았어요"))
    ).to_be_visible()


def test_a_merge_leads_to_one_customer(visit: Open, address: str) -> None:
    page = visit(address, "/customers/matches", language="en", width=390)
    page.get_by_role("article", name=re.compile("James")).get_by_role(
        "button", name=re.compile("^Merge")
    ).click()
    expect(page.get_by_role("article")).to_have_count(1)
    page.goto("/customers/d")
    expect(page.get_by_text("A probable match was accepted")).to_be_visible()


def test_a_page_without_matches_teaches_and_offers_to_look(visit: Open, empty_address: str) -> None:
    page = visit(empty_address, "/customers/matches")
    expect(page.get_by_role("heading", name="아직 찾아보지 않았어요")).to_be_visible()
    page.get_by_role("button", name="지금 찾기").click()
    expect(page.get_by_role("button", name="찾는 중…")).to_be_disabled()
