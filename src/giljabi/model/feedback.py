"""Feedback: a score and/or text from one customer at one time."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, TypeAlias

import msgspec

FeedbackKind: TypeAlias = Literal["nps", "csat", "ces", "rating", "text"]
FEEDBACK_KINDS: tuple[FeedbackKind, ...] = ("nps", "csat", "ces", "rating", "text")


class Feedback(msgspec.Struct, frozen=True):
    """What one customer said; ``touchpoint`` is a stage's or touchpoint's id when the question named one."""

    customer: str
    time: datetime
    kind: FeedbackKind
    score: float | None = None
    text: str = ""
    touchpoint: str = ""
