"""Every way a map can be wrong is told with its place and what would be right."""

import pytest

from giljabi.model import errors, map_mistakes, parse_map

RIGHT = """\
title: 첫 구매
persona: first-buyer
stages:
  - id: search
    phase: on
    touchpoints:
      - {id: box, moment: zmot, match: {event: [search, find], where: {device: app, price: {greater: 10}}}}
    claims:
      - {reach: pay, at_least: 0.6, within: 1d}
      - {takes: pay, median_at_most: 5m}
      - {score: nps, at_least: 30}
    cards:
      pains: [느리다]
  - id: pay
    returns_to: [search]
    within: 1h 30m
    feelings: {believed: -1}
"""


def only(text: str) -> errors.Mistake:
    mistakes = map_mistakes(text)
    assert len(mistakes) == 1, mistakes
    return mistakes[0]


def test_a_right_map_has_no_mistake() -> None:
    assert map_mistakes(RIGHT) == []


@pytest.mark.parametrize(
    ("old", "new", "message", "hint"),
    [
        ("phase: on", "fase: on", "a stage has no key 'fase'", "did you mean 'phase'?"),
        ("phase: on", "phase: during", "`phase` must be one of before, on, after, not the text 'during'", ""),
        ("moment: zmot", "moment: ZMOT", "`moment` must be one of", "did you mean 'zmot'?"),
        ("title: 첫 구매", "title: 2026", "`title` must be a text, not 2026", 'write "2026"'),
        ("title: 첫 구매", "title: ' '", "`title` is empty", ""),
        ("title: 첫 구매", "title: [a]", "`title` must be a text, not a list", ""),
        ("title: 첫 구매", "about: x", "a map must have the key `title`", "What the map is called."),
        ("id: search\n", "title: x\n", "a stage must have the key `id`", "Its id, once in the map."),
        ("id: box, ", "", "a touchpoint must have the key `id`", ""),
        ("id: box", "id: search box", "'search box' is no id", "write for example search-box"),
        ("id: box", "id: pay", "a touchpoint may not have the id of another stage, 'pay'", ""),
        ("id: pay", "id: search", "the stage id 'search' stands twice", "first in line 4"),
        ("persona: first-buyer", "title: 둘", "the key 'title' stands twice", "first in line 1"),
        ("persona: first-buyer", "persona: [a]", "`persona` must be an id or a mapping", ""),
        ("persona: first-buyer", "persona: {name: a}", "a persona must have the key `id`", ""),
        ("reach: pay", "reach: pya", "there is no stage 'pya'", "did you mean 'pay'?"),
        ("takes: pay", "takes: zzz", "there is no stage 'zzz'", "the stages are: search, pay"),
        ("[search]", "[pay]", "`returns_to` names an earlier stage, and 'pay' is not earlier", "repeats"),
        ("[search]", "search", "`returns_to` must be a list, not the text 'search'", "write [ ] around it"),
        ("at_least: 0.6", "at_least: 60", "`at_least` must be a number from 0 to 1, not 60", "write 0.6"),
        ("at_least: 0.6", "at_least: 60%", "`at_least` must be a number from 0 to 1", "write 0.6"),
        ("at_least: 0.6", "at_least: '0.6'", "not the text '0.6'", ""),
        ("at_least: 0.6", "at_least: .nan", "`at_least` must be a finite number", ""),
        ("at_least: 30", "at_least: 130", "`at_least` of nps must be a number from -100 to 100", "net"),
        ("score: nps", "score: csat", "`at_least` of csat must be a number from 1 to 5, not 30", ""),
        ("believed: -1", "believed: -3", "`believed` must be a number from -2 to 2, not -3", ""),
        ("believed: -1", "", "`feelings` is empty", ""),
        ("believed: -1", "belived: -1", "`feelings` has no key 'belived'", "it has `believed`"),
        ("1h 30m", "1 hour", "`within` must be a duration, not the text '1 hour'", "90s, 5m, 1h 30m or 7d"),
        ("1h 30m", "7", "`within` must be a duration, not 7", "with its unit: 7d, 7h, 7m"),
        ("1h 30m", "40000d", "`within` must be a duration", "within 36500d"),
        ("at_least: 0.6, ", "", "this claim has no bound", "add one of: at_least, at_most"),
        ("within: 1d", "at_most: 0.9", "a claim has one bound, this one has `at_least` and", "two"),
        ("reach: pay", "reaches: pay", "this is a claim of no known kind", "did you mean 'reach'?"),
        ("within: 1d", "takes: pay", "a claim says one thing, this one has `reach` and `takes`", "write two"),
        ("median_at_most", "median_at_mots", "a takes claim has no key", "did you mean 'median_at_most'"),
        ("pains", "pain", "there is no lane 'pain'", "did you mean 'pains'?"),
        ("[느리다]", "느리다", "`pains` must be a list, not the text '느리다'", "write [ ] around it"),
        ("event: [search", "evnt: [search", "a matcher has no key 'evnt'", "'event'"),
        ("event: [search, find], ", "not: {event: a}, ", "cannot have `not`, `where` side by side", "all"),
        ("[search, find]", "[]", "`event` is empty", ""),
        ("[search, find]", "404", "`event` must be a text, not 404", 'write "404"'),
        ("device: app", "device: [app, web]", "must be a value or a test, not a list", "{in: [...]}"),
        ("device: app", "device: {regex: '('}", "`regex` must be a regular expression", ""),
        ("device: app", "device: {exists: yes}", "`exists` must be true or false", "write true"),
        ("greater: 10", "above: 10", "there is no test 'above'", "the tests are: equal"),
        ("greater: 10", "greater: ten", "`greater` must be a number, not the text 'ten'", ""),
        ("[느리다]", "[느리다, 3]", "an item of `pains` must be a text, not 3", 'write "3"'),
        ("[느리다]", "[느리다, '']", "an item of `pains` is empty", ""),
        ("[느리다]", "{a: b}", "`pains` must be a list, not a mapping", "begin each item with '- '"),
        ("[느리다]", "&a [느리다]", "the anchor &a is not allowed", ""),
        ("[느리다]", "*a", "the alias *a is not allowed", ""),
        ("[느리다]", "!!python/object:os.system [x]", "the tag", "leave it out"),
        ("[느리다]", '["\\ud800"]', "half a character", ""),
        ("    cards", "\tcards", "this is no YAML: found character '\\t'", "indent with spaces"),
        ("title: 첫 구매", "title: 첫: 구매", "this is no YAML: mapping values", "double quotes"),
        ("title: 첫 구매", "title: 첫\x07", "the character U+0007 may not stand here", ""),
    ],
)  # fmt: skip
def test_a_mistake_is_told_where_it_stands(old: str, new: str, message: str, hint: str) -> None:
    assert old in RIGHT
    mistakes = map_mistakes(RIGHT.replace(old, new, 1))
    told = [mistake for mistake in mistakes if message in mistake.message]
    assert told, mistakes
    assert hint in told[0].hint, told
    line = RIGHT[: RIGHT.index(old)].count("\n") + 1
    assert line <= told[0].line <= line + new.count("\n") + 1


def test_the_place_is_the_wrong_value_itself() -> None:
    mistake = only(RIGHT.replace("at_least: 0.6", "at_least: 60"))
    assert (mistake.line, mistake.column) == (9, 32)


def test_columns_count_characters_not_bytes() -> None:
    mistake = only("title: 둘\nstages: [{id: 가나다, 색: 빨강}]\n")
    assert (mistake.line, mistake.column) == (2, 20)


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file() -> None:
    wrong = (
        RIGHT.replace("phase: on", "fase: on")
        .replace("0.6", "60")
        .replace("pains", "pain")
        .replace("1h", "1x")
    )
    assert [mistake.line for mistake in map_mistakes(wrong)] == [5, 9, 13, 16]
    with pytest.raises(errors.MapMistakes) as caught:
        parse_map(wrong, "shop.journey.yaml")
    assert str(caught.value).startswith("shop.journey.yaml: 4 mistakes\n  line 5, column 5: ")


def test_mistakes_are_counted_where_there_are_very_many() -> None:
    mistakes = map_mistakes("".join(f"key{number}: 1\n" for number in range(700)))
    assert len(mistakes) == 501
    assert mistakes[-1].message == "and 202 more mistakes from here on"


@pytest.mark.parametrize("empty", ["", "# only a comment\n", "---\n"])
def test_an_empty_file_is_told(empty: str) -> None:
    assert "title" in str(map_mistakes(empty)[0])


@pytest.mark.parametrize("other", ["just text", "- a\n- b\n"])
def test_something_else_than_a_mapping_is_told(other: str) -> None:
    assert "must be a mapping" in only(other).message


def test_a_second_document_is_told() -> None:
    assert "second document" in only(RIGHT + "---\n" + RIGHT).message


@pytest.mark.parametrize("deep", ["[" * 100_000, "{a: " * 100_000, "- " * 100_000, "? " * 100_000])
def test_very_deep_nesting_ends_early(deep: str) -> None:
    assert "deeper than 40 levels" in only(deep).message


def test_a_bomb_of_aliases_never_unfolds() -> None:
    bomb = "a: &a [x, x]\n" + "".join(
        f"{b}: &{b} [*{a}, *{a}]\n" for a, b in zip("abcdef", "bcdefg", strict=True)
    )
    assert "anchor &a is not allowed" in only(bomb).message


def test_a_map_beyond_a_mebibyte_is_refused_unread() -> None:
    assert "larger than 1 MiB" in only("#" * (1 << 20) + "가").message
