"""Topics of MQTT with names for their levels: ``shop/{store}/beacon/{beacon}``."""

from __future__ import annotations

import re
from collections.abc import Sequence

from giljabi.model.errors import BadParameter

_LEVEL = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")


class Topics:
    """What is listened to.

    Parameters
    ----------
    written
        One or more topics, separated by commas or lines. ``+`` stands for any level, ``#`` for all that
        follow, ``{name}`` for any level that becomes the column ``name``.

    Raises
    ------
    BadParameter
        If one is no topic.
    """

    def __init__(self, written: str) -> None:
        patterns = [one.strip() for one in re.split(r"[,\n]", written) if one.strip()]
        if not patterns:
            raise BadParameter("no topic is given; write for example shop/{store}/beacon/{beacon}")
        self._levels = [_levels(one) for one in patterns]
        self.filters = tuple(dict.fromkeys("/".join(_wild(one) for one in each) for each in self._levels))

    def columns(self, topic: str) -> dict[str, str]:
        """Give the levels that have names; of several patterns, those of the first that fits."""
        given = topic.split("/")
        for levels in self._levels:
            if _fits(levels, given):
                named = ((_LEVEL.fullmatch(level), part) for level, part in zip(levels, given, strict=False))
                return {found[1]: part for found, part in named if found}
        return {}


def _levels(pattern: str) -> list[str]:
    levels = pattern.split("/")
    for at, level in enumerate(levels):
        sound = level in {"+", "#"} or not re.search(r"[+#\s{}\0]", _LEVEL.sub("", level))
        alone = level == "+" or _LEVEL.fullmatch(level) or not _LEVEL.search(level)
        if not sound or not alone or (level == "#" and at < len(levels) - 1):
            raise BadParameter(
                f"{pattern!r} is no topic: +, {{name}} and # stand for whole levels, # for the last"
            )
    return levels


def _wild(level: str) -> str:
    return "+" if _LEVEL.fullmatch(level) else level


def _fits(levels: Sequence[str], given: Sequence[str]) -> bool:
    if levels[-1] == "#":
        levels, given = levels[:-1], given[: len(levels) - 1]
    pairs = zip(levels, given, strict=False)
    return len(levels) == len(given) and all(_wild(one) in {"+", part} for one, part in pairs)
