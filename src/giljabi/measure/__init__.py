"""Asked questions: one file per question."""

from giljabi.measure.attribution import (
    MODELS,
    AttributionAnswer,
    AttributionGroup,
    ChannelCredit,
    GroupedAttributionAnswer,
    attribute_paths,
    attribution,
)
from giljabi.measure.compare import CompareAnswer, Contrast, Side, compare
from giljabi.measure.conversion import (
    ConversionAnswer,
    ConversionGroup,
    GroupedConversionAnswer,
    conversion,
)
from giljabi.measure.drivers import CAVEAT, Driver, DriversAnswer, drivers
from giljabi.measure.durations import (
    DurationBin,
    DurationGroup,
    DurationsAnswer,
    GroupedDurationsAnswer,
    durations,
)
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
from giljabi.measure.waiting import Wait, WaitingAnswer, waiting

__all__ = [
    "CAVEAT",
    "MODELS",
    "AttributionAnswer",
    "AttributionGroup",
    "ChannelCredit",
    "CompareAnswer",
    "Contrast",
    "ConversionAnswer",
    "ConversionGroup",
    "CustomersAnswer",
    "Driver",
    "DriversAnswer",
    "DurationBin",
    "DurationGroup",
    "DurationsAnswer",
    "Exclude",
    "FunnelAnswer",
    "FunnelGroup",
    "FunnelStep",
    "GroupedAttributionAnswer",
    "GroupedConversionAnswer",
    "GroupedDurationsAnswer",
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
    "Wait",
    "WaitingAnswer",
    "attribute_paths",
    "attribution",
    "compare",
    "conversion",
    "drivers",
    "durations",
    "funnel",
    "lifecycle",
    "retention",
    "sessions",
    "stickiness",
    "waiting",
]
