"""Ids: what one looks like, where they are defined, and that what refers to a stage finds it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from giljabi.model.mapfile.kinds import Kind, Schema, Text
from giljabi.model.mapfile.nodes import Node
from giljabi.model.mapfile.notes import Named, Notes, near, shown

ID_PATTERN = r"[^\s/?#%\u0000-\u001f\u007f]{1,80}"
_FORM = re.compile(ID_PATTERN)


class Id(Kind[str]):
    """An id: it stands in addresses, so it has no space and none of ``/ ? # %``."""

    expects = "an id"

    def read(self, node: Node, notes: Notes) -> str:
        """Read an id."""
        text = Text(blank=False).read(node, notes)
        if not _FORM.fullmatch(text):
            meant = "-".join(re.findall(r"[^\s/?#%\x00-\x1f\x7f]+", text))[:80]
            hint = f"write for example {meant}" if meant else ""
            what = "has no spaces, none of / ? # %, and at most 80 characters"
            raise notes.wrong(node, f"{shown(text)} is no id; an id {what}", hint)
        return text

    def schema(self, definitions: Schema) -> Schema:
        """Describe the form of an id."""
        definitions["id"] = {
            "title": "Id",
            "description": "At most 80 characters, no spaces, none of / ? # %.",
            "type": "string",
            "pattern": f"^{ID_PATTERN}$",
        }
        return {"$ref": "#/$defs/id"}


class Defines(Id):
    """An id that names the stage or touchpoint it stands in."""

    def __init__(self, what: Literal["stage", "touchpoint"]) -> None:
        self._what = what

    def read(self, node: Node, notes: Notes) -> str:
        """Read the id and note what it names."""
        text = super().read(node, notes)
        (notes.stages if self._what == "stage" else notes.touchpoints).append(notes.named(text, node))
        return text


class Refers(Id):
    """The id of a stage of this map."""

    def read(self, node: Node, notes: Notes) -> str:
        """Read the id and note that a stage must bear it."""
        text = super().read(node, notes)
        notes.references.append(notes.named(text, node))
        return text


def check_ids(notes: Notes) -> None:
    """Note ids that stand twice, references to no stage, and returns to stages that are not earlier."""
    stages = _unique(notes.stages, "stage", notes)
    _unique(notes.touchpoints, "touchpoint", notes)
    for touchpoint in notes.touchpoints:
        stage = stages.get(touchpoint.id)
        if stage is not None and _position(stage) != _position(touchpoint):
            what = f"a touchpoint may not have the id of another stage, {shown(touchpoint.id)}"
            notes.wrong(touchpoint.place, what, "feedback could mean either; give it another id")
    for reference in notes.references:
        stage = stages.get(reference.id)
        if stage is None:
            known = near(reference.id, stages, f"the stages are: {', '.join(list(stages)[:12])}")
            notes.wrong(reference.place, f"there is no stage {shown(reference.id)}", known)
        elif "returns_to" in reference.path and _position(stage) >= _position(reference):
            notes.wrong(
                reference.place,
                f"`returns_to` names an earlier stage, and {shown(reference.id)} is not earlier",
                "the next stages can be reached anyway; `repeats` allows coming again to the same one",
            )


def _position(named: Named) -> int:
    """Say in which stage of the list an id stands; the path to it begins ``stages, position, …``."""
    position = named.path[1]
    assert isinstance(position, int)
    return position


def _unique(named: Sequence[Named], what: str, notes: Notes) -> dict[str, Named]:
    first: dict[str, Named] = {}
    for one in named:
        known = first.setdefault(one.id, one)
        if known is not one:
            hint = f"first in line {known.place.line}; each {what} needs its own"
            notes.wrong(one.place, f"the {what} id {shown(one.id)} stands twice", hint)
    return first
