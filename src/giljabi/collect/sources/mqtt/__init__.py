"""MQTT: what sensors and beacons send, acknowledged only after it is kept.

The broker keeps a session for the source, and in it what comes while nobody listens. MQTT names no message
for good: the cursor holds what was kept last, as far as a broker may not have heard of it, so that what is
sent again is known again.
"""

from __future__ import annotations

import hashlib
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from paho.mqtt.client import MQTTMessage

from giljabi.access import Outward
from giljabi.collect.messages import Message, calls_of_messages, sample_of_messages
from giljabi.collect.plugs import Field, Pulled, Sample, Way
from giljabi.collect.rows import RowRoles, read_roles
from giljabi.collect.settings import read_settings
from giljabi.collect.sources.mqtt.link import PORTION, Broker, Link, content, name_of
from giljabi.collect.sources.mqtt.topics import Topics
from giljabi.model.errors import SourceUnavailable

__all__ = ["PLUG", "Mqtt"]

PATIENCE = 30.0
"""Seconds a broker that was there may be away before the source counts as unavailable."""

_WAIT = 0.3
_LOOK = 2.0
_SHOWN = 20


class Settings(Broker, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the source is told: the broker, the topics (`Topics`), and what is what in a message.

    Columns of a message are the keys of its JSON, or ``value`` where it is a mere number; ``topic``, and the
    levels of the topic that have names.
    """

    topics: str
    roles: RowRoles | None = None


class Mqtt:
    """Listens to topics of an MQTT broker.

    Parameters
    ----------
    outward
        What may be reached.
    """

    kind = "mqtt"
    way: Way = "listened"
    # A company's sensors and beacons report to the company itself.
    third_party = 0.0
    fields: Sequence[Field] = (
        Field("url", default="mqtt://127.0.0.1:1883"),
        Field("topics"),
        Field("user", required=False),
        Field("password", "secret", required=False),
        Field("authority", required=False),
        Field("version", "choice", default="5", choices=("5", "3.1.1")),
        Field("roles", "roles"),
    )

    def __init__(self, outward: Outward) -> None:
        self._outward = outward

    def check(self, settings: Mapping[str, Any]) -> None:
        """Raise BadParameter where a setting is not as it should be."""
        read_roles(_read(settings)[0].roles)

    def test(self, settings: Mapping[str, Any]) -> str:
        """Connect, and have the broker agree to the topics."""
        known, topics = _read(settings)
        with Link(self._outward, known, _passing(), keep=False) as link:
            link.subscribe(topics.filters, ())
        return f"the broker lets us read {', '.join(topics.filters)}"

    def sample(self, settings: Mapping[str, Any]) -> Sample:
        """Look at retained messages, and at what comes within two seconds, in a session of its own."""
        known, topics = _read(settings)
        found: list[MQTTMessage] = []
        with Link(self._outward, known, _passing(), keep=False) as link:
            link.subscribe(topics.filters, ())
            end = time.monotonic() + _LOOK
            while len(found) < _SHOWN and (left := end - time.monotonic()) > 0:
                taken = link.take(left)
                link.acknowledge(taken)
                found += taken
        seen = sample_of_messages([_named(one, topics) for one in found[:_SHOWN]], known.roles, "value")
        if found:
            return seen
        return Sample((), (), ("no message came within two seconds; the topics may still be right",))

    def pull(
        self, settings: Mapping[str, Any], cursor: Mapping[str, Any], source: str, stop: Callable[[], bool]
    ) -> Iterator[Pulled]:
        """Yield messages as they come, until ``stop`` says so; acknowledge them once they are kept."""
        known, topics = _read(settings)
        roles = read_roles(known.roles)
        lost_at: float | None = None
        connected = False
        while not stop():
            try:
                with Link(self._outward, known, _lasting(source), keep=True) as link:
                    link.subscribe(topics.filters, cursor.get("topics", ()))
                    connected, lost_at = True, None
                    while not stop():
                        fresh = _fresh(link, cursor.get("kept", ()))
                        if fresh:
                            cursor = _after(cursor, topics, fresh)
                            messages = [_named(one, topics) for one in fresh]
                            calls, refused = calls_of_messages(messages, roles, source, "value")
                            yield Pulled(calls, refused, cursor, _acknowledging(link, fresh))
            except SourceUnavailable:
                # A broker that is being started anew is waited for.
                lost_at = lost_at or time.monotonic()
                if not connected or time.monotonic() - lost_at > PATIENCE:
                    raise
                time.sleep(0.2)


PLUG = Mqtt


def _read(settings: Mapping[str, Any]) -> tuple[Settings, Topics]:
    known = read_settings(Settings, settings)
    known.check()
    return known, Topics(known.topics)


def _passing() -> str:
    return f"giljabi-{uuid.uuid4().hex[:12]}"


def _lasting(source: str) -> str:
    # Every broker takes names of 23 letters and digits.
    return f"giljabi-{hashlib.blake2b(source.encode(), digest_size=6).hexdigest()}"


def _fresh(link: Link, kept: Sequence[str]) -> list[MQTTMessage]:
    """Give what came and was not kept before; acknowledge the rest."""
    known = set(kept)
    fresh: list[MQTTMessage] = []
    for one in link.take(_WAIT):
        if one.dup and _delivery(one) in known:
            link.acknowledge([one])
        else:
            fresh.append(one)
    return fresh


def _after(cursor: Mapping[str, Any], topics: Topics, fresh: Sequence[MQTTMessage]) -> dict[str, Any]:
    """Give the cursor when these are kept; a broker leaves no more than a portion unacknowledged."""
    kept = [*cursor.get("kept", ()), *(_delivery(one) for one in fresh if one.qos)]
    return {"topics": list(topics.filters), "kept": kept[-PORTION:]}


def _delivery(message: MQTTMessage) -> str:
    return f"{message.mid}:{content(message)}"


def _named(message: MQTTMessage, topics: Topics) -> Message:
    # What is retained is sent anew to whoever asks: it is the same message as long as it says the same.
    name = f"retained:{content(message)}" if message.retain else uuid.uuid4().hex
    topic = name_of(message)
    beside = {"topic": topic, **topics.columns(topic)}
    return Message(bytes(message.payload), name, int(time.time() * 1000), beside)


def _acknowledging(link: Link, taken: Sequence[MQTTMessage]) -> Callable[[], None]:
    return lambda: link.acknowledge(taken)
