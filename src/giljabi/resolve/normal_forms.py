"""How people write the same name, phone, e-mail and address, brought to one form; Korean and English.

Each function gives None for what says nothing. What they give is for comparing, not for showing.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

_TITLES = {"mr", "mrs", "ms", "miss", "dr", "prof", "sir", "님", "씨", "고객님", "고객", "귀하", "선생님"}
_FAMILY = frozenset(
    "김이박최정강조윤장임한오서신권황안송류전홍고문양손배백허유남심노하곽성차주우구민진지엄채원천방공현함변염여추도소석선설"
    "마길연위표명기반왕금옥육인맹제모탁국어은편용나라양봉사부경피"
)
_LONG_FAMILY = ("남궁", "황보", "제갈", "사공", "선우", "서문", "독고", "동방")

_INITIAL = ("r", "R", "s", "e", "E", "f", "a", "q", "Q", "t", "T", "d", "w", "W", "c", "z", "x", "v", "g")
_MEDIAL = (
    "k", "o", "i", "O", "j", "p", "u", "P", "h", "hk", "ho", "hl", "y", "n", "nj", "np", "nl", "b", "m", "ml",
    "l",
)  # fmt: skip
_FINAL = (
    "", "r", "R", "rt", "s", "sw", "sg", "e", "f", "fr", "fa", "fq", "ft", "fx", "fv", "fg", "a", "q", "qt",
    "t", "T", "d", "w", "c", "z", "x", "v", "g",
)  # fmt: skip

_REGIONS = {
    "서울": ("서울특별시", "서울시", "seoul", "seoul-si"),
    "부산": ("부산광역시", "부산시", "busan"),
    "대구": ("대구광역시", "대구시", "daegu"),
    "인천": ("인천광역시", "인천시", "incheon"),
    "광주": ("광주광역시", "gwangju"),
    "대전": ("대전광역시", "대전시", "daejeon"),
    "울산": ("울산광역시", "울산시", "ulsan"),
    "세종": ("세종특별자치시", "세종시", "sejong"),
    "경기": ("경기도", "gyeonggi", "gyeonggi-do"),
    "강원": ("강원도", "강원특별자치도", "gangwon", "gangwon-do"),
    "충북": ("충청북도", "chungbuk"),
    "충남": ("충청남도", "chungnam"),
    "전북": ("전라북도", "전북특별자치도", "jeonbuk"),
    "전남": ("전라남도", "jeonnam"),
    "경북": ("경상북도", "gyeongbuk"),
    "경남": ("경상남도", "gyeongnam"),
    "제주": ("제주도", "제주특별자치도", "jeju", "jeju-do"),
}
_SHORT = {
    "street": "st", "avenue": "ave", "road": "rd", "boulevard": "blvd", "drive": "dr", "lane": "ln",
    "court": "ct", "square": "sq", "place": "pl", "apartment": "apt", "suite": "ste", "north": "n",
    "south": "s", "east": "e", "west": "w", "floor": "fl", "unit": "apt", "no": "", "대한민국": "",
    "korea": "", "usa": "", "republic": "", "of": "",
} | {form: short for short, forms in _REGIONS.items() for form in forms}  # fmt: skip
_UNIT = re.compile(r"(?:(\d{1,5}|[a-z가-하])\s*동\s*)?(\d{1,5})\s*호(?![가-힣])|\b(\d{2,4})-(\d{3,4})\b$")
_ROAD = re.compile(
    r"([가-힣0-9]*[가-힣](?:로|길|대로|동|리|가))\s*(\d+(?:번길|길))?\s*(\d+(?:-\d+)?)(?:번지)?"
)
_EVERYBODYS = {
    "info", "admin", "test", "contact", "hello", "help", "sales", "support", "mail", "office", "noreply",
    "no-reply", "user", "customer", "webmaster",
}  # fmt: skip


def normal_name(text: str) -> str | None:
    """Bring a name to one form: small letters, no titles, Korean names without spaces, family name first.

    Other names are put in order of their words, so that ``Kim, Minji`` and ``Minji Kim`` are one.
    """
    plain = unicodedata.normalize("NFKC", text).casefold()
    words = [word for word in re.split(r"[\s.,·_/()]+", plain) if word and word not in _TITLES]
    if not words:
        return None
    if all(re.fullmatch(r"[가-힣]+", word) for word in words):
        return _korean_name(words)
    return " ".join(sorted(words))


def _korean_name(words: list[str]) -> str | None:
    if len(words) == 2:
        first, last = words
        is_family = last in _FAMILY or last in _LONG_FAMILY
        # "민지 김", as forms in English order leave it; "김 민" stays as it is.
        if is_family and len(first) > 1 and not first.startswith(_LONG_FAMILY):
            words = [last, first]
    whole = "".join(words)
    for title in ("고객님", "선생님", "님", "씨"):
        if len(whole) > len(title) + 1:
            whole = whole.removesuffix(title)
    return whole if len(whole) > 1 else None


def keystrokes(text: str) -> str:
    """Write Hangul as the keys it is typed with (two-set keyboard), so that one slip is one letter."""
    keys = []
    for letter in text:
        code = ord(letter) - 0xAC00
        if 0 <= code < 11_172:
            keys += [_INITIAL[code // 588], _MEDIAL[code % 588 // 28], _FINAL[code % 28]]
        elif letter.isascii() and not letter.isspace():
            keys.append(letter.lower())
    return "".join(keys)


def normal_phone(text: str) -> str | None:
    """Bring a phone number to digits; Korean ones to their domestic form (``+82 10-…`` is ``010…``)."""
    plain = unicodedata.normalize("NFKC", text).strip()
    abroad = plain.startswith(("+", "00"))
    digits = re.sub(r"\D", "", plain)
    if plain.startswith("00"):
        digits = digits[2:]
    if digits.startswith("82") and (abroad or len(digits) >= 11):
        rest = digits[2:].removeprefix("0")
        digits, abroad = f"0{rest}", False
    if re.fullmatch(r"1[016789]\d{7,8}", digits) and not abroad:
        # Spreadsheets drop the zero in front.
        digits = f"0{digits}"
    if not 8 <= len(digits) <= 15 or len(set(digits)) < 3:
        return None
    return f"+{digits}" if abroad else digits


def normal_email(text: str) -> str | None:
    """Bring an e-mail address to one form: small letters, no ``+tag``, no dots where Gmail ignores them."""
    plain = unicodedata.normalize("NFKC", text).strip().casefold()
    local, at, domain = plain.rpartition("@")
    if not at or not local or "." not in domain:
        return None
    domain = "gmail.com" if domain == "googlemail.com" else domain
    local = local.partition("+")[0]
    if domain == "gmail.com":
        local = local.replace(".", "")
    return f"{local}@{domain}" if local else None


def mailbox(email: str) -> str | None:
    """Give what stands before the ``@`` of a normal address, without dots, where it can tell people apart."""
    local = email.partition("@")[0].replace(".", "").replace("-", "").replace("_", "")
    return local if len(local) >= 5 and local not in _EVERYBODYS else None


class Address(NamedTuple):
    """An address in parts: ``region`` (province, district), ``place`` down to the house, ``unit`` in it."""

    region: str | None
    place: str | None
    unit: str | None
    words: tuple[str, ...]


def normal_address(text: str) -> Address | None:
    """Bring an address to parts that can be compared; road and lot addresses of Korea, and English ones."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    plain = re.sub(r"\([^)]*\)|\b\d{5}(?:-\d{4})?\b(?=\s*$|,)|^\s*\[?\d{5}\]?\s", " ", plain)
    plain = re.sub(r"[,#]|\bapt\.", " ", plain).replace(".", "")
    unit, plain = _taken_unit(plain)
    plain = _ROAD.sub(lambda found: f" {found[1]}{found[2] or ''} {found[3]} ", plain)
    words = tuple(short for word in plain.split() if (short := _SHORT.get(word, word)))
    if not words:
        return None
    korean = any(re.search("[가-힣]", word) for word in words)
    region, house = _korean_parts(words) if korean else _english_parts(words)
    return Address(region, house, unit, tuple(sorted(set(words))))


def _taken_unit(text: str) -> tuple[str | None, str]:
    found = _UNIT.search(text)
    if found is None:
        english = re.search(r"\b(?:apt|apartment|suite|ste|unit)\s*([0-9a-z-]+)", text)
        return (english[1], text.replace(english[0], " ")) if english else (None, text)
    block, room = (found[1], found[2]) if found[2] else (found[3], found[4])
    return "-".join(part.lstrip("0") for part in (block, room) if part), text.replace(found[0], " ")


def _korean_parts(words: tuple[str, ...]) -> tuple[str | None, str | None]:
    province = next((word for word in words if word in _REGIONS), None)
    district = next((word for word in words if re.fullmatch(r"[가-힣]+(?:구|군)", word)), None)
    district = district or next((word for word in words if re.fullmatch(r"[가-힣]{2,}시", word)), None)
    region = " ".join(part for part in (province, district) if part) or None
    for number, word in enumerate(words[:-1]):
        if re.search(r"(?:로|길|동|리|가)$", word) and re.fullmatch(r"\d+(?:-\d+)?", words[number + 1]):
            return region, " ".join(part for part in (district, word, words[number + 1]) if part)
    return region, None


def _english_parts(words: tuple[str, ...]) -> tuple[str | None, str | None]:
    city = words[-1] if len(words) > 1 else None
    house = next((words[n : n + 3] for n, word in enumerate(words) if word[0].isdigit()), None)
    return city, " ".join(dict.fromkeys((*house, city))) if house and city else None
