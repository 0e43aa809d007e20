"""The journey map: frozen values, from the map down to its claims and cards."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal, TypeAlias

import msgspec

from giljabi.model.matcher import Matcher

Phase: TypeAlias = Literal["before", "on", "after"]
Moment: TypeAlias = Literal["stimulus", "zmot", "fmot", "smot"]
MicroMoment: TypeAlias = Literal["know", "go", "do", "buy"]
Perspective: TypeAlias = Literal["inside-out", "outside-in"]
ScoreKind: TypeAlias = Literal["nps", "csat", "ces", "rating"]

LANES = (
    "actions",
    "thoughts",
    "feelings",
    "expectations",
    "needs",
    "pains",
    "opportunities",
    "frontstage",
    "backstage",
    "systems",
    "metrics",
)
"""The lanes every map may have, in the order they are drawn. Others start with ``x-``."""

SCORE_RANGE: dict[str, tuple[float, float]] = {
    "nps": (0, 10),
    "csat": (1, 5),
    "ces": (1, 7),
    "rating": (1, 5),
}
"""Lowest and highest score of each kind of feedback."""

FEELING_RANGE = (-2.0, 2.0)
"""The scale of all three curves: −2 very bad, 0 neutral, +2 very good."""


class Persona(msgspec.Struct, frozen=True):
    """Whom the map is about."""

    id: str
    name: str = ""
    about: str = ""


class Touchpoint(msgspec.Struct, frozen=True):
    """Where customer and company meet; ``match`` binds it to events (None: not bound to data yet)."""

    id: str
    title: str = ""
    channel: str = ""
    owner: str = ""
    moment: Moment | None = None
    micro_moment: MicroMoment | None = None
    match: Matcher | None = None


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """A statement on a stage that data can contradict; ``says`` is its sentence in the team's own words."""

    says: str = ""


class Reach(Claim, frozen=True, kw_only=True):
    """Share (0..1) of the stage's customers who later come to stage ``reach``, within a time if given."""

    reach: str
    at_least: float | None = None
    at_most: float | None = None
    within: timedelta | None = None


class Takes(Claim, frozen=True, kw_only=True):
    """Time from a customer's first visit at the stage to the first later visit at stage ``takes``."""

    takes: str
    median_at_least: timedelta | None = None
    median_at_most: timedelta | None = None
    p90_at_most: timedelta | None = None


class Share(Claim, frozen=True, kw_only=True):
    """Share (0..1) of the stage's customers whose first visit came by channel ``share``."""

    share: str
    at_least: float | None = None
    at_most: float | None = None


class Score(Claim, frozen=True, kw_only=True):
    """Mean score of feedback linked to the stage; for ``nps`` the net promoter score, −100..100."""

    score: ScoreKind
    at_least: float | None = None
    at_most: float | None = None


class Follows(Claim, frozen=True, kw_only=True):
    """Share (0..1) of the stage's customers whose first visit came directly after stage ``follows``."""

    follows: str
    at_least: float | None = None
    at_most: float | None = None


AnyClaim: TypeAlias = Reach | Takes | Share | Score | Follows


class Stage(msgspec.Struct, frozen=True):
    """One step of the journey, with what is believed, claimed and noted about it.

    ``required``: skipping it is a deviation. ``repeats``: several of its events in a row are one visit.
    ``returns_to``: earlier stages customers may go back to. ``within``: longest time since the stage before.
    ``believed``: the team's own guess of the feeling, −2..2.
    """

    id: str
    title: str = ""
    phase: Phase | None = None
    required: bool = True
    repeats: bool = True
    returns_to: tuple[str, ...] = ()
    within: timedelta | None = None
    touchpoints: tuple[Touchpoint, ...] = ()
    believed: float | None = None
    claims: tuple[AnyClaim, ...] = ()
    cards: tuple[tuple[str, tuple[str, ...]], ...] = ()


class JourneyMap(msgspec.Struct, frozen=True):
    """A journey map: stages in order, and how a way through them is judged.

    ``unmatched``: events of no touchpoint are left out (``ignore``) or each *unexpected* (``count``).
    ``ends``: stopping early is drop-off (``anywhere``), or the last required stage must be reached
    (``last``).
    """

    title: str
    stages: tuple[Stage, ...]
    persona: Persona | None = None
    perspective: Perspective = "inside-out"
    about: str = ""
    unmatched: Literal["ignore", "count"] = "ignore"
    ends: Literal["anywhere", "last"] = "anywhere"

    def stage(self, id: str) -> Stage:  # noqa: A002 - the field's name
        """Give the stage of this id; raises KeyError when there is none."""
        for stage in self.stages:
            if stage.id == id:
                return stage
        raise KeyError(id)
