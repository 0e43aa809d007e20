"""Korean particles follow the sound the word before them ends in; as ``web/src/josa.ts`` has it."""

from __future__ import annotations

import re

_DIGITS = {"0": 21, "1": 8, "2": 0, "3": 16, "4": 0, "5": 0, "6": 1, "7": 8, "8": 8, "9": 0}
_TAIL = re.compile(r"[^0-9A-Za-z가-힣]+$")
_RIEUL = 8
_SPELT = re.compile(r"(?:^|[^A-Za-z])[A-Za-z]$|[A-Z]$")
"""Ends in a letter of its own or in capitals, which are spoken by their names."""
_LETTERS = {"l": _RIEUL, "L": _RIEUL, "r": _RIEUL, "R": _RIEUL, "m": 16, "M": 16, "n": 4, "N": 4}
_CLOSED = re.compile(r"(?:[mn]|ng|[aeiou]([bpkt])\1?|ck)$", re.IGNORECASE)


def final_consonant(text: str) -> int:
    """Give the index of the final consonant a text is spoken with: 0 for none, 8 for ㄹ."""
    spoken = _TAIL.sub("", text)
    last = spoken[-1:]
    if "가" <= last <= "힣":
        return (ord(last) - ord("가")) % 28
    if last in _DIGITS:
        return _DIGITS[last]
    return _LETTERS.get(last, 0) if _SPELT.search(spoken) else _of_word(spoken)


def _of_word(word: str) -> int:
    """Give the final consonant of an English word: 앱, 카드, 체크아웃, 이벤트, 서버."""
    if word.endswith(("l", "L")):
        return _RIEUL
    return 4 if _CLOSED.search(word) else 0


def josa(text: str, pair: str) -> str:
    """Choose the particle that fits after a text.

    Parameters
    ----------
    text
        What stands before the particle.
    pair
        The forms after a consonant and after a vowel: ``은/는``, ``을/를``, ``으로/로``, ``이에요/예요`` …
    """
    closed, opened = pair.split("/")
    end = final_consonant(text)
    if end == 0 or (end == _RIEUL and pair == "으로/로"):
        return opened
    return closed
