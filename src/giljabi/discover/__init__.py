"""Unasked patterns: what the log shows by itself."""

from giljabi.discover.animation import AnimationAnswer, EdgeFlow, Move, Token, animation
from giljabi.discover.changes import Change, ChangesAnswer, changes
from giljabi.discover.drift import DriftAnswer, DriftWindow, Shift, drift
from giljabi.discover.friction import EventFriction, FrictionAnswer, FrictionKind, friction
from giljabi.discover.graph import GraphAnswer, GraphEdge, GraphNode, graph
from giljabi.discover.loops import Knot, Loop, LoopsAnswer
from giljabi.discover.prefixes import PrefixNode, PrefixTreeAnswer, prefix_tree
from giljabi.discover.representatives import Representative, RepresentativesAnswer, representatives
from giljabi.discover.stage_order import StageFacts, stage_facts
from giljabi.discover.stages import FoundStage, StagesAnswer, stages
from giljabi.discover.steps import StepCell, StepLink, StepsAnswer, steps
from giljabi.discover.variants import Variant, VariantsAnswer, variants

__all__ = [
    "AnimationAnswer",
    "Change",
    "ChangesAnswer",
    "DriftAnswer",
    "DriftWindow",
    "EdgeFlow",
    "EventFriction",
    "FoundStage",
    "FrictionAnswer",
    "FrictionKind",
    "GraphAnswer",
    "GraphEdge",
    "GraphNode",
    "Knot",
    "Loop",
    "LoopsAnswer",
    "Move",
    "PrefixNode",
    "PrefixTreeAnswer",
    "Representative",
    "RepresentativesAnswer",
    "Shift",
    "StageFacts",
    "StagesAnswer",
    "StepCell",
    "StepLink",
    "StepsAnswer",
    "Token",
    "Variant",
    "VariantsAnswer",
    "animation",
    "changes",
    "drift",
    "friction",
    "graph",
    "prefix_tree",
    "representatives",
    "stage_facts",
    "stages",
    "steps",
    "variants",
]
