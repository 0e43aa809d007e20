"""Asked questions: one file per question."""

from giljabi.measure.durations import DurationBin, DurationsAnswer, durations
from giljabi.measure.funnel import FunnelAnswer, FunnelGroup, FunnelStep, GroupedFunnelAnswer, funnel
from giljabi.measure.steps import Step

__all__ = [
    "DurationBin",
    "DurationsAnswer",
    "FunnelAnswer",
    "FunnelGroup",
    "FunnelStep",
    "GroupedFunnelAnswer",
    "Step",
    "durations",
    "funnel",
]
