"""Of a mail, what its sender wrote is kept: no quoted replies, no signatures."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from giljabi.collect.calls import pack, unpack
from giljabi.collect.door import Refused
from giljabi.collect.sources.mailbox.letters import Letter, calls_of_letter, read_letter
from giljabi.collect.sources.mailbox.quoting import own_words


@pytest.mark.parametrize(
    ("mail", "said"),
    [
        ("늦어요\n\n> 어제 보냈습니다\n> 곧 도착합니다", "늦어요"),
        ("> 왜 늦나요?\n제가 묻고 싶어요\n> 죄송합니다\n괜찮아요", "제가 묻고 싶어요\n괜찮아요"),
        (
            "Late again.\n\nOn Mon, Nov 2, 2026 at 10:00 AM Shop <help@shop.example> wrote:\n> Sorry",
            "Late again.",
        ),
        (
            "Late again.\n\nOn Mon, Nov 2, 2026 at 10:00 AM Customer Care\n<h@s.example> wrote:\n\nSorry",
            "Late again.",
        ),
        (
            "늦어요\n\n2026년 11월 2일 (월) 오전 10:00, 고객센터 <help@shop.example>님이 작성:\n\n죄송합니다",
            "늦어요",
        ),
        ("늦어요\n\n고객센터 <help@shop.example>님이 작성:\n죄송합니다", "늦어요"),
        ("늦어요\n\n-----Original Message-----\nFrom: 고객센터\n죄송합니다", "늦어요"),
        ("늦어요\n\n----- 원본 메일 -----\n보낸사람: 고객센터\n죄송합니다", "늦어요"),
        ("늦어요\n\n________________________________\n보낸 사람: 고객센터\n죄송합니다", "늦어요"),
        (
            "늦어요\n\nFrom: Shop <help@shop.example>\nSent: Monday\nTo: Hong\nSubject: 배송\n\n죄송합니다",
            "늦어요",
        ),
        ("늦어요\n\n보낸 사람: 고객센터\n보낸 날짜: 월요일\n받는 사람: 홍길동\n\n죄송합니다", "늦어요"),
        ("늦어요\n\n-- \n홍길동 과장\n010-1234-5678", "늦어요"),
        ("늦어요\n--\n홍길동", "늦어요"),
        ("Late.\n\nSent from my iPhone", "Late."),
        ("늦어요\n\n나의 iPhone에서 보냄", "늦어요"),
        ("늦어요\n\n내 Galaxy에서 보냄", "늦어요"),
        ("늦어요\r\n\r\n\r\n\r\n정말로요\r\n", "늦어요\n\n정말로요"),
    ],
)
def test_replies_and_signatures_are_cut_off(mail: str, said: str) -> None:
    assert own_words(mail) == said


@pytest.mark.parametrize(
    "mail",
    [
        "From: the very first day it was late.",
        "보낸 사람: 누구인지 모르겠어요\n왜 안 적혀 있나요?",
        "On Monday I wrote: nobody answered.\nOn Tuesday too.",
        "- 늦음\n- 찢어짐\n-- 그리고 비쌈",
        "iPhone을 샀는데 고장이에요",
        "Sent it back last week, and then I waited for a long time until somebody called me.",
    ],
)
def test_what_only_looks_like_one_is_kept(mail: str) -> None:
    assert own_words(mail) == mail


PIECES = [
    b"From: ",
    b"Subject: ",
    b"Date: ",
    b"Content-Type: ",
    b"Content-Transfer-Encoding: ",
    b"Message-ID: ",
    b"multipart/mixed; boundary=x",
    b"text/plain; charset=",
    b"text/html",
    b"--x\r\n",
    b"--x--",
    b"\r\n",
    b"\r\n\r\n",
    b"base64",
    b"quoted-printable",
    b"uuencode",
    b"begin 644 a\r\n",
    b"euc-kr",
    b"utf-7",
    b"base64_codec",
    b"=?utf-8?B?",
    b"=?x?Q?",
    b"?=",
    b"<a@b.c>",
    b'"',
    b"(",
    b",",
    b";",
    b"*0*=''%FF",
    b"\xb0\xa1",
    b"\xff",
    b"\0",
    b"=",
    b"31 Feb 2026",
    b"Mon, 02 Nov 99999 10:00:00 +9999",
    b"charset*0=",
    b"a",
    b":",
    b"message/rfc822",
]


@settings(deadline=None, max_examples=300)
@given(st.lists(st.sampled_from(PIECES), max_size=40).map(b"".join))
def test_nothing_that_comes_as_a_mail_holds_up_the_others(body: bytes) -> None:
    letter = read_letter(body, 1_793_581_260_000)

    if isinstance(letter, Letter):
        found = calls_of_letter(letter, "source", "email", 1_793_581_260_000)
        assert unpack(pack(found)) == found if isinstance(found, list) else isinstance(found, Refused)


@pytest.mark.parametrize("mail", ["> 늦어요", "---------- Forwarded message ---------\nFrom: Kim\n\n늦어요"])
def test_where_nothing_would_be_left_everything_is_kept(mail: str) -> None:
    assert own_words(mail) == mail
