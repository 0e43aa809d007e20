"""What somebody wrote in a mail, without the mail they answer to and without their signature.

The rules are few and plain. Where they would leave nothing, everything is kept.
"""

from __future__ import annotations

import re

from giljabi.collect.html_text import tidy

_ANSWERED = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"^On\b.{0,200}\bwrote:$",
        r"^Am\b.{0,200}\bschrieb.{0,80}:$",
        r"^.{0,200}<?[^\s<>]+@[^\s<>]+>?\s*님이 (?:작성|다음과 같이 작성).{0,10}$",
        r"^\d{4}년 \d{1,2}월 \d{1,2}일.{0,160}(?:작성|쓴 글|wrote).{0,10}:?$",
        r"^\d{4}[-.]\s?\d{1,2}[-.]\s?\d{1,2}.{0,160}(?:작성|쓴 글|wrote).{0,10}:?$",
        r"^[-_\s]*(?:Original Message|Forwarded message|Original Appointment)[-_\s]*$",
        r"^[-_\s]*원본\s*(?:메일|메시지|이메일)[-_\s]*$",
        r"^[-_\s]*(?:전달된|받은)\s*(?:메일|메시지|이메일)[-_\s]*$",
        r"^_{10,}$",
    )
]
_SENDER = re.compile(r"^\**(?:From|보낸\s?사람|보낸\s?이|발신)\**\s*:", re.IGNORECASE)
_FIELD = re.compile(
    r"^\**(?:Sent|Date|To|Subject|받는\s?사람|받는\s?이|수신|보낸\s?날짜|날짜|일시|제목)\**\s*:",
    re.IGNORECASE,
)
_SIGNED = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"^-- ?$",
        r"^(?:Sent from|Get Outlook for|Sent via)\b.{0,60}$",
        r"^(?:나의|내)?\s?(?:iPhone|iPad|Galaxy|갤럭시|아이폰|Android|삼성|Samsung|Outlook|네이버)\S*"
        r".{0,30}(?:보냄|보냈습니다|발송)\.?$",
    )
]


def own_words(text: str) -> str:
    """Give what somebody wrote, without what they answer to and without their signature.

    Parameters
    ----------
    text
        A mail's text, as lines.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    kept = lines[: _end(lines)]
    said = tidy("\n".join(line for line in kept if not line.lstrip().startswith(">")))
    return said or tidy(text)


def _end(lines: list[str]) -> int:
    """Say at which line what was answered or the signature begins."""
    for at, line in enumerate(lines):
        bare = line.strip()
        # Long lines are broken: the line that says who wrote may be two.
        pair = f"{bare} {lines[at + 1].strip()}" if at + 1 < len(lines) else bare
        if any(one.match(bare) or (bare and one.match(pair)) for one in _ANSWERED):
            return at
        if _SENDER.match(bare) and any(_FIELD.match(one.strip()) for one in lines[at + 1 : at + 4]):
            return at
        if any(one.match(line.rstrip("\n") if bare == "--" else bare) for one in _SIGNED):
            return at
    return len(lines)
