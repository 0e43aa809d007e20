"""Every question, as it is asked of a small log: a new question is one more line."""

from collections.abc import Callable
from typing import Any

from giljabi.notebook import EventLog

QUESTIONS: dict[str, Callable[[EventLog], Any]] = {
    "durations": lambda log: log.durations("e0", "e3"),
    "funnel": lambda log: log.funnel(["e0", "e1", "e2"], within="7d"),
    "funnel by channel": lambda log: log.funnel(["e0", "e1"], by="channel"),
    "graph": lambda log: log.graph(),
    "variants": lambda log: log.variants(top=7),
}
