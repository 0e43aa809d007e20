"""One's own account: second factor, a forgotten password, devices, and API tokens."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import msgspec
import pytest
from playwright.sync_api import expect
from tests.browser.conftest import Open
from tests.browser.people import OWNER, PASSWORD, House, code_of, make_owner, sign_in, sign_out
from tests.browser.postbox import postbox
from tests.browser.served import served
from tests.outside import SETTINGS

from giljabi.bootstrap import Settings, Workspace, open_workspace

ANOTHER = "stones warm in the evening sun"


@pytest.fixture
def house(empty_workspace: Workspace) -> Iterator[House]:
    """Give a workspace with an owner."""
    make_owner(empty_workspace)
    with served(empty_workspace, Settings()) as address:
        yield House(empty_workspace, address)


def test_a_second_factor_is_set_up_and_used(visit: Open, house: House) -> None:
    page = visit(house.address, "/settings/account", expected={401})
    sign_in(page)
    page.get_by_role("button", name="두 단계 인증 켜기").click()
    page.get_by_role("dialog").get_by_label("비밀번호", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="계속").click()
    expect(page.get_by_role("img", name=re.compile("인증 앱 등록 그림"))).to_be_visible()
    secret = page.get_by_label("찍을 수 없다면").input_value().replace(" ", "")
    first = code_of(secret)
    page.get_by_label("앱에 보이는 여섯 자리 숫자").fill(first)
    page.get_by_role("button", name="켜기", exact=True).click()
    listed = page.get_by_role("list", name="복구 코드").get_by_role("listitem")
    expect(listed).to_have_count(10)
    codes = listed.all_inner_texts()
    expect(page.get_by_role("button", name="다 했어요")).to_be_disabled()
    page.get_by_label("안전한 곳에 보관했어요").check()
    page.get_by_role("button", name="다 했어요").click()
    expect(page.get_by_text("복구 코드가 10개 남았어요.")).to_be_visible()

    sign_out(page)
    sign_in(page)
    page.get_by_label("인증 코드").fill(first)
    page.get_by_role("button", name="계속").click()
    expect(page.get_by_role("alert")).to_contain_text("이미 쓴 코드예요")
    page.reload()
    page.get_by_label("인증 코드").fill(code_of(secret, not_one_of=[first]))
    page.get_by_role("button", name="계속").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("고객 여정 지도")

    sign_out(page)
    sign_in(page)
    page.get_by_role("button", name="인증 앱을 쓸 수 없어요").click()
    page.get_by_label("복구 코드").fill(codes[0])
    page.get_by_role("button", name="계속").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("고객 여정 지도")
    page.goto("/settings/account")
    expect(page.get_by_text("복구 코드가 9개 남았어요.")).to_be_visible()


def test_a_forgotten_password_is_reset_by_mail(visit: Open, database_address: str, tmp_path: Path) -> None:
    with postbox() as box:
        by_mail = msgspec.structs.replace(
            SETTINGS,
            smtp_host="127.0.0.1",
            smtp_port=box.port,
            smtp_security="none",
            mail_from="map@example.com",
        )
        with (
            open_workspace(tmp_path / "home", database_address, "mail", settings=by_mail) as workspace,
            served(workspace, by_mail) as address,
        ):
            make_owner(workspace)
            page = visit(address, "/sign-in", expected={401})
            page.get_by_role("link", name="비밀번호를 잊었어요").click()
            page.get_by_label("이메일").fill(OWNER)
            page.get_by_role("button", name="메일 보내기").click()
            expect(page.get_by_role("heading", level=1)).to_have_text("메일을 확인해 주세요")
            workspace.jobs.work_off()

            link = re.search(r"/reset#\S+", box.text())
            assert link is not None
            page.goto(link[0])
            page.get_by_label("새 비밀번호").fill(ANOTHER)
            page.get_by_role("button", name="비밀번호 바꾸기").click()
            expect(page.get_by_role("heading", level=1)).to_have_text("고객 여정 지도")
            sign_out(page)
            sign_in(page)
            expect(page.get_by_role("alert")).to_be_visible()
            sign_in(page, password=ANOTHER)
            expect(page.get_by_role("heading", level=1)).to_have_text("고객 여정 지도")


def test_a_password_is_changed_and_other_devices_are_signed_out(visit: Open, house: House) -> None:
    other = visit(house.address, "/sign-in", expected={401})
    sign_in(other)
    expect(other.get_by_role("heading", level=1)).to_have_text("고객 여정 지도")
    page = visit(house.address, "/settings/account", expected={401})
    sign_in(page)
    devices = page.get_by_role("region", name="로그인한 기기")
    # The session in which the owner was made is the third.
    expect(devices.get_by_role("listitem")).to_have_count(3)
    expect(devices.get_by_text("지금 이 기기")).to_have_count(1)

    page.get_by_role("button", name="비밀번호 바꾸기").click()
    page.get_by_label("지금 비밀번호").fill(PASSWORD)
    page.get_by_label("새 비밀번호").fill(ANOTHER)
    page.get_by_role("button", name="비밀번호 바꾸기").click()
    expect(page.get_by_text("비밀번호를 바꿨어요.")).to_be_visible()

    other.reload()
    expect(other).to_have_url(re.compile("/sign-in"))
    page.get_by_label("이름").fill("김미나리")
    page.get_by_role("button", name="저장").click()
    expect(page.get_by_role("button", name="김미나리 계정 메뉴")).to_be_visible()


def test_a_token_is_made_used_and_revoked(visit: Open, house: House) -> None:
    page = visit(house.address, "/settings/keys", expected={401})
    sign_in(page)
    page.get_by_role("button", name="토큰 만들기").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("이름").fill("주간 보고")
    dialog.get_by_role("button", name="토큰 만들기").click()
    secret = dialog.get_by_label("토큰", exact=True).input_value()
    dialog.get_by_role("button", name="다 했어요").click()

    assert secret.startswith("gj_")
    shown = {"authorization": f"Bearer {secret}"}
    assert httpx.get(f"{house.address}/api/v1/maps", headers=shown, timeout=60).status_code == 200
    assert httpx.get(f"{house.address}/api/v1/sources", headers=shown, timeout=60).status_code == 403
    page.reload()
    expect(page.get_by_text(secret)).to_have_count(0)
    expect(page.get_by_text("마지막 사용").first).to_be_visible()

    page.get_by_role("button", name="주간 보고 없애기").click()
    page.get_by_role("dialog").get_by_role("button", name="없애기").click()
    expect(page.get_by_text("“주간 보고” 토큰을 없앴어요.")).to_be_visible()
    assert httpx.get(f"{house.address}/api/v1/maps", headers=shown, timeout=60).status_code == 401


def test_the_audit_log_tells_in_words_who_did_what(visit: Open, house: House) -> None:
    page = visit(house.address, "/maps/new", expected={401})
    sign_in(page)
    page.get_by_role("button", name="지도 만들기").click()
    expect(page).to_have_url(re.compile(r"/maps/(?!new)"))

    page.goto("/settings/audit")
    row = page.get_by_role("row", name=re.compile("지도를 만들었어요"))
    expect(row).to_contain_text("김미나")
    page.get_by_label("무엇을").select_option(label="로그인했어요")
    expect(row).to_have_count(0)
    expect(page).to_have_url(re.compile("action="))
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV 내려받기").click()
    text = download.value.path().read_text(encoding="utf-8-sig")
    assert "signed_in" in text
    assert "maps.add" not in text
