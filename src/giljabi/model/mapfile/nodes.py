"""From text to nodes that know their place.

PyYAML scans and parses; what a scalar means is decided here, by the core schema of YAML 1.2, because 1.1
reads ``phase: on`` as true and ``1:30`` as 90. A map needs no anchors, tags or second documents; they are
refused, which also leaves no room for files that unfold to a multiple of their size.
"""

from __future__ import annotations

import math
import re
from typing import TypeAlias

import msgspec
import yaml

from giljabi.model.mapfile.notes import Notes, Place, Refused, shown

DEEPEST = 40
"""How deep lists and mappings may nest; a map with its matchers needs about ten."""


class ScalarNode(msgspec.Struct, frozen=True):
    """One value; ``plain`` where it stands without quotes."""

    line: int
    column: int
    text: str
    plain: bool


class ListNode(msgspec.Struct, frozen=True):
    """A list."""

    line: int
    column: int
    items: tuple[Node, ...]


class MapNode(msgspec.Struct, frozen=True):
    """A mapping; its keys differ from each other."""

    line: int
    column: int
    entries: tuple[tuple[ScalarNode, Node], ...]


Node: TypeAlias = ScalarNode | ListNode | MapNode
Plain: TypeAlias = str | int | float | bool | None

_WORDS: dict[str, Plain] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INT = re.compile(r"[-+]?[0-9]{1,300}")
_BASED = re.compile(r"0o[0-7]{1,300}|0x[0-9a-fA-F]{1,300}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_HALF = re.compile("[\ud800-\udfff]")
_NO_NUMBER = re.compile(r"([-+]?\.(inf|Inf|INF))|\.nan|\.NaN|\.NAN")


def value(node: ScalarNode) -> Plain:
    """Say what a scalar means by the core schema of YAML 1.2 (`YAML 1.2.2, chapter 10.3`)."""
    text = node.text
    if not node.plain:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text):
        return int(text)
    if _BASED.fullmatch(text):
        return int(text, 0)
    if _FLOAT.fullmatch(text):
        return float(text)
    return math.nan if _NO_NUMBER.fullmatch(text) else text


def compose(text: str, notes: Notes) -> Node:
    """Read YAML text into nodes.

    Raises
    ------
    Refused
        If nothing can be read; the notes say why.
    """
    builder = _Builder(notes)
    try:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        raise _syntax(error, notes) from error
    except yaml.reader.ReaderError as error:
        before = text[: error.position]
        place = _At(before.count("\n") + 1, len(before) - before.rfind("\n"))
        raise notes.wrong(
            place, f"the character U+{error.character:04X} may not stand here", 'write it as "\\u…"'
        ) from error
    if builder.root is None or (isinstance(builder.root, ScalarNode) and value(builder.root) is None):
        raise notes.wrong(_At(1, 1), "the map is empty", "a map has a title and stages")
    return builder.root


class _At(msgspec.Struct, frozen=True):
    line: int
    column: int


def _at(mark: Place) -> _At:
    return _At(mark.line + 1, mark.column + 1)


def _syntax(error: yaml.MarkedYAMLError, notes: Notes) -> Refused:
    mark = error.problem_mark or error.context_mark
    problem = error.problem or "this is no YAML"
    hint = ""
    if "\\t" in problem:
        hint = "indent with spaces; YAML allows no tabs there"
    elif "cannot start any token" in problem:
        hint = "put the text in double quotes"
    elif "mapping values are not allowed" in problem:
        hint = "put a text that holds ': ' in double quotes, or check the indentation"
    elif error.context is not None:
        begun = f" begun in line {error.context_mark.line + 1}" if error.context_mark else ""
        hint = f"{error.context}{begun}"
    return notes.wrong(_at(mark) if mark else _At(1, 1), f"this is no YAML: {problem}", hint)


class _Open:
    """A list or mapping whose end has not come yet."""

    def __init__(self, at: _At, *, keyed: bool) -> None:
        self.at = at
        self.keyed = keyed
        self.items: list[Node] = []
        self.entries: dict[str, tuple[ScalarNode, Node]] = {}
        self.key: Node | None = None


class _Builder:
    def __init__(self, notes: Notes) -> None:
        self.root: Node | None = None
        self._notes = notes
        self._open: list[_Open] = []
        self._documents = 0

    def take(self, event: yaml.Event) -> None:
        at = _at(event.start_mark) if event.start_mark else _At(1, 1)
        if isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                raise self._notes.wrong(
                    at, "a second document begins", "a map file holds one map; remove '---'"
                )
        elif isinstance(event, yaml.AliasEvent):
            raise self._notes.wrong(at, f"the alias *{event.anchor} is not allowed", "write the value out")
        elif isinstance(event, yaml.NodeEvent):
            self._node(event, at)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._close()

    def _node(self, event: yaml.NodeEvent, at: _At) -> None:
        if event.anchor is not None:
            raise self._notes.wrong(at, f"the anchor &{event.anchor} is not allowed", "write values out")
        tag: str | None = getattr(event, "tag", None)
        if tag is not None:
            raise self._notes.wrong(at, f"the tag {shown(tag)} is not allowed", "leave it out")
        if isinstance(event, yaml.ScalarEvent):
            if _HALF.search(event.value):
                self._notes.wrong(at, "this text holds half a character (a lone surrogate)")
            self._put(ScalarNode(at.line, at.column, event.value, event.style is None))
            return
        if len(self._open) == DEEPEST:
            raise self._notes.wrong(at, f"lists and mappings nest deeper than {DEEPEST} levels")
        self._open.append(_Open(at, keyed=isinstance(event, yaml.MappingStartEvent)))

    def _close(self) -> None:
        done = self._open.pop()
        line, column = done.at.line, done.at.column
        if done.keyed:
            self._put(MapNode(line, column, tuple(done.entries.values())))
        else:
            self._put(ListNode(line, column, tuple(done.items)))

    def _put(self, node: Node) -> None:
        if not self._open:
            self.root = node
            return
        within = self._open[-1]
        if not within.keyed:
            within.items.append(node)
        elif within.key is None:
            within.key = node
        else:
            key, within.key = within.key, None
            self._entry(within, key, node)

    def _entry(self, within: _Open, key: Node, node: Node) -> None:
        if not isinstance(key, ScalarNode):
            self._notes.wrong(key, "a key must be a text")
        elif key.text in within.entries:
            first: Place = within.entries[key.text][0]
            self._notes.wrong(key, f"the key {shown(key.text)} stands twice", f"first in line {first.line}")
        else:
            within.entries[key.text] = (key, node)
