"""What may stand for a field: each kind reads a node, prints a value and describes itself as JSON Schema."""

from __future__ import annotations

import math
import re
from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Generic, TypeVar

from giljabi.model.duration import format_duration, parse_duration
from giljabi.model.errors import BadParameter
from giljabi.model.mapfile.nodes import ListNode, MapNode, Node, ScalarNode, value
from giljabi.model.mapfile.notes import Notes, Refused, near, shown

T = TypeVar("T")
Schema = dict[str, Any]


class Kind(ABC, Generic[T]):
    """One kind of value.

    ``expects`` completes the sentence "… must be".
    """

    expects: str

    @abstractmethod
    def read(self, node: Node, notes: Notes) -> T:
        """Read a node; raises `Refused` after noting each mistake."""

    @abstractmethod
    def schema(self, definitions: Schema) -> Schema:
        """Describe the kind as JSON Schema; parts used by name go into ``definitions``."""

    def plain(self, value: T) -> Any:
        """Give the value as texts, numbers, lists and mappings, ready to print."""
        return value

    def wrong_type(self, node: Node, notes: Notes, hint: str = "") -> Refused:
        """Note that something else stands where this kind should."""
        return notes.wrong(node, f"{notes.here} must be {self.expects}, not {_what(node)}", hint)


def _what(node: Node) -> str:
    if isinstance(node, ListNode):
        return "a list"
    if isinstance(node, MapNode):
        return "a mapping"
    found = value(node)
    if found is None:
        return "empty"
    if isinstance(found, str):
        return f"the text {shown(found)}"
    return shown(node.text)[1:-1]


class Text(Kind[str]):
    """A text; ``blank`` where it may be empty."""

    expects = "a text"

    def __init__(self, *, blank: bool = True) -> None:
        self._blank = blank

    def read(self, node: Node, notes: Notes) -> str:
        """Read a text that YAML does not take for a number, true, false or nothing."""
        if not isinstance(node, ScalarNode):
            raise self.wrong_type(node, notes)
        found = value(node)
        if not isinstance(found, str):
            raise self.wrong_type(node, notes, f'write "{node.text}"' if node.text else "")
        if not self._blank and not found.strip():
            raise notes.wrong(node, f"{notes.here} is empty")
        return found

    def schema(self, definitions: Schema) -> Schema:
        """Describe a text."""
        return {"type": "string"} if self._blank else {"type": "string", "pattern": r"\S"}


class Choice(Kind[str]):
    """One of a few words."""

    def __init__(self, *words: str) -> None:
        self._words = words
        self.expects = f"one of {', '.join(words)}"

    def read(self, node: Node, notes: Notes) -> str:
        """Read one of the words."""
        if isinstance(node, ScalarNode) and node.text in self._words:
            return node.text
        raise self.wrong_type(
            node, notes, near(node.text, self._words) if isinstance(node, ScalarNode) else ""
        )

    def schema(self, definitions: Schema) -> Schema:
        """Describe the words."""
        return {"enum": list(self._words)}


class Flag(Kind[bool]):
    """True or false."""

    expects = "true or false"

    def read(self, node: Node, notes: Notes) -> bool:
        """Read true or false; ``yes`` and ``on`` are texts in YAML 1.2."""
        found = value(node) if isinstance(node, ScalarNode) else None
        if isinstance(found, bool):
            return found
        meant = {"yes": "true", "on": "true", "no": "false", "off": "false"}
        word = meant.get(found.lower(), "") if isinstance(found, str) else ""
        raise self.wrong_type(node, notes, f"write {word}" if word else "")

    def schema(self, definitions: Schema) -> Schema:
        """Describe a truth value."""
        return {"type": "boolean"}


class Number(Kind[float]):
    """A finite number between ``low`` and ``high``; ``share`` where people may write per cent."""

    expects = "a number"

    def __init__(self, low: float = -math.inf, high: float = math.inf, *, share: bool = False) -> None:
        self._low, self._high, self._share = low, high, share
        if math.isfinite(low):
            self.expects = f"a number from {low:g} to {high:g}"

    def read(self, node: Node, notes: Notes) -> float:
        """Read a number in range."""
        found = value(node) if isinstance(node, ScalarNode) else None
        if isinstance(found, bool) or not isinstance(found, int | float):
            raise self.wrong_type(node, notes, self._as_share(node))
        if not _finite(found):
            raise notes.wrong(node, f"{notes.here} must be a finite number")
        if not self._low <= found <= self._high:
            raise self.wrong_type(node, notes, self._as_share(node))
        return float(found) if float(found) == found else found

    def plain(self, value: float) -> float:
        """Print whole numbers without a fraction."""
        return number_plain(value)

    def schema(self, definitions: Schema) -> Schema:
        """Describe the range."""
        bounds = {"minimum": self._low, "maximum": self._high} if math.isfinite(self._low) else {}
        return {"type": "number", **bounds}

    def _as_share(self, node: Node) -> str:
        percent = re.fullmatch(r"([0-9]{1,3}(?:\.[0-9]{1,6})?)\s*%?", getattr(node, "text", ""))
        if not self._share or percent is None or float(percent[1]) > 100:
            return ""
        return f"write {round(float(percent[1]) / 100, 8):g}"


def number_plain(value: float) -> float:
    """Give equal numbers one form: whole ones of ordinary size as int, so that 5.0 is printed as 5."""
    if abs(value) < 1e15:
        return int(value) if value == int(value) else value
    return float(value) if _finite(value) and float(value) == value else value


def _finite(number: float) -> bool:
    try:
        return math.isfinite(number)
    except OverflowError:  # an int beyond the range of float
        return False


class Duration(Kind[timedelta]):
    """A time such as ``90s``, ``1h 30m`` or ``7d``."""

    expects = "a duration"

    def read(self, node: Node, notes: Notes) -> timedelta:
        """Read a duration with its units."""
        found = value(node) if isinstance(node, ScalarNode) else None
        if not isinstance(found, str):
            number = isinstance(found, int | float) and not isinstance(found, bool)
            units = f"with its unit: {node.text}d, {node.text}h, {node.text}m" if number else ""  # type: ignore[union-attr]
            raise self.wrong_type(node, notes, units)
        try:
            return parse_duration(found)
        except BadParameter as error:
            _, _, hint = str(error).partition("; ")
            raise self.wrong_type(node, notes, hint) from None

    def plain(self, value: timedelta) -> str:
        """Print the shortest exact form."""
        return format_duration(value)

    def schema(self, definitions: Schema) -> Schema:
        """Describe the form of a duration."""
        definitions["duration"] = {
            "title": "Duration",
            "description": "Numbers with units w d h m s ms, for example 90s, 5m, 1h 30m or 7d.",
            "type": "string",
            "pattern": r"^\s*([0-9]+(\.[0-9]+)?\s*(ms|w|d|h|m|s)\s*)+$",
        }
        return {"$ref": "#/$defs/duration"}


class ListOf(Kind[tuple[T, ...]]):
    """A list of one kind; ``flow`` prints it in one line."""

    def __init__(self, item: Kind[T], *, least: int = 0, flow: bool = False) -> None:
        self._item, self._least, self._flow = item, least, flow
        self.expects = "a list"

    def read(self, node: Node, notes: Notes) -> tuple[T, ...]:
        """Read every item, so that all mistakes come to light."""
        if not isinstance(node, ListNode):
            hint = "begin each item with '- '" if isinstance(node, MapNode) else "write [ ] around it"
            raise self.wrong_type(node, notes, hint)
        if len(node.items) < self._least:
            raise notes.wrong(node, f"{notes.here} is empty")
        found: list[T] = []
        for position, item in enumerate(node.items):
            notes.path.append(position)
            try:
                found.append(self._item.read(item, notes))
            except Refused:
                pass
            finally:
                notes.path.pop()
        if len(found) < len(node.items):
            raise Refused
        return tuple(found)

    def plain(self, value: tuple[T, ...]) -> list[Any]:
        """Print each item."""
        items = [self._item.plain(one) for one in value]
        return FlowList(items) if self._flow else items

    def schema(self, definitions: Schema) -> Schema:
        """Describe the list."""
        least = {"minItems": self._least} if self._least else {}
        return {"type": "array", "items": self._item.schema(definitions), **least}


class FlowList(list[Any]):
    """A list to print in one line."""


class FlowMap(dict[str, Any]):
    """A mapping to print in one line."""


class Checked(Kind[str]):
    """A text that must also pass ``check``, which gives what is wrong with it or nothing."""

    def __init__(self, expects: str, check: Callable[[str], str], schema: Schema) -> None:
        self.expects = expects
        self._check, self._schema = check, schema

    def read(self, node: Node, notes: Notes) -> str:
        """Read a text and check it."""
        found = Text().read(node, notes)
        if trouble := self._check(found):
            raise notes.wrong(node, f"{notes.here} must be {self.expects}: {trouble}")
        return found

    def schema(self, definitions: Schema) -> Schema:
        """Describe the text."""
        return self._schema
