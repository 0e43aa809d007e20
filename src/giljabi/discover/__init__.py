"""Unasked patterns: what the log shows by itself."""

from giljabi.discover.graph import GraphAnswer, GraphEdge, GraphNode, graph
from giljabi.discover.variants import Variant, VariantsAnswer, variants

__all__ = ["GraphAnswer", "GraphEdge", "GraphNode", "Variant", "VariantsAnswer", "graph", "variants"]
