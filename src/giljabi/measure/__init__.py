"""Asked questions: one file per question."""

from giljabi.measure.compare import CompareAnswer, Contrast, Side, compare
from giljabi.measure.durations import DurationBin, DurationsAnswer, durations
from giljabi.measure.funnel import funnel
from giljabi.measure.funnel_answer import (
    CustomersAnswer,
    FunnelAnswer,
    FunnelGroup,
    FunnelStep,
    GroupedFunnelAnswer,
)
from giljabi.measure.funnel_plan import Exclude
from giljabi.measure.lifecycle import LifecycleAnswer, LifecyclePeriod, lifecycle
from giljabi.measure.retention import (
    GroupedRetentionAnswer,
    RetentionAnswer,
    RetentionCohort,
    RetentionGroup,
    RetentionPeriod,
    retention,
)
from giljabi.measure.session_spread import SessionBin, TimeBin
from giljabi.measure.sessions import SessionEvent, SessionPair, SessionsAnswer, sessions
from giljabi.measure.steps import Step
from giljabi.measure.stickiness import StickinessAnswer, StickinessDays, StickinessMonth, stickiness

__all__ = [
    "CompareAnswer",
    "Contrast",
    "CustomersAnswer",
    "DurationBin",
    "DurationsAnswer",
    "Exclude",
    "FunnelAnswer",
    "FunnelGroup",
    "FunnelStep",
    "GroupedFunnelAnswer",
    "GroupedRetentionAnswer",
    "LifecycleAnswer",
    "LifecyclePeriod",
    "RetentionAnswer",
    "RetentionCohort",
    "RetentionGroup",
    "RetentionPeriod",
    "SessionBin",
    "SessionEvent",
    "SessionPair",
    "SessionsAnswer",
    "Side",
    "Step",
    "StickinessAnswer",
    "StickinessDays",
    "StickinessMonth",
    "TimeBin",
    "compare",
    "durations",
    "funnel",
    "lifecycle",
    "retention",
    "sessions",
    "stickiness",
]
