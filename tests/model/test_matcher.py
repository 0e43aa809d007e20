import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.strategies.journey_maps import matchers

from giljabi.model import AllOf, AnyOf, Condition, EventIs, Matcher, Not, errors, event, prop
from giljabi.model.matcher import Scalar, Test

values = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 3), st.sampled_from(["app", "web", "3", "true", ""])
)
events = st.tuples(
    st.sampled_from(["yes", "on", "a"]),
    st.dictionaries(st.sampled_from(["device", "amount", "event"]), values),
)


@settings(max_examples=60)
@given(matchers, matchers, events)
def test_and_or_not_mean_what_they_say(
    left: Matcher, right: Matcher, happened: tuple[str, dict[str, Scalar]]
) -> None:
    one, other = left.accepts(*happened), right.accepts(*happened)
    assert (left & right).accepts(*happened) == (one and other)
    assert (left | right).accepts(*happened) == (one or other)
    assert (~left).accepts(*happened) != one


@settings(max_examples=30)
@given(matchers, matchers, matchers)
def test_combining_makes_no_needless_nests(one: Matcher, two: Matcher, three: Matcher) -> None:
    assert (one & two) & three == one & (two & three)
    assert (one | two) | three == one | (two | three)
    assert ~~one == one or isinstance(one, Not)


def test_an_event_is_known_by_any_of_its_names() -> None:
    assert event("a", "b").accepts("b", {})
    assert not event("a", "b").accepts("c", {})


@pytest.mark.parametrize(
    ("test", "operand", "value", "passes"),
    [
        ("equal", 3, "3", True),
        ("equal", "3.0", 3, True),
        ("equal", True, "true", True),
        ("equal", 1, True, False),
        ("equal", "App", "app", False),
        ("equal", "NaN", "NaN", True),
        ("equal", "202611", "2026_11", False),
        ("in", ("a", 3), 3.0, True),
        ("in", ("a", 3), "b", False),
        ("greater", 10, 11, True),
        ("greater", 10, "11", True),
        ("greater", 10, 10, False),
        ("greater", 10, "many", False),
        ("less", 10, 9.5, True),
        ("less", 10, True, False),
        ("contains", "ap", "app", True),
        ("contains", "3", 3.0, True),
        ("contains", ".0", 3.0, False),
        ("regex", "p+$", "app", True),
        ("regex", "^p", "app", False),
    ],
)
def test_a_condition_tests_one_property(test: Test, operand: Scalar, value: Scalar, passes: bool) -> None:
    assert Condition("a", test, operand).accepts("x", {"a": value}) == passes


@pytest.mark.parametrize("test", ["equal", "in", "greater", "less", "contains", "regex"])
def test_an_absent_property_passes_no_test_but_exists_false(test: Test) -> None:
    operand: Scalar | tuple[Scalar, ...] = (
        ("a",) if test == "in" else 0 if test in {"greater", "less"} else "a"
    )
    assert not Condition("a", test, operand).accepts("x", {})
    assert not Condition("a", test, operand).accepts("x", {"a": None})
    assert Condition("a", "exists", False).accepts("x", {})
    assert not Condition("a", "exists", True).accepts("x", {"a": None})


def test_properties_are_compared_as_python_reads() -> None:
    amount = prop("amount")
    event_ = {"amount": 10}
    assert (amount == 10).accepts("x", event_)
    assert not (amount != 10).accepts("x", event_)
    assert (amount >= 10).accepts("x", event_)
    assert (amount <= 10).accepts("x", event_)
    assert not (amount > 10).accepts("x", event_)
    assert not (amount < 10).accepts("x", event_)
    assert amount.isin([1, 10]).accepts("x", event_)
    assert amount.contains("0").accepts("x", event_)
    assert amount.matches("^1").accepts("x", event_)
    assert not (amount >= 10).accepts("x", {})


def test_what_is_no_number_is_neither_above_nor_below_one() -> None:
    amount = prop("amount")
    for matcher in (amount > 10, amount >= 10, amount < 10, amount <= 10):
        assert not matcher.accepts("x", {"amount": "n/a"})


def test_combined_matchers_are_plain_values() -> None:
    matcher = event("pay") & (prop("amount") > 10) | ~event("call")
    expected = AnyOf(
        (AllOf((EventIs(("pay",)), Condition("amount", "greater", 10))), Not(EventIs(("call",))))
    )
    assert matcher == expected
    assert hash(matcher) == hash(expected)


def test_no_pattern_takes_longer_than_its_text() -> None:
    # With backtracking this would take longer than the universe has been there.
    assert not Condition("a", "regex", "(a+)+$").accepts("x", {"a": "a" * 50_000 + "b"})


def test_patterns_speak_hangul() -> None:
    assert Condition("a", "regex", r"^\p{Hangul}+$").accepts("x", {"a": "검색어"})


def test_a_pattern_that_needs_backtracking_is_refused_in_words() -> None:
    with pytest.raises(errors.BadParameter, match="perl operator"):
        Condition("a", "regex", "(?=a)b").accepts("x", {"a": "ab"})
