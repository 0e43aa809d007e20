import csv
import gzip
from importlib import metadata
from io import TextIOWrapper

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.logs import log_of
from tests.oracles import attribution as oracle
from tests.oracles.journeys import Journey, journeys

from giljabi.kernels import attribution as kernel
from giljabi.measure import MODELS, GroupedAttributionAnswer, attribute_paths, attribution
from giljabi.model import event, prop
from giljabi.model.errors import BadParameter, UnknownColumn, UnknownEvent

DAY = 86_400_000
SHOP = log_of(
    [
        [("ad", 0), ("mail", DAY), ("ad", 2 * DAY), ("pay", 3 * DAY), ("mail", 4 * DAY), ("pay", 5 * DAY)],
        [("pay", 0), ("search", 1)],
        [("search", 0), ("pay", 40 * DAY)],
        [("ad", 0), ("search", DAY)],
    ],
    buckets=2,
    columns={
        "channel": [
            ["web", "app", "web", "app", None, "app"],
            ["web", "app"],
            ["web", "web"],
            ["app", "web"],
        ],
        "value": [[None, None, None, 30, None, 12], [5, None], [None, 8], [None, None]],
    },
)
SEVEN = list(MODELS)


def credits_of(log: object, **asked: object) -> dict[str, float]:
    answer = attribution(log, "pay", channel="event", **asked)  # type: ignore[arg-type]
    return {one.channel: one.credits[0] for one in answer.channels if one.credits[0]}


def test_a_conversion_is_credited_to_touches_since_the_one_before() -> None:
    assert credits_of(SHOP, model="last") == {"ad": 1, "mail": 1}
    assert credits_of(SHOP, model="first") == {"ad": 1, "mail": 1}
    assert credits_of(SHOP, model="linear") == pytest.approx({"ad": 2 / 3, "mail": 4 / 3})
    assert credits_of(SHOP, model="position") == pytest.approx({"ad": 0.8, "mail": 1.2})
    assert credits_of(SHOP, model="shapley") == {"ad": 0.5, "mail": 1.5}


def test_conversions_without_a_touch_in_time_are_direct() -> None:
    answer = attribution(SHOP, "pay", channel="event")
    assert (answer.conversions, answer.total, answer.direct) == (4, 4, 2)
    assert attribution(SHOP, "pay", channel="event", lookback=None).direct == 1
    assert attribution(SHOP, "pay", channel="event", conversions="first").conversions == 3


def test_amounts_are_credited_where_a_value_is_named() -> None:
    assert credits_of(SHOP, model="last", value="value") == {"ad": 30, "mail": 12}
    answer = attribution(SHOP, "pay", channel="event", value="value", model=SEVEN)
    assert (answer.total, answer.direct) == (55, 13)
    for model in SEVEN:
        assert sum(answer.to_dict()[model]) == pytest.approx(42)


def test_a_channel_is_a_column_and_events_without_a_value_are_no_touches() -> None:
    answer = attribution(SHOP, "pay", lookback=None)
    assert {one.channel: one.credits[0] for one in answer.channels} == {"web": 2, "app": 0}
    assert answer.direct == 2


def test_touches_are_what_the_matcher_says() -> None:
    assert credits_of(SHOP, model="last", touch=["ad", "pay"]) == {"ad": 1}
    assert credits_of(SHOP, model="last", touch=event("mail") & (prop("channel") == "app")) == {"mail": 1}


def test_age_halves_the_credit_of_time_decay() -> None:
    log = log_of([[("a", 0), ("b", DAY), ("pay", 5 * DAY)]])
    assert credits_of(log, model="time_decay", half_life="1d") == pytest.approx({"a": 1 / 3, "b": 2 / 3})
    old = log_of([[("a", 0), ("b", 1), ("pay", 20 * 365 * DAY)]])
    half = credits_of(old, model="time_decay", half_life="1m", lookback=None)
    assert half == pytest.approx({"a": 0.5, "b": 0.5}, abs=1e-4)


def test_groups_are_models_of_their_own() -> None:
    answer = attribution(SHOP, "pay", channel="event", model=["last", "markov"], by="channel")
    assert isinstance(answer, GroupedAttributionAnswer)
    assert [(one.group, one.conversions, one.direct) for one in answer.groups] == [("web", 4, 2)]
    assert answer.columns == ("group", "channel", "count", "last", "markov")
    assert len(answer) == len(answer.channels)


def test_several_models_stand_side_by_side_and_are_drawn() -> None:
    answer = attribution(SHOP, "pay", channel="event", model=SEVEN)
    assert answer.columns == ("channel", "count", *SEVEN)
    assert answer.to_arrow().num_rows == len(answer.channels)
    assert "<svg" in answer._repr_html_()


def test_a_log_without_events_has_nothing_to_credit() -> None:
    answer = attribution(log_of([], names=["pay", "ad"]), "pay", channel="event", model=SEVEN)
    assert (answer.conversions, answer.direct, answer.channels) == (0, 0, ())


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({"model": "best"}, BadParameter),
        ({"model": []}, BadParameter),
        ({"channel": "chanel"}, UnknownColumn),
        ({"channel": "value"}, BadParameter),
        ({"value": "channel"}, BadParameter),
        ({"value": "price"}, UnknownColumn),
        ({"conversions": "last"}, BadParameter),
        ({"position": (0.5, 0.6, 0.1)}, BadParameter),
        ({"lookback": "soon"}, BadParameter),
        ({"touch": "visit"}, UnknownEvent),
    ],
)
def test_what_cannot_be_asked_is_refused(asked: dict[str, str], error: type[Exception]) -> None:
    with pytest.raises(error):
        attribution(SHOP, "pay", **asked)  # type: ignore[arg-type]


@given(
    drawn=journeys(4, longest=9),
    lookback=st.sampled_from([1, 6, 45, 100_000_000]),
    every=st.booleans(),
    buckets=st.integers(1, 3),
    dense=st.booleans(),
)
@settings(max_examples=100, deadline=None)
def test_credits_are_those_of_the_oracle_and_make_up_all_conversions(
    drawn: list[Journey], lookback: int, every: bool, buckets: int, dense: bool
) -> None:
    names = ["a", "b", "c", "pay"]
    log = log_of([[(names[code], time) for code, time in one] for one in drawn], buckets, names=names)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kernel, "_DENSE", 4_000_000 if dense else 0)
        answer = attribution(
            log, "pay", channel="event", model=SEVEN, half_life="10ms", lookback=f"{lookback}ms",
            conversions="every" if every else "first",
        )  # fmt: skip
    cut = [path for one in drawn for path in oracle.paths(one, 3, lookback, every)]
    won = [path for path in cut if path[1] is not None and path[0]]
    assert answer.conversions == sum(end is not None for _, end in cut)
    assert answer.direct == answer.conversions - len(won)
    found = {one.channel: dict(zip(SEVEN, one.credits, strict=True)) for one in answer.channels}
    for model in SEVEN:
        if model == "shapley":
            shares = oracle.shapley([frozenset(c for c, _ in path) for path, _ in won], [0, 1, 2])
            expected = [float(shares[c]) for c in range(3)]
        elif model == "markov":
            expected = [len(won) * share for share in oracle.markov(cut, 3)]
        else:
            parts = [oracle.credit(path, model) for path in won]
            expected = [sum(part.get(c, 0) for part in parts) for c in range(3)]
        got = [found.get(name, {}).get(model, 0) for name in names[:3]]
        assert got == pytest.approx(expected, abs=1e-9)
        assert sum(got) + answer.direct == pytest.approx(answer.conversions)


def test_counted_paths_are_credited_as_by_hand() -> None:
    # From the start: a 3 of 4 times, b once. From a: half on to b, 1/4 converts. From b: half converts.
    answer = attribute_paths(
        [["a", "b"], ["a"], ["b"], []], [1, 1, 1, 2], nulls=[1, 1, 0, 3], model=["linear", "markov"]
    )
    assert (answer.conversions, answer.direct) == (5, 2)
    linear = {one.channel: one.credits[0] for one in answer.channels}
    assert linear == {"a": 1.5, "b": 1.5}
    markov = {one.channel: one.credits[1] for one in answer.channels}
    # p = 4/5·(1/4 + 1/2·2/3) + 1/5·2/3 = 3/5; without a 2/15, without b 1/5: effects 7/9 and 2/3.
    assert markov == pytest.approx({"a": 3 * 7 / 13, "b": 3 * 6 / 13})


def test_counted_paths_need_lists_of_one_length_and_no_times() -> None:
    with pytest.raises(BadParameter, match="one length"):
        attribute_paths([["a"]], [1, 2])
    with pytest.raises(BadParameter, match="no times"):
        attribute_paths([["a"]], [1], model="time_decay")


def test_thousands_of_channels_are_solved() -> None:
    generator = np.random.default_rng(1)
    names = [f"c{i}" for i in range(2500)]
    paths = [[names[i] for i in generator.integers(0, 2500, 4)] for _ in range(5000)]
    answer = attribute_paths(paths, [1] * 5000, nulls=[1] * 5000, model=["markov", "linear"])
    assert sum(answer.to_dict()["markov"]) == pytest.approx(5000)


def test_the_public_path_set_gets_its_known_credits() -> None:
    try:
        held = metadata.distribution("mta")
    except metadata.PackageNotFoundError:
        pytest.skip("mta, which ships the 10,000 paths, is not installed: make setup")
    if held.version != "0.0.9":
        pytest.skip(f"mta 0.0.9 ships the paths these figures belong to, not {held.version}")
    with gzip.open(str(held.locate_file("mta/data/data.csv.gz"))) as file:
        rows = list(csv.DictReader(TextIOWrapper(file, "utf-8")))
    answer = attribute_paths(
        [row["path"].split(" > ") for row in rows],
        [float(row["total_conversions"]) for row in rows],
        nulls=[float(row["total_null"]) for row in rows],
        model=["first", "last", "linear", "markov", "shapley"],
    )
    given_by = {one.channel: dict(zip(answer.models, one.credits, strict=True)) for one in answer.channels}
    assert given_by["eta"]["first"] == 3164
    assert given_by["eta"]["last"] == 4167
    assert given_by["eta"]["linear"] == pytest.approx(3539.95, abs=0.005)
    assert given_by["alpha"]["markov"] == pytest.approx(5344.9, abs=0.05)
    # An equal share of each conversion to its path's distinct channels, summed over the paths.
    assert given_by["eta"]["shapley"] == pytest.approx(3613.656, abs=0.001)
