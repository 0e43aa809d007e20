"""Coming in: the first owner, signing in and out, invitations, roles, and what a session's end leaves."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import Open
from tests.browser.people import MAP, OWNER, PASSWORD, House, make_owner, sign_in, sign_out
from tests.browser.served import served

from giljabi.bootstrap import Settings, Workspace


@pytest.fixture
def address(empty_workspace: Workspace) -> Iterator[str]:
    """Give the address of a server that nobody has come in to yet."""
    with served(empty_workspace, Settings()) as made:
        yield made


@pytest.fixture
def house(empty_workspace: Workspace, address: str) -> House:
    """Give a workspace with an owner."""
    make_owner(empty_workspace)
    return House(empty_workspace, address)


def test_the_first_run_makes_an_owner_who_signs_out_and_in(
    visit: Open, empty_workspace: Workspace, address: str
) -> None:
    page = visit(address, "/maps", expected={401})
    expect(page.get_by_role("note")).to_contain_text("아직 소유자가 없어요.")

    page.goto(f"/start#{empty_workspace.accounts.owner_link()}")
    expect(page).to_have_url(f"{address}/start")
    page.get_by_label("이름").fill("김미나")
    page.get_by_label("이메일").fill(OWNER)
    page.get_by_label("비밀번호", exact=True).fill("바다")
    expect(page.get_by_text("10자 더 적어 주세요")).to_be_visible()
    page.get_by_label("비밀번호", exact=True).fill(PASSWORD)
    expect(page.get_by_text("아주 좋아요")).to_be_visible()
    page.get_by_role("button", name="소유자로 시작하기").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("고객 여정 지도")

    page.get_by_role("button", name="김미나 계정 메뉴").click()
    expect(page.get_by_role("navigation", name="계정")).to_contain_text("소유자")
    page.keyboard.press("Escape")
    sign_out(page)
    sign_in(page, password="not the password")
    expect(page.get_by_role("alert")).to_have_text("이메일이나 비밀번호가 맞지 않아요.")
    sign_in(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("고객 여정 지도")


def test_a_used_link_of_the_owner_says_so_before_anything_is_typed(visit: Open, house: House) -> None:
    page = visit(house.address, "/start#no-such-token", expected={404})

    expect(page.get_by_role("main")).to_contain_text("이미 썼거나 기한이 지났어요")
    expect(page.get_by_label("이름")).to_have_count(0)


def test_a_link_of_the_owner_that_was_used_meanwhile_says_so(visit: Open, empty_workspace: Workspace) -> None:
    with served(empty_workspace, Settings()) as address:
        page = visit(address, f"/start#{empty_workspace.accounts.owner_link()}", expected={404})
        page.get_by_label("이름").fill("누군가")
        page.get_by_label("이메일").fill("who@giljabi.example")
        page.get_by_label("비밀번호", exact=True).fill(PASSWORD)
        make_owner(empty_workspace)

        page.get_by_role("button", name="소유자로 시작하기").click()

        expect(page.get_by_role("alert")).to_contain_text("이미 썼거나 기한이 지났어요")


def test_signing_in_leads_to_where_one_was_heading(visit: Open, house: House) -> None:
    page = visit(house.address, "/settings/people?x=1", expected={401})
    expect(page).to_have_url(re.compile(r"/sign-in\?next=%2Fsettings%2Fpeople%3Fx%3D1$"))

    sign_in(page)

    expect(page).to_have_url(f"{house.address}/settings/people?x=1")
    expect(page.get_by_role("row", name=re.compile("김미나"))).to_be_visible()


def test_signing_in_leads_to_no_other_site(visit: Open, house: House) -> None:
    page = visit(house.address, "/sign-in?next=%2F%2Fevil.example", expected={401})
    sign_in(page)
    expect(page).to_have_url(f"{house.address}/maps")


def test_an_invitation_is_accepted_by_somebody_else(visit: Open, house: House) -> None:
    page = visit(house.address, "/settings/people", expected={401})
    sign_in(page)
    page.get_by_role("button", name="초대하기").click()
    page.get_by_label("이메일").fill("juno@giljabi.example")
    page.get_by_role("radio", name=re.compile("^열람자")).check()
    page.get_by_role("button", name="초대 링크 만들기").click()
    link = page.get_by_label("링크").input_value()
    page.get_by_role("button", name="다 했어요").click()
    expect(page.get_by_text("juno@giljabi.example")).to_be_visible()

    guest = visit(house.address, link.removeprefix(house.address), expected={401})
    expect(guest.get_by_role("heading", level=1)).to_have_text("초대받으셨어요")
    expect(guest.get_by_text("열람자")).to_be_visible()
    expect(guest).to_have_url(f"{house.address}/join")
    guest.get_by_label("이름").fill("박준오")
    guest.get_by_label("비밀번호", exact=True).fill(PASSWORD)
    guest.get_by_role("button", name="함께하기").click()
    expect(guest.get_by_role("button", name="박준오 계정 메뉴")).to_be_visible()

    page.reload()
    row = page.get_by_role("row", name=re.compile("박준오"))
    row.get_by_role("combobox").select_option("editor")
    expect(page.get_by_text("저장했어요.")).to_be_visible()
    guest.reload()
    expect(guest.get_by_role("link", name="데이터")).to_be_visible()


def test_a_viewer_sees_no_controls_and_is_told_why(visit: Open, house: House) -> None:
    made = house.workspace.add_map(MAP.read_text(encoding="utf-8"))
    house.join("viewer@giljabi.example", "viewer", "보는 이")
    page = visit(house.address, f"/maps/{made.id}", expected={401, 404, 409})
    sign_in(page, "viewer@giljabi.example")

    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("button", name="편집")).to_have_count(0)
    expect(page.get_by_role("button", name="손님 부르기")).to_have_count(0)
    menu = page.get_by_role("navigation", name="주요 메뉴")
    expect(menu.get_by_role("link", name="탐색")).to_be_visible()
    expect(menu.get_by_role("link", name="데이터")).to_have_count(0)
    expect(menu.get_by_role("link", name="고객", exact=True)).to_have_count(0)

    page.goto("/data/sources")
    expect(page.get_by_role("heading", name="이 화면은 볼 수 없어요")).to_be_visible()
    expect(page.get_by_text("열람자 역할로 들어와 있어요.")).to_be_visible()
    page.goto("/settings/account")
    tabs = page.get_by_role("navigation", name="설정 안의 화면").get_by_role("link")
    expect(tabs).to_have_text(["내 계정", "키"])


def test_a_guest_sees_the_one_map_they_were_asked_to(visit: Open, house: House) -> None:
    made = house.workspace.add_map(MAP.read_text(encoding="utf-8"))
    house.workspace.add_map("title: 다른 지도\nstages:\n- id: a\n  title: 가\n")
    page = visit(house.address, f"/maps/{made.id}", expected={401, 404, 409})
    sign_in(page)
    page.get_by_role("button", name="손님 부르기").click()
    page.get_by_label("이메일").fill("guest@giljabi.example")
    page.get_by_role("button", name="부르기", exact=True).click()
    link = page.get_by_label("링크").input_value()

    guest = visit(house.address, link.removeprefix(house.address), expected={401, 403, 404, 409})
    guest.get_by_label("이름").fill("이손님")
    guest.get_by_label("비밀번호", exact=True).fill(PASSWORD)
    guest.get_by_role("button", name="함께하기").click()
    expect(guest.get_by_role("main").get_by_role("link")).to_have_count(1)
    expect(guest.get_by_role("navigation", name="주요 메뉴").get_by_role("link")).to_have_count(3)
    guest.get_by_role("main").get_by_role("link").click()
    expect(guest.get_by_role("heading", level=1)).to_be_visible()
    guest.goto("/explore/graph")
    expect(guest.get_by_role("heading", name="이 화면은 볼 수 없어요")).to_be_visible()


def test_what_was_typed_outlives_the_session(visit: Open, house: House) -> None:
    page = visit(house.address, "/settings/account", expected={401})
    sign_in(page)
    page.get_by_label("이름").fill("김미나리")
    house.workspace.accounts.end_other_sessions(house.owner.account, "")

    page.get_by_role("button", name="저장").click()
    again = page.get_by_role("dialog", name="다시 로그인해 주세요")
    again.get_by_label("비밀번호", exact=True).fill(PASSWORD)
    again.get_by_role("button", name="로그인", exact=True).click()

    expect(page.get_by_role("button", name="김미나리 계정 메뉴")).to_be_visible()


def test_too_many_tries_say_how_long_to_wait(visit: Open, house: House) -> None:
    page = visit(house.address, "/sign-in", expected={401, 429})
    told = page.get_by_role("alert")
    for _ in range(30):
        sign_in(page, password="a wrong guess again")
        expect(told).to_be_visible()
        if "너무 여러 번" in told.inner_text():
            break
    expect(told).to_have_text(re.compile(r"너무 여러 번 시도했어요\. .+ 뒤에 다시 시도해 주세요\."))


def test_among_many_people_one_is_found_by_a_part_of_the_name(visit: Open, house: House) -> None:
    for number in range(12):
        house.join(f"person{number}@giljabi.example", "viewer", f"사람 {number}")
    page = visit(house.address, "/settings/people", expected={401})
    sign_in(page)
    expect(page.get_by_role("status").filter(has_text="13명")).to_be_visible()

    page.get_by_role("searchbox", name="이름이나 이메일로 찾기").fill("PERSON11")

    expect(page.get_by_role("table").get_by_role("combobox")).to_have_count(1)
    expect(page.get_by_role("table")).to_contain_text("사람 11")
    page.get_by_role("searchbox").fill("없는 사람")
    expect(page.get_by_text("‘없는 사람’에 맞는 사람이 없어요.")).to_be_visible()
