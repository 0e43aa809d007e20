"""Feeds of forums, communities and reviews: RSS, Atom, and lists in JSON.

What people write there becomes feedback, or events, of customers known by their handle, ``name@host``.
A feed shows the same entries for a long time: the cursor knows those that were taken.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from giljabi.access import Outward
from giljabi.collect.plugs import Field, Pulled, Sample
from giljabi.collect.plugs import Way as Manner
from giljabi.collect.row_values import as_name
from giljabi.collect.rows import calls_of_rows
from giljabi.collect.sources.feed.entries import Feed, read_feed, read_items
from giljabi.collect.sources.feed.fetching import Fetching, Limits, Page
from giljabi.collect.sources.feed.shaping import Settings, mark, read, roles_of, shaped
from giljabi.collect.sources.feed.way import Way
from giljabi.model import FEEDBACK_KINDS

__all__ = ["PLUG", "FeedPlug"]

_SHOWN = 20


class FeedPlug:
    """Reads feeds.

    Parameters
    ----------
    outward
        What may be reached.
    limits
        How much of a page is taken, and how long it is waited for.
    """

    kind = "feed"
    way: Manner = "pulled"
    # What stands on forums and review sites, others have gathered; of an own forum, the source says so.
    third_party = 1.0
    fields: Sequence[Field] = (
        Field("url"),
        Field("format", "choice", default="feed", choices=("feed", "json")),
        Field("authorization", "secret", required=False),
        Field("what", "choice", default="feedback", choices=("feedback", "events")),
        Field("event_name", required=False, default="post"),
        Field("kind", "choice", required=False, choices=FEEDBACK_KINDS),
        Field("score", required=False),
        Field("lowest", "number", required=False),
        Field("highest", "number", required=False),
        Field("touchpoint", required=False),
        Field("host", required=False),
        Field("time_zone", required=False, default="UTC"),
        Field("items", required=False),
        Field("next", required=False),
        Field("next_parameter", required=False),
        Field("order", "choice", default="newest_first", choices=("newest_first", "oldest_first")),
        Field("roles", "roles", required=False),
    )

    def __init__(self, outward: Outward, limits: Limits | None = None) -> None:
        self._outward = outward
        self._limits = limits or Limits()

    def check(self, settings: Mapping[str, Any]) -> None:
        """Raise BadParameter where a setting is not as it should be."""
        roles_of(read(settings))

    def test(self, settings: Mapping[str, Any]) -> str:
        """Fetch the first page and say how many entries it has."""
        feed = self._first(read(settings))
        name = f"{feed.title!r}" if feed.title else "the page"
        return f"{name} has {len(feed.rows):,} entries"

    def sample(self, settings: Mapping[str, Any]) -> Sample:
        """Look at the first page."""
        known = read(settings)
        feed = self._first(known)
        rows = feed.rows[:_SHOWN]
        refused = []
        if known.format == "feed" or known.roles is not None:
            roles = roles_of(known)
            named = zip(rows, feed.names, strict=False)
            whole = [shaped(row, name, roles, known) for row, name in named]
            refused = calls_of_rows(whole, roles, "", _now(), feed.names[:_SHOWN])[1]
        shown = [{key: as_name(one) for key, one in row.items()} for row in rows]
        columns = dict.fromkeys(key for row in shown for key in row)
        return Sample(list(columns), shown, list(dict.fromkeys(one.detail for one in refused))[:3])

    def pull(
        self, settings: Mapping[str, Any], cursor: Mapping[str, Any], source: str, stop: Callable[[], bool]
    ) -> Iterator[Pulled]:
        """Yield the entries that were not taken yet, page by page."""
        known = read(settings)
        roles = roles_of(known)
        way = Way(known, cursor)
        with Fetching(self._outward, self._limits, known.authorization) as fetching:
            while way.at is not None and not stop():
                page = fetching.page(way.at, way.tags)
                if page is None:
                    return
                feed = _feed(known, page)
                rows = way.go(page, feed)
                whole = [shaped(row, name, roles, known) for name, row in rows.items()]
                names = [mark(name) for name in rows]
                yield Pulled(*calls_of_rows(whole, roles, source, _now(), names), way.cursor)

    def _first(self, known: Settings) -> Feed:
        with Fetching(self._outward, self._limits, known.authorization) as fetching:
            page = fetching.page(known.url)
        assert page is not None
        return _feed(known, page)


PLUG = FeedPlug


def _feed(known: Settings, page: Page) -> Feed:
    if known.format == "feed":
        return read_feed(page, known.time_zone, known.score)
    roles = known.roles
    return read_items(page, known.items, roles.id if roles else None, known.next)


def _now() -> int:
    return int(time.time() * 1000)
