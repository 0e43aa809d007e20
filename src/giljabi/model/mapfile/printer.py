"""The canonical text of a map: texts stay readable, and quoted where any YAML reader could mistake them."""

from __future__ import annotations

import math
import re
from typing import Any

import yaml

from giljabi.model.mapfile.kinds import FlowList, FlowMap

_TAG = "tag:yaml.org,2002:"


class _Printer(yaml.SafeDumper):
    """Writes nodes; its resolvers know what YAML 1.1 *and* 1.2 would take for something else than text."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        # Lists in mappings are indented, as people write them.
        return super().increase_indent(flow, False)

    def choose_scalar_style(self) -> str:
        style: str = super().choose_scalar_style()
        return '"' if style == "'" else style


_Printer.add_implicit_resolver(f"{_TAG}int", re.compile(r"(0o[0-7]+|[-+]?[0-9]+)\Z"), list("-+0123456789"))
_Printer.add_implicit_resolver(
    f"{_TAG}float",
    re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z"),
    list("-+.0123456789"),
)


def print_plain(plain: Any) -> str:
    """Print texts, numbers, lists and mappings as YAML; lines are never wrapped."""
    text: str = yaml.serialize(_node(plain), Dumper=_Printer, allow_unicode=True, width=math.inf, indent=2)
    return text


def _node(plain: Any) -> yaml.Node:
    if isinstance(plain, dict):
        pairs = [(_text(key), _node(child)) for key, child in plain.items()]
        return yaml.MappingNode(f"{_TAG}map", pairs, flow_style=isinstance(plain, FlowMap) or not pairs)
    if isinstance(plain, list):
        items = [_node(child) for child in plain]
        return yaml.SequenceNode(f"{_TAG}seq", items, flow_style=isinstance(plain, FlowList) or not items)
    if isinstance(plain, str):
        return _text(plain)
    if isinstance(plain, bool):
        return yaml.ScalarNode(f"{_TAG}bool", "true" if plain else "false")
    if isinstance(plain, int):
        return yaml.ScalarNode(f"{_TAG}int", str(plain))
    return yaml.ScalarNode(f"{_TAG}float", _float(plain))


def _text(text: str) -> yaml.ScalarNode:
    return yaml.ScalarNode(f"{_TAG}str", text, style="|" if "\n" in text else None)


def _float(number: float) -> str:
    """Write a float so that YAML 1.1, which needs a point, reads the same number as 1.2."""
    digits, e, exponent = repr(number).partition("e")
    return f"{digits}.0e{exponent}" if e and "." not in digits else f"{digits}{e}{exponent}"
