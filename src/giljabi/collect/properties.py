"""What the other columns hold: numbers, yes or no, or text. Nothing is lost by the choice.

A column is a number only where every value is one, exactly; ``01234`` and a 17-digit number stay text, as
does a column whose name says that it is a code and no quantity.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any, Literal, TypeAlias

import pyarrow as pa
import pyarrow.compute

from giljabi.collect.columns import (
    EXACT_INTEGERS,
    Column,
    as_number,
    as_text,
    as_truth,
    clean_text,
    filled_text,
    plain,
)

# The published types of pyarrow.compute leave out overloads that are used here.
pc: Any = pyarrow.compute

Kind: TypeAlias = Literal["empty", "number", "truth", "text"]

TYPES: dict[Kind, pa.DataType] = {
    "empty": pa.string(),
    "number": pa.float64(),
    "truth": pa.bool_(),
    "text": pa.string(),
}

_CODE_NAME = re.compile(
    r"(?:^|[^a-z])(?:id|no|nr|code|zip|phone|tel|uuid|key)$|(?:Id|ID)$|번호|코드|아이디|우편|전화|연락처",
)
_TRUTHS = pa.array(["true", "false"])
_NUMBER = r"^[+-]?(?:(?:0|[1-9][0-9]{0,14})(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,2})?$"


def is_code_name(name: str) -> bool:
    """Say whether a column's name tells that its numbers are names: ``order_id``, ``우편번호``."""
    text = unicodedata.normalize("NFC", name).strip()
    return bool(_CODE_NAME.search(text) or _CODE_NAME.search(text.lower()))


def kind_of(column: Any, *, untyped: bool) -> Kind:
    """Say what the values of one batch are.

    Parameters
    ----------
    column
        The values as the source has them.
    untyped
        Whether text may stand for numbers, because the format knows only text.
    """
    values = plain(column)
    kind = values.type
    if values.null_count == len(values):
        return "empty"
    if pa.types.is_boolean(kind):
        return "truth"
    if pa.types.is_integer(kind):
        size = pc.max(pc.abs(pc.cast(values, pa.float64(), safe=False))).as_py()
        return "number" if size < EXACT_INTEGERS else "text"
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return "number"
    if not (untyped and pa.types.is_string(kind)):
        return "text"
    return _kind_of_text(values)


def _kind_of_text(values: pa.Array[Any]) -> Kind:
    texts = pc.drop_null(clean_text(values))
    if not len(texts):
        return "empty"
    # The first value settles most columns of text without looking at the others.
    for some in (texts.slice(0, 1), texts):
        if pc.all(pc.match_substring_regex(some, _NUMBER)).as_py():
            kind: Kind = "number"
        elif pc.all(pc.is_in(pc.utf8_lower(some), value_set=_TRUTHS)).as_py():
            kind = "truth"
        else:
            return "text"
    return kind


def joined(first: Kind, second: Kind) -> Kind:
    """Say what a column is whose batches are these."""
    if second in {first, "empty"}:
        return first
    return second if first == "empty" else "text"


def kind_of_type(name: str, data_type: pa.DataType) -> Kind:
    """Say what a typed column will be, without seeing its values."""
    if pa.types.is_dictionary(data_type):
        data_type = data_type.value_type
    if pa.types.is_boolean(data_type):
        return "truth"
    if pa.types.is_integer(data_type) and is_code_name(name):
        return "text"
    if pa.types.is_integer(data_type) or pa.types.is_floating(data_type) or pa.types.is_decimal(data_type):
        return "number"
    return "text"


def as_kind(column: Any, kind: Kind) -> Column:
    """Write a column as its kind."""
    if kind == "number":
        return as_number(column)
    if kind == "truth":
        return as_truth(column)
    values = plain(column)
    return filled_text(values) if pa.types.is_string(values.type) else as_text(values)
