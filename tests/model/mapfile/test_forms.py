"""The same map can be written in several ways; one of them is canonical."""

from datetime import timedelta

import pytest

from giljabi.model import (
    AllOf,
    AnyOf,
    Condition,
    EventIs,
    JourneyMap,
    Matcher,
    Not,
    Persona,
    Reach,
    Stage,
    Touchpoint,
    parse_map,
    write_map,
)

CANONICAL = """\
title: 온라인 쇼핑몰 첫 구매
persona: first-buyer
stages:
  - id: search
    title: 검색
    phase: before
    touchpoints:
      - {id: search-box, channel: web, owner: commerce, moment: zmot, match: {event: [search, search_result]}}
    feelings: {believed: 1}
    claims:
      - {reach: product, at_least: 0.6, within: 1d}
      - {takes: product, median_at_most: 5m}
      - {score: ces, at_least: 5}
    cards:
      pains: [찾는 상품이 결과 위쪽에 없다]
  - id: product
    about: ""
"""


def one_stage(**fields: object) -> JourneyMap:
    return JourneyMap("m", (Stage("a", **fields),))  # type: ignore[arg-type]


def test_the_canonical_form_reads_like_the_design() -> None:
    canonical = CANONICAL.replace('    about: ""\n', "")
    loose = canonical.replace("stages:", "perspective: inside-out\nstages:").replace("5}", "5.0}")
    assert write_map(parse_map(loose)) == canonical


@pytest.mark.parametrize("written", ["on", '"on"', "'on'"])
def test_phase_on_is_a_phase_and_no_truth_value(written: str) -> None:
    map_ = parse_map(f"title: m\nstages: [{{id: a, phase: {written}}}]\n")
    assert map_.stages[0].phase == "on"
    assert 'phase: "on"' in write_map(map_)


@pytest.mark.parametrize(
    "text", ["yes", "no", "on", "~", "null", "12", "1:30", "2026-11-21", "1e3", "0o7", "a: b"]
)
def test_texts_that_a_reader_could_mistake_are_quoted(text: str) -> None:
    assert f'title: "{text}"\n' in write_map(JourneyMap(text, (Stage("a"),)))


def test_dates_and_times_of_day_are_texts() -> None:
    map_ = parse_map("title: 2026-11-21\nabout: 1:30\nstages: [{id: a, title: yes}]\n")
    assert (map_.title, map_.about, map_.stages[0].title) == ("2026-11-21", "1:30", "yes")


def test_long_and_many_lines_stay_readable() -> None:
    cards = (("pains", ("길다 " * 60 + "끝", "한 줄\n두 줄")), ("x-비고", ("짧다",)))
    text = write_map(JourneyMap("m", (Stage("a", cards=cards),), about="첫 줄\n둘째 줄\n"))
    assert "about: |\n  첫 줄\n  둘째 줄\n" in text
    assert "        - |-\n          한 줄\n          두 줄\n" in text
    assert f"        - {'길다 ' * 60}끝\n" in text
    assert "      x-비고: [짧다]\n" in text


def test_a_persona_is_an_id_or_more() -> None:
    assert "persona: p\n" in write_map(JourneyMap("m", (Stage("a"),), persona=Persona("p")))
    assert parse_map("title: m\npersona: {id: p}\nstages: [{id: a}]").persona == Persona("p")
    assert "persona:\n  id: p\n  name: 처음\n" in write_map(
        JourneyMap("m", (Stage("a"),), persona=Persona("p", "처음"))
    )


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm() -> None:
    text = "\ufeff" + CANONICAL.replace('    about: ""\n', "").replace("\n", "\r\n")
    assert parse_map(text).title == "온라인 쇼핑몰 첫 구매"


def test_durations_are_written_shortest() -> None:
    map_ = one_stage(
        within=timedelta(days=14), claims=(Reach(reach="a", at_most=0.5, within=timedelta(minutes=90)),)
    )
    assert "within: 14d\n" in write_map(map_)
    assert "within: 1h 30m}" in write_map(map_)


AMOUNT = Condition("amount", "greater", 10)
APP = Condition("device", "equal", "app")
FORMS: list[tuple[str, Matcher]] = [
    ("{event: a}", EventIs(("a",))),
    ("{event: [a, b]}", EventIs(("a", "b"))),
    ("{where: {device: app}}", APP),
    ("{event: a, where: {device: app, amount: {greater: 10}}}", AllOf((EventIs(("a",)), APP, AMOUNT))),
    ("{where: {amount: {greater: 10, less: 20}}}", AllOf((AMOUNT, Condition("amount", "less", 20)))),
    ("{where: {device: {in: [app, 3, true]}}}", Condition("device", "in", ("app", 3, True))),
    ("{where: {a: {contains: b, exists: false, regex: ^b}}}", AllOf((
        Condition("a", "contains", "b"), Condition("a", "exists", False), Condition("a", "regex", "^b")))),
    ("{all: [{event: a}]}", AllOf((EventIs(("a",)),))),
    ("{all: [{where: {device: app}}, {event: a}]}", AllOf((APP, EventIs(("a",))))),
    ("{any: [{event: a}, {not: {where: {device: app}}}]}", AnyOf((EventIs(("a",)), Not(APP)))),
    ("{all: [{where: {amount: {greater: 10}}}, {where: {device: app}}, {where: {amount: {less: 1}}}]}",
     AllOf((AMOUNT, APP, Condition("amount", "less", 1)))),
    ("{all: [{where: {amount: {greater: 10}}}, {where: {amount: {greater: 10}}}]}", AllOf((AMOUNT, AMOUNT))),
]  # fmt: skip


@pytest.mark.parametrize(("form", "matcher"), FORMS)
def test_a_matcher_is_printed_in_its_shortest_form(form: str, matcher: Matcher) -> None:
    text = write_map(one_stage(touchpoints=(Touchpoint("t", match=matcher),)))
    assert f"match: {form}}}\n" in text
    assert parse_map(text).stages[0].touchpoints[0].match == matcher


@pytest.mark.parametrize(
    ("loose", "matcher"),
    [
        ("{where: {device: {equal: app}}}", APP),
        ("{all: [{event: a}, {where: {device: app}}]}", AllOf((EventIs(("a",)), APP))),
        ("{where: {404: 5}}", Condition("404", "equal", 5)),
    ],
)
def test_other_forms_mean_the_same(loose: str, matcher: Matcher) -> None:
    text = f"title: m\nstages: [{{id: a, touchpoints: [{{id: t, match: {loose}}}]}}]\n"
    assert parse_map(text).stages[0].touchpoints[0].match == matcher
