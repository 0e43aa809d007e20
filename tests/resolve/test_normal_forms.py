"""What people write in different ways compares as equal, and what differs stays apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from giljabi.resolve.normal_forms import (
    keystrokes,
    mailbox,
    normal_address,
    normal_email,
    normal_name,
    normal_phone,
)


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("김민지", "김민지"),
        ("김 민지", "김민지"),
        ("민지 김", "김민지"),
        ("김민지님", "김민지"),
        ("김민지 고객님", "김민지"),
        ("황보 민", "황보민"),
        ("민수 남궁", "남궁민수"),
        ("이 한", "이한"),
        ("Minji Kim", "kim minji"),
        ("KIM, MINJI", "kim minji"),
        ("Dr. Ann O'Hara", "ann o'hara"),
        ("ＭＩＮＪＩ Kim", "kim minji"),
        ("  ", None),
        ("님", None),
    ],
)
def test_names(written: str, normal: str | None) -> None:
    assert normal_name(written) == normal


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("010-1234-5678", "01012345678"),
        ("+82 10 1234 5678", "01012345678"),
        ("+82 (0)10-1234-5678", "01012345678"),
        ("0082-10-1234-5678", "01012345678"),
        ("821012345678", "01012345678"),
        ("1012345678", "01012345678"),
        ("０１０．１２３４．５６７８", "01012345678"),
        ("02-312-4567", "023124567"),
        ("+1 (415) 555-2671", "+14155552671"),
        ("010-0000-0000", None),
        ("1234", None),
        ("none", None),
    ],
)
def test_phones(written: str, normal: str | None) -> None:
    assert normal_phone(written) == normal


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("Min.Ji+news@GoogleMail.com", "minji@gmail.com"),
        ("min.ji@naver.com", "min.ji@naver.com"),
        (" a+b@x.co.kr ", "a@x.co.kr"),
        ("no address", None),
        ("@x.com", None),
        ("a@localhost", None),
    ],
)
def test_e_mail_addresses(written: str, normal: str | None) -> None:
    assert normal_email(written) == normal


def test_a_mailbox_is_told_only_where_it_can_tell_people_apart() -> None:
    assert mailbox("min.ji_k@naver.com") == "minjik"
    assert mailbox("info@shop.kr") is None
    assert mailbox("kim@naver.com") is None


@pytest.mark.parametrize(
    "written",
    [
        "서울특별시 강남구 테헤란로 152, 101동 1203호",
        "서울시 강남구 테헤란로152 101동 1203호 (역삼동, 강남파이낸스센터)",
        "서울 강남구 테헤란로 152 101-1203",
        "06236 서울 강남구 테헤란로 152, 101동1203호",
    ],
)
def test_one_korean_address_in_many_forms(written: str) -> None:
    address = normal_address(written)
    assert address is not None
    assert address[:3] == ("서울 강남구", "강남구 테헤란로 152", "101-1203")


def test_lot_addresses_and_roads_within_roads() -> None:
    lot = normal_address("경기도 성남시 분당구 정자동 178-1번지 302호")
    assert lot is not None
    assert lot[:3] == ("경기 분당구", "분당구 정자동 178-1", "302")
    alley = normal_address("부산광역시 해운대구 센텀중앙로97번길 5")
    assert alley is not None
    assert alley[:3] == ("부산 해운대구", "해운대구 센텀중앙로97번길 5", None)


def test_english_addresses() -> None:
    one = normal_address("12 North Main Street, Apt 5B, Springfield")
    other = normal_address("12 N. Main St. Apartment 5b Springfield")
    assert one is not None
    assert one == other
    assert one[:3] == ("springfield", "12 n main springfield", "5b")


def test_a_slip_of_the_finger_is_one_key() -> None:
    assert keystrokes("김민지") == "rlaalswl"
    assert sum(a != b for a, b in zip(keystrokes("민지"), keystrokes("민자"), strict=True)) == 1
    assert keystrokes("Kim Minji") == "kimminji"


@given(st.text(max_size=60))
def test_nothing_that_is_written_breaks_a_form(text: str) -> None:
    name, phone, email = normal_name(text), normal_phone(text), normal_email(text)
    normal_address(text)
    assert keystrokes(text).isascii()
    assert name is None or normal_name(name) in {name, None} or " " in name
    assert phone is None or normal_phone(phone) == phone
    assert email is None or normal_email(email) == email
