"""What people are told of their own account once it was changed, in Korean and in English.

Whoever changes it in their place would rather have it stay unknown. The letters lead nowhere: a link in
them would teach people to follow those of letters that only look like ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from html import escape
from typing import Literal, TypeAlias

import msgspec

from giljabi.access.mail import Letter

Change: TypeAlias = Literal["password", "reset", "email", "totp_on", "totp_off", "totp_taken", "codes"]
"""What was changed: the password (knowing the old one, or by a link), the e-mail address, the second factor
(set up, turned off by its owner, or by who runs the server), the recovery codes."""


class _Words(msgspec.Struct, frozen=True):
    """The words of a letter: its subject, and what happened."""

    subject: str
    happened: str


_WORDS: Mapping[tuple[Change, str], _Words] = {
    ("password", "en"): _Words(
        "Your password for Giljabi was changed",
        "The password of your account in Giljabi was changed. All other sessions ended.",
    ),
    ("password", "ko"): _Words(
        "길잡이 비밀번호가 바뀌었어요",
        "길잡이 계정의 비밀번호가 바뀌었어요. 다른 곳에서는 모두 로그아웃되었어요.",
    ),
    ("reset", "en"): _Words(
        "Your password for Giljabi was changed",
        "A new password for your account in Giljabi was chosen by a link. All sessions of before ended.",
    ),
    ("reset", "ko"): _Words(
        "길잡이 비밀번호가 바뀌었어요",
        "길잡이 계정의 비밀번호를 링크로 새로 정했어요. 그 전에 로그인한 곳에서는 모두 로그아웃되었어요.",
    ),
    ("email", "en"): _Words(
        "Your e-mail address for Giljabi was changed",
        "Your account in Giljabi no longer has this e-mail address. The new one: {to}",
    ),
    ("email", "ko"): _Words(
        "길잡이 이메일 주소가 바뀌었어요",
        "길잡이 계정의 이메일 주소가 바뀌어서 이 주소는 이제 쓰지 않아요. 새 주소: {to}",
    ),
    ("totp_on", "en"): _Words(
        "A second factor was set up for Giljabi",
        "Signing in to your account in Giljabi asks for a code of an authenticator app from now on.",
    ),
    ("totp_on", "ko"): _Words(
        "길잡이에 두 단계 인증이 켜졌어요",
        "이제 길잡이 계정으로 로그인할 때 인증 앱의 코드를 물어봐요.",
    ),
    ("totp_off", "en"): _Words(
        "The second factor for Giljabi was turned off",
        "Signing in to your account in Giljabi asks for the password alone from now on.",
    ),
    ("totp_off", "ko"): _Words(
        "길잡이의 두 단계 인증이 꺼졌어요",
        "이제 길잡이 계정으로 로그인할 때 비밀번호만 물어봐요.",
    ),
    ("totp_taken", "en"): _Words(
        "The second factor for Giljabi was turned off",
        "Who runs the server turned off the second factor of your account in Giljabi. Signing in asks for "
        "the password alone from now on.",
    ),
    ("totp_taken", "ko"): _Words(
        "길잡이의 두 단계 인증이 꺼졌어요",
        "서버 운영자가 길잡이 계정의 두 단계 인증을 껐어요. 이제 로그인할 때 비밀번호만 물어봐요.",
    ),
    ("codes", "en"): _Words(
        "New recovery codes for Giljabi",
        "New recovery codes were made for your account in Giljabi. Those of before work no longer.",
    ),
    ("codes", "ko"): _Words(
        "길잡이 복구 코드가 새로 만들어졌어요",
        "길잡이 계정의 복구 코드를 새로 만들었어요. 예전 코드는 더는 쓸 수 없어요.",
    ),
}

_WHEN: Mapping[str, str] = {
    "en": "When: {at:%Y-%m-%d %H:%M} UTC",
    "ko": "언제: {at.year}년 {at.month}월 {at.day}일 {at:%H:%M}(UTC)",
}

_IF_NOT: Mapping[tuple[bool, str], str] = {
    (True, "en"): (
        "If it was not you, open Giljabi yourself, choose a new password by “Forgot your password?” on the "
        "page of the sign-in, and tell an owner of your workspace at once."
    ),
    (True, "ko"): (
        "직접 바꾸지 않았다면 길잡이를 직접 열어 로그인 화면의 ‘비밀번호를 잊었어요’에서 새 비밀번호를 "
        "정하고, 작업 공간 소유자에게 바로 알려 주세요."
    ),
    (False, "en"): "If it was not you, tell an owner of your workspace at once.",
    (False, "ko"): "직접 바꾸지 않았다면 작업 공간 소유자에게 바로 알려 주세요.",
}
"""What to do where it was somebody else; who lost the address cannot have a link sent there."""

_HTML = """<!doctype html>
<html lang="{language}"><body style="font-family:sans-serif;line-height:1.6;color:#1f2328;max-width:36em">
<p>{happened}</p>
<p style="color:#59636e">{when}</p>
<p>{if_not}</p>
</body></html>
"""


def write_news(change: Change, to: str, at: datetime, language: str, new_email: str = "") -> Letter:
    """Write to somebody that their account was changed.

    Parameters
    ----------
    change
        What was changed.
    to
        To whom.
    at
        When it was changed.
    language
        ``ko`` or ``en``; anything else is English.
    new_email
        The e-mail address from now on, where it is that.
    """
    written = "ko" if language == "ko" else "en"
    words = _WORDS[change, written]
    happened = words.happened.format(to=new_email)
    when = _WHEN[written].format(at=at.astimezone(UTC))
    if_not = _IF_NOT[change != "email", written]
    html = _HTML.format(language=written, happened=escape(happened), when=escape(when), if_not=escape(if_not))
    return Letter(to, words.subject, f"{happened}\n\n{when}\n\n{if_not}\n", html)
