"""Arbitrary right maps, with texts chosen to trouble a YAML reader."""

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from giljabi import model

AWKWARD = [
    "yes",
    "on",
    "null",
    "~",
    "3",
    "007",
    "0o17",
    "1e3",
    "1:30",
    "2026-11-21",
    ".inf",
    "- a",
    "a: b",
    "a #b",
    "# a",
    "{a}",
    "*a",
    "&a",
    "!a",
    "%",
    "@a",
    "'",
    '"',
    "\\",
    "a\nb",
    " a\n  b \n",
    "\n\na\n",
    "a\r\nb\r",
    "a\tb",
    "\ta",
    "a\u2028b\u2029\u0085",
    "\ufeff",
    "\x00\x07\x1b\x7f",
    "한글 검색",
    "👩🏽‍🚀\U0010ffff\ufffe",
    " 앞뒤 ",
    "---",
    "...",
    "?",
    "=",
    "<<",
]
texts = st.one_of(st.sampled_from(AWKWARD), st.text(max_size=20), st.text(" \n\t:#-가a", max_size=12))
some_texts = texts.filter(lambda text: bool(text.strip()))
ids = st.text(st.sampled_from("ab1-_.~:{'\"가각😀"), min_size=1, max_size=6)
numbers = st.floats(allow_nan=False, allow_infinity=False)
scalars = st.one_of(texts, st.booleans(), numbers, st.integers(-(10**16), 10**16))
durations = st.integers(1, 36_500 * 86_400_000).map(lambda value: timedelta(milliseconds=value))
shares = st.floats(0, 1)


def _condition(property_: str, test_and_operand: tuple[model.matcher.Test, Any]) -> model.Condition:
    return model.Condition(property_, *test_and_operand)


tests = st.one_of(
    st.tuples(st.just("equal"), scalars),
    st.tuples(st.just("in"), st.lists(scalars, min_size=1, max_size=3).map(tuple)),
    st.tuples(st.sampled_from(["greater", "less"]), numbers),
    st.tuples(st.just("contains"), texts),
    st.tuples(st.just("exists"), st.booleans()),
    st.tuples(st.just("regex"), st.sampled_from(["^a.*b$", r"\d+", "가|나", " "])),
)
properties = st.one_of(st.sampled_from(["device", "amount", "event", "equal"]), some_texts)
conditions = st.builds(_condition, properties, tests)
events = st.lists(some_texts, min_size=1, max_size=3).map(lambda names: model.EventIs(tuple(names)))


def _combined(parts: st.SearchStrategy[model.Matcher]) -> st.SearchStrategy[model.Matcher]:
    several = st.lists(parts, min_size=1, max_size=4).map(tuple)
    return st.one_of(
        st.builds(model.AllOf, several), st.builds(model.AnyOf, several), st.builds(model.Not, parts)
    )


matchers: st.SearchStrategy[model.Matcher] = st.recursive(
    st.one_of(events, conditions), _combined, max_leaves=6
)


def _bounded(type_: type[Any], bounds: dict[str, Any], **fields: Any) -> st.SearchStrategy[Any]:
    return st.one_of(
        [st.builds(type_, says=texts, **fields, **{name: kind}) for name, kind in bounds.items()]
    )


def _claims(stages: list[str]) -> st.SearchStrategy[model.AnyClaim]:
    stage, share = st.sampled_from(stages), {"at_least": shares, "at_most": shares}
    scores = [
        _bounded(
            model.Score,
            dict.fromkeys(("at_least", "at_most"), st.floats(*((-100, 100) if kind == "nps" else scale))),
            score=st.just(kind),
        )
        for kind, scale in model.SCORE_RANGE.items()
    ]
    times = dict.fromkeys(("median_at_least", "median_at_most", "p90_at_most"), durations)
    return st.one_of(
        _bounded(model.Reach, share, reach=stage, within=st.none() | durations),
        _bounded(model.Takes, times, takes=stage),
        _bounded(model.Share, share, share=some_texts),
        _bounded(model.Follows, share, follows=stage),
        *scores,
    )


lanes = st.one_of(st.sampled_from(model.LANES), ids.map(lambda id_: "x-" + id_))
cards = st.dictionaries(lanes, st.lists(some_texts, max_size=3).map(tuple), max_size=3).map(
    lambda found: tuple(found.items())
)


@st.composite
def journey_maps(draw: st.DrawFn) -> model.JourneyMap:
    stages = draw(st.lists(ids, min_size=1, max_size=4, unique=True))
    free = iter(draw(st.lists(ids.filter(lambda id_: id_ not in stages), max_size=5, unique=True)))

    def touchpoint(id_: str) -> model.Touchpoint:
        return draw(
            st.builds(
                model.Touchpoint,
                id=st.just(id_),
                title=texts,
                channel=texts,
                owner=texts,
                moment=st.sampled_from([None, "stimulus", "zmot", "fmot", "smot"]),
                micro_moment=st.sampled_from([None, "know", "go", "do", "buy"]),
                match=st.none() | matchers,
            )
        )

    def stage(position: int, id_: str) -> model.Stage:
        touchpoints = tuple(
            touchpoint(one) for one, _ in zip(free, range(draw(st.integers(0, 2))), strict=False)
        )
        earlier = st.lists(st.sampled_from(stages[:position]), max_size=2) if position else st.just([])
        return draw(
            st.builds(
                model.Stage,
                id=st.just(id_),
                title=texts,
                phase=st.sampled_from([None, "before", "on", "after"]),
                required=st.booleans(),
                repeats=st.booleans(),
                returns_to=earlier.map(tuple),
                within=st.none() | durations,
                touchpoints=st.just(touchpoints),
                believed=st.none() | st.floats(-2, 2),
                claims=st.lists(_claims(stages), max_size=3).map(tuple),
                cards=cards,
            )
        )

    return model.JourneyMap(
        title=draw(some_texts),
        stages=tuple(stage(position, id_) for position, id_ in enumerate(stages)),
        persona=draw(st.none() | st.builds(model.Persona, id=ids, name=texts, about=texts)),
        perspective=draw(st.sampled_from(["inside-out", "outside-in"])),
        about=draw(texts),
        unmatched=draw(st.sampled_from(["ignore", "count"])),
        ends=draw(st.sampled_from(["anywhere", "last"])),
    )
