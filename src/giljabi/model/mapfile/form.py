"""The table of a map file: every key, what may stand there, and what it means.

Reading, printing and the JSON Schema all go by this table.
"""

from __future__ import annotations

from typing import Any, get_args

from giljabi.model.journey_map import (
    FEELING_RANGE,
    Follows,
    JourneyMap,
    MicroMoment,
    Moment,
    Persona,
    Perspective,
    Phase,
    Reach,
    Score,
    ScoreKind,
    Share,
    Stage,
    Takes,
    Touchpoint,
)
from giljabi.model.mapfile.cards import Cards
from giljabi.model.mapfile.ids import Defines, Id, Refers
from giljabi.model.mapfile.kinds import Choice, Duration, Flag, ListOf, Number, Text
from giljabi.model.mapfile.matchers import MatcherKind
from giljabi.model.mapfile.records import Field, Record, Short, Tagged, Wrapped
from giljabi.model.mapfile.rules import OneBound, ScoreInRange

_TEXT, _SOME_TEXT, _STAGE = Text(), Text(blank=False), Refers()
_SHARE = Number(0, 1, share=True)
_SAYS = Field("says", _TEXT, "The claim in the team's own words.")
_SHARE_BOUNDS = (
    Field("at_least", _SHARE, "The share, 0..1, is this or more."),
    Field("at_most", _SHARE, "The share, 0..1, is this or less."),
)
_ONE_SHARE = OneBound("at_least", "at_most")


def _claim(
    name: str, type_: type[Any], *fields: Field, rules: tuple[Any, ...] = (_ONE_SHARE,)
) -> Record[Any]:
    return Record(f"{name} claim", type_, (*fields, _SAYS), rules=rules, flow=True)


CLAIM = Tagged(
    "claim",
    {
        "reach": _claim(
            "reach",
            Reach,
            Field("reach", _STAGE, "The stage that customers come to later."),
            *_SHARE_BOUNDS,
            Field("within", Duration(), "Only those count who come within this time."),
        ),
        "takes": _claim(
            "takes",
            Takes,
            Field("takes", _STAGE, "The stage whose first later visit ends the time."),
            Field("median_at_least", Duration(), "Half of the customers take this long or longer."),
            Field("median_at_most", Duration(), "Half of the customers take this long or less."),
            Field("p90_at_most", Duration(), "Nine in ten customers take this long or less."),
            rules=(OneBound("median_at_least", "median_at_most", "p90_at_most"),),
        ),
        "share": _claim(
            "share", Share, Field("share", _SOME_TEXT, "The channel of the first visit."), *_SHARE_BOUNDS
        ),
        "score": _claim(
            "score",
            Score,
            Field("score", Choice(*get_args(ScoreKind)), "The kind of feedback."),
            Field("at_least", Number(), "The mean, for nps the net promoter score, is this or more."),
            Field("at_most", Number(), "The mean, for nps the net promoter score, is this or less."),
            rules=(OneBound("at_least", "at_most"), ScoreInRange()),
        ),
        "follows": _claim(
            "follows",
            Follows,
            Field("follows", _STAGE, "The stage directly before the first visit."),
            *_SHARE_BOUNDS,
        ),
    },
)

TOUCHPOINT = Record(
    "touchpoint",
    Touchpoint,
    (
        Field("id", Defines("touchpoint"), "Its id, once in the map; feedback can name it."),
        Field("title", _TEXT, "What people call it."),
        Field("channel", _TEXT, "The channel, for example web, app, store, call."),
        Field("owner", _TEXT, "The team that answers for it."),
        Field("moment", Choice(*get_args(Moment)), "The moment of truth it is."),
        Field("micro_moment", Choice(*get_args(MicroMoment)), "What the customer wants in this moment."),
        Field("match", MatcherKind(), "Which events are this touchpoint; without it, it has no data yet."),
    ),
    flow=True,
)

STAGE = Record(
    "stage",
    Stage,
    (
        Field("id", Defines("stage"), "Its id, once in the map."),
        Field("title", _TEXT, "What people call it."),
        Field("phase", Choice(*get_args(Phase)), "Before, on (during) or after the purchase or service."),
        Field("required", Flag(), "Skipping it is a deviation (missing)."),
        Field(
            "repeats",
            Flag(),
            "Several of its events in a row are one visit; if false, each further is unexpected.",
        ),
        Field("returns_to", ListOf(_STAGE, flow=True), "Earlier stages that customers may go back to."),
        Field("within", Duration(), "Longest time since the stage before; longer is late."),
        Field("touchpoints", ListOf(TOUCHPOINT), "Where customer and company meet."),
        Field(
            "feelings",
            Wrapped("believed", Number(*FEELING_RANGE)),
            "The feeling the team believes customers have, -2 (very bad) to 2 (very good).",
            attribute="believed",
        ),
        Field("claims", ListOf(CLAIM), "Statements that data can contradict."),
        Field("cards", Cards(), "Notes by lane."),
    ),
)

PERSONA = Record(
    "persona",
    Persona,
    (
        Field("id", Id(), "Its id."),
        Field("name", _TEXT, "What people call it."),
        Field("about", _TEXT, "Who this is."),
    ),
)

MAP = Record(
    "map",
    JourneyMap,
    (
        Field("title", _SOME_TEXT, "What the map is called."),
        Field("about", _TEXT, "What it is about, for readers."),
        Field("persona", Short("id", Id(), PERSONA), "Whom it is about: an id, or id, name and about."),
        Field("perspective", Choice(*get_args(Perspective)), "What we believe, or what customers showed."),
        Field(
            "unmatched", Choice("ignore", "count"), "Events of no touchpoint: left out, or each unexpected."
        ),
        Field(
            "ends",
            Choice("anywhere", "last"),
            "Stopping early is drop-off, or the last required stage is due.",
        ),
        Field("stages", ListOf(STAGE, least=1), "The stages, in order."),
    ),
)
