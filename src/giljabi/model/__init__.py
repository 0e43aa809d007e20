"""The values Giljabi speaks in, frozen, and the tree of its errors.

Nothing here reads a file, a clock or an array; every other package may import this one.
"""

from giljabi.model import errors
from giljabi.model.duration import format_duration, milliseconds, parse_duration
from giljabi.model.evidence import Evidence, Grade, Unit, Verdict
from giljabi.model.feedback import FEEDBACK_KINDS, Feedback, FeedbackKind
from giljabi.model.journey_map import (
    FEELING_RANGE,
    LANES,
    SCORE_RANGE,
    AnyClaim,
    Claim,
    Follows,
    JourneyMap,
    Persona,
    Reach,
    Score,
    Share,
    Stage,
    Takes,
    Touchpoint,
)
from giljabi.model.mapfile import map_mistakes, map_schema, parse_map, read_map, write_map, write_matcher
from giljabi.model.matcher import (
    AllOf,
    AnyOf,
    Condition,
    EventIs,
    Matcher,
    Not,
    Property,
    event,
    number_of,
    prop,
)

__all__ = [
    "FEEDBACK_KINDS",
    "FEELING_RANGE",
    "LANES",
    "SCORE_RANGE",
    "AllOf",
    "AnyClaim",
    "AnyOf",
    "Claim",
    "Condition",
    "EventIs",
    "Evidence",
    "Feedback",
    "FeedbackKind",
    "Follows",
    "Grade",
    "JourneyMap",
    "Matcher",
    "Not",
    "Persona",
    "Property",
    "Reach",
    "Score",
    "Share",
    "Stage",
    "Takes",
    "Touchpoint",
    "Unit",
    "Verdict",
    "errors",
    "event",
    "format_duration",
    "map_mistakes",
    "map_schema",
    "milliseconds",
    "number_of",
    "parse_duration",
    "parse_map",
    "prop",
    "read_map",
    "write_map",
    "write_matcher",
]
