"""Giljabi: customer journey maps that run.

The notebook front::

    import giljabi as gj

    log = gj.read_events("helpdesk.xes.gz")
    log.funnel(["view", "cart", "pay"], within="7d")
    gj.read_map("shop.journey.yaml").check(log)

Heavy libraries load when a question needs them, not on import.
"""

from giljabi.model import JourneyMap, did, errors, event, in_variant, prop, reached, step
from giljabi.notebook import (
    EventLog,
    Map,
    RowsRefused,
    build_log,
    open_log,
    propose_map,
    read_events,
    read_feedback,
    read_map,
)

__version__ = "0.1.0"

__all__ = [
    "EventLog",
    "JourneyMap",
    "Map",
    "RowsRefused",
    "__version__",
    "build_log",
    "did",
    "errors",
    "event",
    "in_variant",
    "open_log",
    "prop",
    "propose_map",
    "reached",
    "read_events",
    "read_feedback",
    "read_map",
    "step",
]
