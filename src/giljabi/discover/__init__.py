"""Unasked patterns: what the log shows by itself."""

from giljabi.discover.friction import EventFriction, FrictionAnswer, FrictionKind, friction
from giljabi.discover.graph import GraphAnswer, GraphEdge, GraphNode, graph
from giljabi.discover.representatives import Representative, RepresentativesAnswer, representatives
from giljabi.discover.variants import Variant, VariantsAnswer, variants

__all__ = [
    "EventFriction",
    "FrictionAnswer",
    "FrictionKind",
    "GraphAnswer",
    "GraphEdge",
    "GraphNode",
    "Representative",
    "RepresentativesAnswer",
    "Variant",
    "VariantsAnswer",
    "friction",
    "graph",
    "representatives",
    "variants",
]
