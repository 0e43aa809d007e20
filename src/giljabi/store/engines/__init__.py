"""Where questions run: threads on this machine, or a Spark Connect cluster."""

from giljabi.store.engines.asking import ask, run_on

__all__ = ["ask", "run_on"]
