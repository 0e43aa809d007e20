"""NATS JetStream: messages of a stream, each acknowledged only after it is kept.

A durable pull consumer of the source's own brings the messages; whatever was not acknowledged comes again
under the same name (stream, sequence and time), by which doubles are dropped.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from giljabi.access import Outward
from giljabi.collect.messages import calls_of_messages, sample_of_messages
from giljabi.collect.plugs import Field, Pulled, Sample, Way
from giljabi.collect.settings import read_settings
from giljabi.collect.sources.nats.link import Link, Settings, check
from giljabi.model.errors import SourceUnavailable

__all__ = ["PLUG", "Nats"]

PATIENCE = 30.0
"""Seconds a server that was there may be away before the source counts as unavailable."""

_SHOWN = 20


class Nats:
    """Listens to a stream of NATS JetStream.

    Parameters
    ----------
    outward
        What may be reached.
    redelivery
        Seconds after which the server sends again what was not acknowledged.
    """

    kind = "nats"
    way: Way = "listened"
    # What runs over a company's own broker, the company has gathered itself.
    third_party = 0.0
    fields: Sequence[Field] = (
        Field("url", default="nats://127.0.0.1:4222"),
        Field("stream"),
        Field("subject", required=False),
        Field("user", required=False),
        Field("password", "secret", required=False),
        Field("token", "secret", required=False),
        Field("authority", required=False),
        Field("begin", "choice", default="all", choices=("all", "new")),
        Field("roles", "roles", required=False),
    )

    def __init__(self, outward: Outward, redelivery: float = 10.0) -> None:
        self._outward = outward
        self._redelivery = redelivery

    def check(self, settings: Mapping[str, Any]) -> None:
        """Raise BadParameter where a setting is not as it should be."""
        _read(settings)

    def test(self, settings: Mapping[str, Any]) -> str:
        """Connect, and say how many messages the stream holds."""
        known = _read(settings)
        with Link(self._outward, known) as link:
            return f"the stream {known.stream!r} holds {link.info().state.messages:,} messages"

    def sample(self, settings: Mapping[str, Any]) -> Sample:
        """Look at the last messages of the stream; nothing is acknowledged and no consumer is made."""
        known = _read(settings)
        with Link(self._outward, known) as link:
            return sample_of_messages(link.last(_SHOWN), known.roles)

    def pull(
        self, settings: Mapping[str, Any], cursor: Mapping[str, Any], source: str, stop: Callable[[], bool]
    ) -> Iterator[Pulled]:
        """Yield messages as they come, until ``stop`` says so; acknowledge them once they are kept."""
        known = _read(settings)
        lost_at: float | None = None
        connected = False
        while not stop():
            try:
                with Link(self._outward, known) as link:
                    link.subscribe(source, cursor, self._redelivery)
                    connected, lost_at = True, None
                    while not stop():
                        portion = link.fetch()
                        if portion is not None:
                            cursor = portion.cursor
                            calls, refused = calls_of_messages(portion.messages, known.roles, source)
                            yield Pulled(calls, refused, cursor, portion.acknowledge)
            except SourceUnavailable:
                # A server that is being started anew is waited for.
                lost_at = lost_at or time.monotonic()
                if not connected or time.monotonic() - lost_at > PATIENCE:
                    raise
                time.sleep(0.2)


PLUG = Nats


def _read(settings: Mapping[str, Any]) -> Settings:
    known = read_settings(Settings, settings)
    check(known)
    return known
