"""Where questions run: threads on this machine, or a Spark Connect cluster."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from giljabi.store.engines.asking import ask, run_on

if TYPE_CHECKING:
    from giljabi.store.engines.building import build_on

__all__ = ["ask", "build_on", "run_on"]


def __getattr__(name: str) -> Any:
    # It needs Spark's client, which nothing else does.
    if name != "build_on":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return import_module("giljabi.store.engines.building").build_on
