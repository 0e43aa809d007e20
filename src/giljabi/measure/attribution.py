"""Attribution: which channels bring the conversions, by several models side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

import numpy as np

from giljabi.kernels import (
    CONVERSION,
    CREDITED,
    NO_TOUCH,
    NO_WINDOW,
    Credits,
    Weights,
    credit_bucket,
    credit_paths,
    merge_credits,
    removal_effects,
)
from giljabi.measure.steps import Step, read_steps
from giljabi.model import Matcher, milliseconds
from giljabi.model.errors import BadParameter, UnknownColumn
from giljabi.store import Answer, Array, Bucket, By, Log, ask, event_mask, pictures, read_groups

MODELS = ("last", "first", "linear", "position", "time_decay", "markov", "shapley")
"""The models, in the order of a table of all of them."""

_MOST_CHANNELS = 5_000
_MOST_CELLS = 5_000_000


@dataclass(frozen=True, slots=True)
class ChannelCredit:
    """What one channel is credited with.

    ``count`` is the conversions with the channel in their path; ``credits`` what each model gives it, in
    conversions or in what they are worth, in the order of the answer's ``models``.
    """

    channel: str
    count: float
    credits: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class AttributionGroup:
    """The channels of one group; credits and ``direct`` make up ``total`` in every model."""

    group: str | None
    conversions: float
    total: float
    direct: float
    channels: tuple[ChannelCredit, ...]


@dataclass(frozen=True)
class AttributionAnswer(Answer):
    """What each channel is credited with; one row per channel, a column per model.

    ``conversions`` were counted; ``total`` is what the models share out: their number, or what they are
    worth. ``direct`` is the part of ``total`` without a touch, which no channel is credited with: in every
    model, credits and ``direct`` make up ``total``.
    """

    picture: ClassVar[str] = ""

    models: tuple[str, ...]
    conversions: float
    total: float
    direct: float
    channels: tuple[ChannelCredit, ...]

    @property
    def columns(self) -> tuple[str, ...]:  # type: ignore[override]
        """Name the columns: those of the models asked for among them."""
        return ("channel", "count", *self.models)

    def rows(self) -> list[dict[str, Any]]:
        """Give one row per channel, the most credited by the first model first."""
        return [_row(one, self.models) for one in self.channels]

    def drawing(self) -> str:
        """Draw the credits by the first model."""
        shown = self.channels[:20]
        values = [one.credits[0] for one in shown]
        said = [f"{value:,.1f}" for value in values]
        return pictures.bars(f"Attribution: {self.models[0]}", [one.channel for one in shown], values, said)


@dataclass(frozen=True)
class GroupedAttributionAnswer(AttributionAnswer):
    """The same, broken down; one row per group and channel, the largest group first."""

    groups: tuple[AttributionGroup, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:  # type: ignore[override]
        """Name the columns."""
        return ("group", "channel", "count", *self.models)

    def rows(self) -> list[dict[str, Any]]:
        """Give one row per group and channel."""
        return [
            {"group": part.group} | _row(one, self.models) for part in self.groups for one in part.channels
        ]


def attribution(
    log: Log,
    conversion: Step,
    *,
    channel: str = "channel",
    model: str | Sequence[str] = "last",
    lookback: str | timedelta | None = "30d",
    value: str | None = None,
    touch: Step | None = None,
    conversions: str = "every",
    half_life: str | timedelta = "7d",
    position: Sequence[float] = (0.4, 0.2, 0.4),
    by: By | None = None,
    progress: Callable[[str, float], None] | None = None,
) -> AttributionAnswer:
    """Credit conversions to the channels that customers came through before them.

    Parameters
    ----------
    log
        The event log.
    conversion
        The event that is a conversion: a name, a list of names, or a matcher.
    channel
        What a touch's channel is: ``"event"`` for the event's name, else a column of texts. Events without a
        value there are no touches.
    model
        One of `MODELS` or several, which makes a table to compare; defined in `giljabi.kernels.attribution`.
    lookback
        Longest time from a touch to its conversion; None: no limit.
    value
        A column of numbers on the conversion, such as ``"value"``: credit amounts instead of conversions.
    touch
        Which events are touches; None: all but the conversion. A conversion is never a touch.
    conversions
        ``"every"`` conversion, each with the touches since the one before, or a customer's ``"first"``.
    half_life
        For time decay: a touch this much older weighs half.
    position
        For position: shares of the first touch, of those between, and of the last; they add up to 1.
    by
        A column, an audience or several by name: the models run in each group on its own.
    progress
        Told ``("attribution", share done)`` after each bucket.

    Raises
    ------
    UnknownEvent, UnknownColumn
        If the log does not have an event or column.
    BadParameter
        If a parameter is out of its range.
    """
    models = _models(model)
    if conversions not in {"every", "first"}:
        raise BadParameter(f"conversions is {conversions!r}; it is 'every' or 'first'")
    if value is not None and (value not in log.columns or log.columns[value].kind != "number"):
        if value not in log.columns:
            raise UnknownColumn(value, log.columns)
        raise BadParameter(f"{value!r} holds texts; conversions are worth a column of numbers")
    goal = read_steps(log, (conversion,), "attribution")[0]
    touches = None if touch is None else read_steps(log, (touch,), "attribution")[0]
    labels = _labels(log, channel)
    grouping = read_groups(log, by)
    groups = len(grouping.labels)
    if groups * len(labels) > _MOST_CELLS:
        raise BadParameter(f"{len(labels):,} channels in {groups:,} groups are too many; break down by less")
    window = int(NO_WINDOW) if lookback is None else milliseconds(lookback)
    weights = _weights(models, position, milliseconds(half_life))
    chain = "markov" in models
    # Only the number goes with the task: a dictionary may be large.
    channels = len(labels)

    def credit(bucket: Bucket) -> Credits:
        symbol = _symbols(log, bucket, channel, goal, touches)
        worth = np.zeros(0) if value is None else bucket.column(value)
        return credit_bucket(
            bucket.offsets, bucket.time, symbol, worth, grouping.codes(log, bucket), groups, channels,
            window, weights, every=conversions == "every", chain=chain,
        )  # fmt: skip

    found: list[Credits] = []
    for done, partial in enumerate(ask(log, credit), 1):
        found = [merge_credits(found[0], partial)] if found else [partial]
        if progress is not None:
            progress("attribution", done / len(log.buckets))
    given = found[0] if found else _nothing(groups, len(labels))
    whole = _share_out(_together(given, len(labels)), models, labels)[0]
    facts = (models, whole.conversions, whole.total, whole.direct, whole.channels)
    if by is None:
        return AttributionAnswer(*facts)
    parts = _share_out(given, models, labels, grouping.labels)
    parts.sort(key=lambda one: -one.conversions)
    return GroupedAttributionAnswer(*facts, tuple(one for one in parts if one.conversions))


def attribute_paths(
    paths: Sequence[Sequence[str]],
    conversions: Sequence[float],
    values: Sequence[float] | None = None,
    nulls: Sequence[float] | None = None,
    *,
    model: str | Sequence[str] = "last",
    position: Sequence[float] = (0.4, 0.2, 0.4),
) -> AttributionAnswer:
    """Credit paths that are counted already, as advertising platforms export them.

    Parameters
    ----------
    paths
        The channels of each path in order; an empty path is direct.
    conversions
        How many conversions ended each path.
    values
        What these were worth in all; None: credit conversions.
    nulls
        How often each path came to nothing (Markov reads it); None: never.
    model, position
        As for `attribution`; time decay needs times, which such paths do not have.

    Raises
    ------
    BadParameter
        If the lists differ in length, or a parameter is out of its range.
    """
    models = _models(model)
    if "time_decay" in models:
        raise BadParameter("paths have no times; time_decay needs an event log")
    if any(len(one) != len(paths) for one in (conversions, values, nulls) if one is not None):
        raise BadParameter("paths, conversions, values and nulls must be of one length")
    codes: dict[str, int] = {}
    flat = [codes.setdefault(name, len(codes)) for path in paths for name in path]
    counts = np.asarray(conversions, np.float64)
    given = credit_paths(
        np.cumsum([0, *map(len, paths)], dtype=np.int64),
        np.array(flat, np.int32),
        counts,
        counts if values is None else np.asarray(values, np.float64),
        np.zeros(len(paths)) if nulls is None else np.asarray(nulls, np.float64),
        len(codes),
        _weights(models, position, 1),
    )
    whole = _share_out(given, models, list(codes))[0]
    return AttributionAnswer(models, whole.conversions, whole.total, whole.direct, whole.channels)


def _row(one: ChannelCredit, models: Sequence[str]) -> dict[str, Any]:
    return {"channel": one.channel, "count": one.count} | dict(zip(models, one.credits, strict=True))


def _models(model: str | Sequence[str]) -> tuple[str, ...]:
    models = (model,) if isinstance(model, str) else tuple(dict.fromkeys(model))
    for one in models:
        if one not in MODELS:
            raise BadParameter(f"no model is named {one!r}; there are {', '.join(MODELS)}")
    if not models:
        raise BadParameter(f"attribution needs a model; there are {', '.join(MODELS)}")
    return models


def _weights(models: Sequence[str], position: Sequence[float], half_life: int) -> Weights:
    if len(position) != 3 or min(position) < 0 or abs(sum(position) - 1) > 1e-9:
        raise BadParameter(
            f"position is {tuple(position)}; give three shares that add up to 1, such as 0.4, 0.2, 0.4"
        )
    last, first, linear, ends, decay, shapley = (one in models for one in CREDITED)
    return Weights(
        float(position[0]), float(position[2]), float(half_life), (last, first, linear, ends, decay, shapley)
    )


def _labels(log: Log, channel: str) -> Sequence[str]:
    if channel == "event":
        return log.names
    if channel not in log.columns:
        raise UnknownColumn(channel, log.columns)
    if log.columns[channel].kind != "code":
        raise BadParameter(f"{channel!r} holds numbers; channels are 'event' or a column of texts")
    return log.columns[channel].dictionary


def _symbols(log: Log, bucket: Bucket, channel: str, goal: Matcher, touches: Matcher | None) -> Array:
    symbol = (bucket.event if channel == "event" else bucket.column(channel)).astype(np.int32)
    if touches is not None:
        symbol[~event_mask(log, bucket, touches)] = NO_TOUCH
    symbol[event_mask(log, bucket, goal)] = CONVERSION
    return symbol


def _nothing(groups: int, channels: int) -> Credits:
    none = np.zeros(0, np.int64)
    credit = np.zeros((len(CREDITED), groups, channels))
    return Credits(credit, np.zeros((groups, channels)), np.zeros((groups, 4)), none, np.zeros(0))


def _together(given: Credits, channels: int) -> Credits:
    """Join the groups into one."""
    keys, places = np.unique(given.keys % ((channels + 1) * (channels + 2)), return_inverse=True)
    return Credits(
        given.credit.sum(axis=1, keepdims=True),
        given.touched.sum(axis=0, keepdims=True),
        given.totals.sum(axis=0, keepdims=True),
        keys,
        np.bincount(places, given.moves, len(keys)),
    )


def _share_out(
    given: Credits, models: Sequence[str], labels: Sequence[str], groups: Sequence[str | None] = (None,)
) -> list[AttributionGroup]:
    channels = len(labels)
    width = (channels + 1) * (channels + 2)
    bounds = np.searchsorted(given.keys, np.arange(len(groups) + 1) * width)
    parts = []
    for group, name in enumerate(groups):
        own, totals = slice(bounds[group], bounds[group + 1]), given.totals[group]
        chain = (given.keys[own] - group * width, given.moves[own])
        table = np.stack(
            [
                _markov(*chain, given.credit[0, group])
                if model == "markov"
                else given.credit[CREDITED.index(model), group]
                for model in models
            ]
        )
        seen = np.flatnonzero((given.touched[group] > 0) | np.any(table != 0, axis=0))
        ranked = seen[np.argsort(-table[0, seen], kind="stable")]
        rows = tuple(
            ChannelCredit(labels[c], _whole(given.touched[group, c]), tuple(map(float, table[:, c])))
            for c in ranked
        )
        parts.append(AttributionGroup(name, _whole(totals[0]), _whole(totals[1]), _whole(totals[3]), rows))
    return parts


def _markov(keys: Array, moves: Array, last: Array) -> Array:
    used = np.unique(keys // (len(last) + 2))
    if len(used) - 1 > _MOST_CHANNELS:
        raise BadParameter(f"Markov's chain takes at most {_MOST_CHANNELS:,} channels, not {len(used) - 1:,}")
    effects = removal_effects(keys, moves, last, len(last))
    # Where worths cancel out nothing is left to share by; the last touch then has it.
    return effects / effects.sum() * last.sum() if effects.sum() else last


def _whole(value: float) -> float:
    return int(value) if float(value).is_integer() else float(value)
