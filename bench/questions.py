"""Every question, as it is asked of any log with at least five event names; a new one is one more line."""

from collections.abc import Callable
from typing import Any

import giljabi as gj
from giljabi.notebook import EventLog

QUESTIONS: dict[str, Callable[[EventLog], Any]] = {
    "animation": lambda log: log.animation(frames=20, customers=30),
    "attribution": lambda log: log.attribution(log.names[4], channel="event"),
    "changes": lambda log: log.changes(),
    "compare": lambda log: log.compare(gj.did(log.names[3]), question="funnel", steps=list(log.names[:2])),
    "conversion": lambda log: log.conversion(log.names[0], log.names[2], within="7d"),
    "drift": lambda log: log.drift(),
    "drivers": lambda log: log.drivers(log.names[3]),
    "durations": lambda log: log.durations(log.names[0], log.names[3]),
    "friction": lambda log: log.friction(),
    "funnel": lambda log: log.funnel(list(log.names[:5]), within="7d"),
    "funnel by audience": lambda log: log.funnel(list(log.names[:3]), by=gj.did(log.names[4], at_least=2)),
    "graph": lambda log: log.graph(),
    "lifecycle": lambda log: log.lifecycle(),
    "prefix tree": lambda log: log.prefix_tree(5),
    "representatives": lambda log: log.representatives(3),
    "retention": lambda log: log.retention(),
    "sessions": lambda log: log.sessions("1d"),
    "stages": lambda log: log.stages(),
    "steps": lambda log: log.steps(6),
    "stickiness": lambda log: log.stickiness(),
    "variants": lambda log: log.variants(top=7),
    "waiting": lambda log: log.waiting(list(log.names[:3])),
}
