"""The notebook front: every question as a method, without a server or a database."""

from giljabi.notebook.event_log import EventLog
from giljabi.notebook.logs import build_log, open_log
from giljabi.notebook.maps import Map, propose_map, read_map
from giljabi.notebook.reading import RowsRefused, read_events, read_feedback

__all__ = [
    "EventLog",
    "Map",
    "RowsRefused",
    "build_log",
    "open_log",
    "propose_map",
    "read_events",
    "read_feedback",
    "read_map",
]
