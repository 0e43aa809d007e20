"""The composition root: the one place that chooses adapters and wires them into a workspace."""

from giljabi.bootstrap.opening import open_workspace
from giljabi.bootstrap.workspace import Progress, Workspace

__all__ = ["Progress", "Workspace", "open_workspace"]
