"""Where questions run: threads on this machine (a Spark Connect cluster comes later)."""

from giljabi.store.engines.threads import ask

__all__ = ["ask"]
