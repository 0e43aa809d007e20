"""Dates and times as people write them, in Korean and in English."""

from __future__ import annotations

_CLOCK = (
    r"(?P<am1>오전|오후|[AaPp]\.?[Mm]\.?)?\s*"
    r"(?P<h>[0-9]{1,2})"
    r"(?:\s*시(?:\s*(?P<m2>[0-9]{1,2})\s*분(?:\s*(?P<s2>[0-9]{1,2})\s*초)?)?"
    r"|:(?P<m1>[0-9]{1,2})(?::(?P<s1>[0-9]{1,2})(?:[.,:](?P<f>[0-9]{1,9}))?)?)?"
    r"\s*(?P<am2>오전|오후|[AaPp]\.?[Mm]\.?)?"
    r"\s*(?P<z>[Zz]|UTC|GMT|KST|JST|[+-][0-9]{1,2}(?::?[0-9]{2})?)?(?:\[[^\]]*\])?"
)
_TIME = rf"(?:(?:\s*\([월화수목금토일]\)|\s*[월화수목금토일]요일)?(?:[T\s,]+{_CLOCK})?)?\s*$"
_MONTH_NAME = r"(?P<mon>[A-Za-z]{3,9})\.?"
_WEEKDAY = r"(?:[A-Za-z]{3,9},?\s+)?"

YEAR_FIRST = (
    r"^(?P<y>[0-9]{4})\s*[-/.년]\s*(?P<mo>[0-9]{1,2})\s*[-/.월]\s*(?P<d>[0-9]{1,2})(?:\s*일|\.)?" + _TIME
)
COMPACT = (
    r"^(?P<y>[0-9]{4})(?P<mo>[0-9]{2})(?P<d>[0-9]{2})"
    r"(?:[T\s_-]?(?P<h>[0-9]{2}):?(?P<m1>[0-9]{2})(?::?(?P<s1>[0-9]{2})(?:[.,]?(?P<f>[0-9]{1,9}))?)?"
    r"\s*(?P<z>Z|[+-][0-9]{2}(?::?[0-9]{2})?)?)?$"
)
SHORT_YEAR_FIRST = r"^(?P<yy>[0-9]{2})\.\s?(?P<mo>[0-9]{1,2})\.\s?(?P<d>[0-9]{1,2})\.?" + _TIME
YEAR_LAST = r"^(?P<a>[0-9]{1,2})(?:[-/.]\s?)(?P<b>[0-9]{1,2})(?:[-/.]\s?)(?P<y>[0-9]{4})" + _TIME
SHORT_YEAR_LAST = r"^(?P<a>[0-9]{1,2})[-/](?P<b>[0-9]{1,2})[-/](?P<yy>[0-9]{2})" + _TIME
DAY_NAMED_MONTH = (
    rf"^{_WEEKDAY}(?P<d>[0-9]{{1,2}})(?:st|nd|rd|th)?[\s/-]+{_MONTH_NAME},?[\s/-]+(?P<y>[0-9]{{4}})"
    rf"(?:[:T\s,]+{_CLOCK})?\s*$"
)
NAMED_MONTH_DAY = (
    rf"^{_WEEKDAY}{_MONTH_NAME}\s+(?P<d>[0-9]{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y>[0-9]{{4}})" + _TIME
)

WRITTEN = (
    YEAR_FIRST,
    COMPACT,
    YEAR_LAST,
    SHORT_YEAR_FIRST,
    SHORT_YEAR_LAST,
    DAY_NAMED_MONTH,
    NAMED_MONTH_DAY,
)
"""All ways of writing, tried in this order. Named groups say what each part is; ``a`` and ``b`` are day and
month in an order that has to be found out."""

_MONTHS = """
    january february march april may june july august september october november december
"""
MONTHS = {name: number for number, full in enumerate(_MONTHS.split(), 1) for name in (full, full[:3])} | {
    "sept": 9
}
