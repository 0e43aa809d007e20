"""What a feed's source is told, and entries as rows whose columns have their parts."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal
from urllib.parse import urlsplit

import msgspec

from giljabi.collect.html_text import text_of
from giljabi.collect.row_values import as_name, numbers
from giljabi.collect.rows import RowRoles, read_roles
from giljabi.collect.settings import read_settings, split_address
from giljabi.collect.sources.feed.entries import LONGEST_TEXT
from giljabi.model import FEEDBACK_KINDS, SCORE_RANGE
from giljabi.model.errors import BadParameter


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is read and what becomes of it.

    ``format`` says whether the address gives RSS or Atom (``feed``) or a list (``json``). Of a feed,
    ``what``, ``event_name``, ``kind`` and ``score`` say what entries become, and ``time_zone`` what times
    without one mean; of a list ``roles`` say so, ``items`` where it stands, and ``next`` where the next
    page's address stands, or its number, which is then asked for as ``next_parameter``. With
    ``oldest_first``, the next pull goes on at the last page. ``lowest`` and ``highest`` are the ends of the
    scale of scores. ``host`` completes handles.
    """

    url: str
    format: Literal["feed", "json"] = "feed"
    authorization: str | None = None
    what: Literal["feedback", "events"] = "feedback"
    event_name: str = "post"
    kind: str | None = None
    score: str | None = None
    lowest: float | None = None
    highest: float | None = None
    touchpoint: str | None = None
    host: str | None = None
    time_zone: str = "UTC"
    items: str = ""
    next: str | None = None
    next_parameter: str | None = None
    order: Literal["newest_first", "oldest_first"] = "newest_first"
    roles: RowRoles | None = None


def read(settings: Mapping[str, Any]) -> Settings:
    """Read settings; raises BadParameter where one is not as it should be."""
    known = read_settings(Settings, settings)
    address = split_address(known.url)
    if address.scheme not in {"http", "https"} or not address.hostname:
        raise BadParameter(f"{known.url!r} is no address of a feed; write for example https://host/feed.xml")
    if known.kind is not None and known.kind not in FEEDBACK_KINDS:
        raise BadParameter(f"{known.kind!r} is no kind of feedback; use {', '.join(FEEDBACK_KINDS)}")
    ends = (known.lowest, known.highest)
    if None in ends and ends != (None, None):
        raise BadParameter("a scale of scores has two ends; give the lowest and the highest score")
    if known.lowest is not None and known.highest is not None and known.lowest >= known.highest:
        raise BadParameter(f"the lowest score {known.lowest:g} must lie below the highest, {known.highest:g}")
    return known


def roles_of(known: Settings) -> RowRoles:
    """Say which column is what: of a feed they are always the same."""
    if known.format == "json":
        if known.roles is None:
            raise BadParameter("a list in JSON needs roles; say which key is what")
        return read_roles(known.roles)
    return read_roles(
        RowRoles(
            what=known.what,
            identifiers={"social": "author"},
            event_name=known.event_name,
            time="published",
            kind=known.kind,
            text="text",
            score="score" if known.score else None,
            touchpoint="touchpoint",
            time_zone=known.time_zone,
        )
    )


def shaped(row: Mapping[str, Any], name: str, roles: RowRoles, known: Settings) -> dict[str, Any]:
    """Give a row with a handle, text without marks of HTML, and the score on the scale of its kind."""
    host = known.host or urlsplit(known.url).hostname
    result = dict(row)
    column = roles.identifiers.get("social")
    if column is not None:
        # Whoever gives no name is somebody of their own.
        handle = as_name(row.get(column)) or f"post-{mark(name)}"
        result[column] = handle if "@" in handle[1:] else f"{handle.lstrip('@')}@{host}"
    if roles.text is not None and isinstance(row.get(roles.text), str) and known.format == "json":
        result[roles.text] = text_of(row[roles.text])[:LONGEST_TEXT]
    if roles.score is not None:
        result[roles.score] = _converted(row.get(roles.score), roles.kind or "rating", known)
    if known.touchpoint and roles.touchpoint == "touchpoint":
        result.setdefault("touchpoint", known.touchpoint)
    if known.format == "feed" and row.get("published") is None:
        result["published"] = datetime.now(UTC)
    return result


def _converted(score: Any, kind: str, known: Settings) -> Any:
    read = numbers([score])[0]
    if read is None or known.lowest is None or known.highest is None or kind not in SCORE_RANGE:
        return score
    low, high = SCORE_RANGE[kind]
    return round(low + (read - known.lowest) / (known.highest - known.lowest) * (high - low), 4)


def mark(name: str) -> str:
    """Give the few letters by which an entry's name is known again."""
    return hashlib.blake2b(name.encode("utf-8", "replace"), digest_size=8).hexdigest()
