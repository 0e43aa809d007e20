"""What a setting may be: how its text is read, what would be right, how it is shown without its secret."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import msgspec

SECRET = msgspec.Meta(extra={"secret": True})
"""Marks a setting whose value is shown to nobody."""

MASK = "…"

_YES = frozenset({"true", "yes", "on", "1"})
_NO = frozenset({"false", "no", "off", "0"})
_PASSWORD = re.compile(r"(?<=://)([^/@\s:]*):[^@\s]*(?=@)")
_PASSWORD_WORD = re.compile(r"\b(password|passwd|secret|token)=[^\s&]+", re.IGNORECASE)


def meaning(hint: Any) -> str:
    """Give what a setting means: the text of its annotation."""
    return next(part for part in reversed(get_args(hint)) if isinstance(part, str))


def is_secret(hint: Any) -> bool:
    """Say whether a setting is marked as `SECRET`."""
    return any((meta.extra or {}).get("secret") for meta in _metas(hint))


def is_list(hint: Any) -> bool:
    """Say whether a setting is a list."""
    return get_origin(_bare(hint)) in {tuple, list}


def kind(hint: Any) -> str:
    """Name a setting's type in a word or two, for a table."""
    bare = _bare(hint)
    if get_origin(bare) is Literal:
        return " or ".join(f"`{one}`" for one in get_args(bare))
    if is_list(hint):
        return "list"
    least, most = _bounds(hint)
    if least is not None and most is not None:
        return f"{least} to {most}"
    return {bool: "true or false", int: "whole number", float: "number"}.get(bare, "text")


def wanted(hint: Any) -> str:
    """Say what would be right for a setting."""
    bare = _bare(hint)
    if get_origin(bare) is Literal:
        return " or ".join(str(one) for one in get_args(bare))
    if bare is bool:
        return "true or false (or yes or no, 1 or 0)"
    said = next((meta.description for meta in _metas(hint) if meta.description), None)
    if said is not None:
        return said
    least, most = _bounds(hint)
    text = {int: "a whole number", float: "a number"}.get(bare, "a list" if is_list(hint) else "text")
    if least is not None and most is not None:
        return f"{text} from {least} to {most}"
    return f"{text}, at least {least}" if least is not None else text


def from_text(hint: Any, text: str) -> Any:
    """Read a setting's text, as it stands in a variable: words between commas where it is a list.

    Raises
    ------
    ValueError
        If it is not of the type.
    """
    if is_list(hint):
        return from_value(hint, [word.strip() for word in text.split(",") if word.strip()])
    if _bare(hint) is bool:
        word = text.strip().lower()
        if word not in _YES | _NO:
            raise ValueError
        return word in _YES
    return from_value(hint, text.strip())


def from_value(hint: Any, value: Any) -> Any:
    """Read a setting's value, as it stands in a file; raises as `from_text` does."""
    if isinstance(value, str) and _bare(hint) is bool:
        return from_text(hint, value)
    if isinstance(value, bool) and _bare(hint) is not bool:
        raise ValueError
    try:
        return msgspec.convert(value, hint, strict=False)
    except msgspec.ValidationError as error:
        raise ValueError from error


def shown(value: Any, secret: bool) -> str:
    """Write a value for people, without what is secret in it: a secret wholly, a password in an address."""
    if value is None:
        return ""
    if secret:
        return MASK
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple | list):
        return ", ".join(shown(one, secret) for one in value)
    return _PASSWORD_WORD.sub(rf"\1={MASK}", _PASSWORD.sub(rf"\1:{MASK}", str(value)))


def _bare(hint: Any) -> Any:
    """Give the type itself, without what is said about it and without None."""
    if get_origin(hint) is Annotated:
        return _bare(get_args(hint)[0])
    if get_origin(hint) in {Union, UnionType}:
        return _bare(next(one for one in get_args(hint) if one is not NoneType))
    return hint


def _metas(hint: Any) -> Iterator[msgspec.Meta]:
    for part in get_args(hint):
        if isinstance(part, msgspec.Meta):
            yield part
        elif get_origin(part) is Annotated or get_origin(part) in {Union, UnionType}:
            yield from _metas(part)


def _bounds(hint: Any) -> Sequence[float | None]:
    metas = list(_metas(hint))
    least = next((meta.ge for meta in metas if meta.ge is not None), None)
    most = next((meta.le for meta in metas if meta.le is not None), None)
    return least, most
