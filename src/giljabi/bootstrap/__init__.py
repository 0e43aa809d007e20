"""The composition root: the one place that chooses adapters and wires them into a workspace."""

from giljabi.bootstrap.customers import CustomerHead, FoundCustomer
from giljabi.bootstrap.jobs import BackgroundState
from giljabi.bootstrap.opening import open_workspace
from giljabi.bootstrap.sources import HookRefused, SourceKind
from giljabi.bootstrap.timeline import Timeline, TimelineEntry
from giljabi.bootstrap.workspace import Progress, Workspace

__all__ = [
    "BackgroundState",
    "CustomerHead",
    "FoundCustomer",
    "HookRefused",
    "Progress",
    "SourceKind",
    "Timeline",
    "TimelineEntry",
    "Workspace",
    "open_workspace",
]
