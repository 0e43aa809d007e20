"""Pages of feeds into rows: RSS and Atom, whose columns are always the same, and lists in JSON."""

from __future__ import annotations

import calendar
import io
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import feedparser  # type: ignore[import-untyped]
import msgspec

from giljabi.collect.html_text import text_of, text_of_html
from giljabi.collect.row_values import flat_row
from giljabi.collect.sources.feed.fetching import Page
from giljabi.model.errors import SourceUnavailable

LONGEST_TEXT = 8_000
"""Characters of a text that are kept."""

_KOREAN = re.compile(r"^(?:euc[-_]?kr|ks_?c_?5601[-_]?(?:1987|1989)?|cp949|ms949|x-windows-949|uhc)$", re.I)
_DECLARED = re.compile(rb"""^\s*(<\?xml[^>]*?)\s+encoding=["']([A-Za-z0-9_.:-]+)["']""")
_ZONED = re.compile(r"(?:[Zz]|[+-]\d\d:?\d\d|\b[A-Z]{2,4}|년.*)\s*$", re.DOTALL)


class Feed(msgspec.Struct, frozen=True):
    """What a page holds: its rows with their names for good, and where the next page is."""

    title: str
    rows: list[dict[str, Any]]
    names: list[str]
    next: str | None = None


def read_feed(page: Page, zone: str, score: str | None) -> Feed:
    """Read RSS or Atom; what is malformed is read as far as it goes.

    Parameters
    ----------
    page
        What came.
    zone
        The time zone of times that name none.
    score
        The element that holds a score, as the feed names it without its namespace: ``rating``.

    Raises
    ------
    SourceUnavailable
        If it is no feed.
    """
    body, content_type = _in_utf8(page)
    headers = {"content-type": content_type, "content-location": page.url}
    try:
        read: Any = feedparser.parse(
            io.BytesIO(body), response_headers=headers, resolve_relative_uris=False, sanitize_html=False
        )
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise SourceUnavailable(f"what is at this address is no RSS or Atom feed: {error}") from error
    if not read.get("version") and not read.entries:
        trouble = str(read.get("bozo_exception", "")) or "it has no entries"
        said = "it is a web page" if re.search(rb"<html", body[:2000], re.I) else trouble
        raise SourceUnavailable(f"what is at this address is no RSS or Atom feed: {said}")
    entries = [_entry(one, zone, score) for one in read.entries]
    return Feed(
        text_of(read.feed.get("title", "")), [row for row, _ in entries], [name for _, name in entries]
    )


def read_items(page: Page, items: str, id: str | None, next: str | None) -> Feed:  # noqa: A002
    """Read a list in JSON.

    Parameters
    ----------
    page
        What came.
    items
        Where the list stands, by keys joined with dots; empty where the page is the list.
    id
        Where an item's name for good stands in it.
    next
        Where the page says how to get the next one.

    Raises
    ------
    SourceUnavailable
        If there is no such list.
    """
    try:
        told = msgspec.json.decode(_in_utf8(page)[0])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise SourceUnavailable(f"what is at this address is no JSON: {error}") from error
    found = _at(told, items)
    if not isinstance(found, list):
        where = repr(items) if items else "the page"
        raise SourceUnavailable(f"{where} is no list of items; say where the list stands, such as data.items")
    rows = [flat_row(one) for one in found if isinstance(one, dict)]
    names = [_name(row, id) for row in rows]
    following = _at(told, next) if next else None
    return Feed("", rows, names, str(following) if isinstance(following, str | int) and following else None)


def _name(row: Mapping[str, Any], id: str | None) -> str:  # noqa: A002
    told = row.get(id) if id else None
    return str(told) if told is not None else msgspec.json.encode(row, enc_hook=str).decode()


def _at(told: Any, path: str) -> Any:
    for key in path.split(".") if path else ():
        if isinstance(told, dict):
            told = told.get(key)
        elif isinstance(told, list) and key.isdigit() and int(key) < len(told):
            told = told[int(key)]
        else:
            return None
    return told


def _entry(entry: Any, zone: str, score: str | None) -> tuple[dict[str, Any], str]:
    title = text_of(entry.get("title", ""))
    contents = [one.get("value", "") for one in entry.get("content", ())] or [entry.get("summary", "")]
    said = text_of_html(max(contents, key=len))
    text = said if said.startswith(title) else f"{title}\n\n{said}".strip()
    row: dict[str, Any] = {
        "author": entry.get("author_detail", {}).get("name") or entry.get("author"),
        "published": _moment(entry, zone),
        "title": title or None,
        "text": text[:LONGEST_TEXT],
        "link": entry.get("link"),
        "categories": ", ".join(tag.term for tag in entry.get("tags", ()) if tag.get("term")) or None,
    }
    if score:
        row["score"] = _score(entry, score)
    name = entry.get("id") or entry.get("link") or f"{title}\n{said}\n{entry.get('published', '')}"
    return row, name


def _score(entry: Any, score: str) -> Any:
    """Find a score under its name, before which feedparser may write that of its namespace."""
    names = (name for name in entry if name == score.lower() or name.endswith(f"_{score.lower()}"))
    found = entry.get(next(names, ""))
    return found.get("value") if isinstance(found, dict) else found


def _moment(entry: Any, zone: str) -> datetime | None:
    for part in ("published", "updated"):
        # Its own get gives one time for the other.
        parsed = dict.get(entry, f"{part}_parsed")
        if parsed:
            try:
                moment = datetime.fromtimestamp(calendar.timegm(parsed), UTC)
            except (ValueError, OverflowError):
                continue
            return moment if _ZONED.search(entry.get(part, "")) else moment.replace(tzinfo=ZoneInfo(zone))
    return None


def _in_utf8(page: Page) -> tuple[bytes, str]:
    """Write a page that is in a Korean encoding in UTF-8: those who declare EUC-KR write the larger CP949."""
    body = page.body
    declared = _DECLARED.match(body)
    said = re.search(r"charset\s*=\s*[\"']?([\w.:-]+)", page.content_type, re.I)
    charset = said[1] if said else declared[2].decode() if declared else ""
    if not _KOREAN.match(charset):
        return body, page.content_type
    if declared:
        body = declared[1] + body[declared.end() :]
    media = page.content_type.split(";")[0] or "application/xml"
    return body.decode("cp949", "replace").encode(), f"{media}; charset=utf-8"
