"""What is written to people who sign in, in Korean and in English."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Literal, TypeAlias

import msgspec

from giljabi.access.mail import Letter

Occasion: TypeAlias = Literal["invitation", "reset", "email"]


class _Words(msgspec.Struct, frozen=True):
    """The words of a letter: subject, what is the matter, what the button says, and what to know besides."""

    subject: str
    matter: str
    button: str
    besides: str


_WORDS: Mapping[tuple[Occasion, str], _Words] = {
    ("invitation", "en"): _Words(
        "{by} invites you to Giljabi",
        "{by} invites you to the customer journey maps in Giljabi.",
        "Accept the invitation",
        "The link works once, within 7 days. If you do not know {by}, do nothing.",
    ),
    ("invitation", "ko"): _Words(
        "{by} 님이 길잡이에 초대했어요",
        "{by} 님이 고객 여정 지도를 함께 보자고 길잡이에 초대했어요.",
        "초대 받기",
        "이 링크는 7일 안에 한 번만 쓸 수 있어요. {by} 님을 모른다면 이 메일을 무시해 주세요.",
    ),
    ("reset", "en"): _Words(
        "A new password for Giljabi",
        "Somebody asked for a new password for your account in Giljabi.",
        "Choose a new password",
        "The link works once, within an hour. If it was not you, do nothing: your password stays as it is.",
    ),
    ("reset", "ko"): _Words(
        "길잡이 비밀번호 다시 정하기",
        "길잡이 계정의 비밀번호를 다시 정하겠다는 요청을 받았어요.",
        "새 비밀번호 정하기",
        "이 링크는 1시간 안에 한 번만 쓸 수 있어요. 요청하지 않았다면 무시해 주세요. 비밀번호는 그대로예요.",
    ),
    ("email", "en"): _Words(
        "Confirm your e-mail address for Giljabi",
        "Your account in Giljabi is to have this e-mail address from now on.",
        "Confirm the address",
        "The link works once, within a day. If it was not you, do nothing.",
    ),
    ("email", "ko"): _Words(
        "길잡이 이메일 주소 확인하기",
        "길잡이 계정의 이메일 주소를 이 주소로 바꾸려고 해요.",
        "이메일 주소 확인하기",
        "이 링크는 하루 안에 한 번만 쓸 수 있어요. 직접 요청하지 않았다면 무시해 주세요.",
    ),
}

_HTML = """<!doctype html>
<html lang="{language}"><body style="font-family:sans-serif;line-height:1.6;color:#1f2328;max-width:36em">
<p>{matter}</p>
<p><a href="{link}" style="display:inline-block;padding:.6em 1.2em;border-radius:6px;background:#2f5bd0;
color:#ffffff;text-decoration:none">{button}</a></p>
<p style="color:#59636e">{besides}</p>
<p style="color:#59636e;word-break:break-all">{link}</p>
</body></html>
"""


def write_letter(occasion: Occasion, to: str, link: str, language: str, by: str = "") -> Letter:
    """Write a letter.

    Parameters
    ----------
    occasion
        What it is about.
    to
        To whom.
    link
        Where it leads.
    language
        ``ko`` or ``en``; anything else is English.
    by
        Who is named in it.
    """
    written = "ko" if language == "ko" else "en"
    words = _WORDS[occasion, written]
    # What people call themselves must not read like a sentence of ours, nor like an address of its own.
    shown = by[:80]
    matter, besides = words.matter.format(by=shown), words.besides.format(by=shown)
    text = f"{matter}\n\n{words.button}:\n{link}\n\n{besides}\n"
    html = _HTML.format(
        language=written,
        matter=escape(matter),
        button=escape(words.button),
        besides=escape(besides),
        link=escape(link, quote=True),
    )
    return Letter(to, words.subject.format(by=shown), text, html)
