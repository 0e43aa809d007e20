"""The way from page to page of a feed, and from pull to pull."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urljoin

import httpx

from giljabi.collect.settings import split_address
from giljabi.collect.sources.feed.entries import Feed
from giljabi.collect.sources.feed.fetching import Page
from giljabi.collect.sources.feed.shaping import Settings, mark

MOST_PAGES = 100
"""Pages that one pull follows."""

MOST_KNOWN = 5_000
"""Entries that are known again; more than any page shows."""


class Way:
    """How far one pull has come: where the next page is, and which entries are known.

    A pull that breaks off between pages is ``unfinished``: the next one does not end at the first page
    without news, for behind it may be pages that nobody has seen.
    """

    def __init__(self, known: Settings, cursor: Mapping[str, Any]) -> None:
        self._known = known
        self.cursor = cursor if cursor.get("url") == known.url else {}
        self._taken: Sequence[str] = self.cursor.get("taken", ())
        self._shown: list[str] = []
        self._visited: set[str] = set()
        self._unfinished = bool(self.cursor.get("unfinished")) or not self.cursor
        self._tags: dict[str, Any] = {}
        self.at: str | None = self.cursor.get("at", known.url)
        self.tags: Mapping[str, Any] | None = self.cursor.get("tags")

    def go(self, page: Page, feed: Feed) -> dict[str, Mapping[str, Any]]:
        """Give the rows of a page that are new, by their names, and go on to the next."""
        here = str(self.at)
        self._visited.add(here)
        if len(self._visited) == 1:
            self._tags = {"etag": page.etag, "modified": page.modified}
        known = {*self._taken, *self._shown}
        rows: dict[str, Mapping[str, Any]] = {}
        for name, row in zip(feed.names, feed.rows, strict=True):
            if mark(name) not in known:
                rows.setdefault(name, row)
        following = _following(self._known, page, feed)
        newest = self._known.order == "newest_first"
        done = following in {None, *self._visited} or len(self._visited) == MOST_PAGES
        if newest and not rows and not self._unfinished:
            done = True
        marks = [mark(name) for name in feed.names]
        # What stands at the top is what is shown again.
        self._shown = [*self._shown, *marks] if newest else [*marks, *self._shown]
        taken = list(dict.fromkeys([*self._shown, *self._taken]))[:MOST_KNOWN]
        self.cursor = {"url": self._known.url, "taken": taken}
        if not newest:
            self.cursor |= {"at": following or here}
        elif done:
            self.cursor |= {"tags": self._tags}
        else:
            self.cursor |= {"unfinished": True}
        self.at, self.tags = None if done else following, None
        return rows


def _following(known: Settings, page: Page, feed: Feed) -> str | None:
    if feed.next is None:
        return None
    if known.next_parameter:
        return str(httpx.URL(page.url).copy_set_param(known.next_parameter, feed.next))
    try:
        following = urljoin(page.url, feed.next)
    except ValueError:
        return None
    # Whoever writes the page says where we go next: nowhere but to its own host.
    return following if split_address(following)[:2] == split_address(page.url)[:2] else None
