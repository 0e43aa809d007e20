"""Rules for fields: what is dropped or hashed at the door, before anything is kept.

A rule names a field as it stands in a call: ``email``, ``properties.card``, ``traits.*phone``,
``context.ip``. It holds for every field whose path ends so; ``*`` stands for any letters of one name.
Capitals, ``_`` and ``-`` make no difference, so that ``userId`` and ``user_id`` are one. What comes as rows
of a table, and not as calls, has its columns under the same names: a column is meant by its own name, and as
property or trait.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from giljabi.model.errors import BadParameter
from giljabi.privacy.hashing import hashed, hashed_any
from giljabi.privacy.writing import Keyed, Writing
from giljabi.store import FieldAction, StoredFieldRule

Path: TypeAlias = tuple[str, ...]

LONGEST_FIELD = 200
MOST_RULES = 200
MOST_STARS = 4

_FIELD = re.compile(r"[^.\s]+(?:\.[^.\s]+)*")
_KNOWN = 10_000
_ROOTS = ("properties", "traits", "context.traits")
_IDENTIFIERS: Mapping[str, Sequence[str]] = {
    "user_id": ("userid",),
    "anonymous_id": ("anonymousid",),
    "device": ("device", "context.device.id"),
}
_BEFORE = ("previousid", "userid", "anonymousid")


def check_rule(field: str, action: str) -> str:
    """Give a rule's field as it is kept.

    Raises
    ------
    BadParameter
        If it names no field, or the action is none.
    """
    said = field.strip()
    if action not in {"drop", "hash"}:
        raise BadParameter(f"{action!r} is nothing that can be done to a field; use drop or hash")
    if len(said) > LONGEST_FIELD or "\0" in said or not _FIELD.fullmatch(said):
        raise BadParameter(f"{said[:60]!r} names no field; write for example email or properties.card")
    if said.count("*") > MOST_STARS:
        raise BadParameter(f"{said!r} has too many stars; {MOST_STARS} are allowed")
    if set(said) <= set("*."):
        raise BadParameter(f"{said!r} would mean every field; name a part of it")
    return said


class FieldRules:
    """All rules of a workspace.

    Parameters
    ----------
    rules
        As they are kept.
    keyed, writing
        Give digests, and the form in which identifiers are compared.
    """

    def __init__(self, rules: Sequence[StoredFieldRule], keyed: Keyed, writing: Writing) -> None:
        self._rules = rules
        self._keyed = keyed
        self._writing = writing
        self._cleaners: dict[str, Cleaner | None] = {}

    def of(self, source: str) -> Cleaner | None:
        """Give what cleans what a source brings; None where nothing is to be done. Files have no source."""
        if source not in self._cleaners:
            own = [one for one in self._rules if one.source in {"", source}]
            # A rule of the source's own comes before one of all sources.
            own.sort(key=lambda one: one.source == "")
            self._cleaners[source] = Cleaner(own, self._keyed, self._writing) if own else None
        return self._cleaners[source]


class Cleaner:
    """Drops and hashes fields of what one source brings.

    Parameters
    ----------
    rules
        Those that hold for it; of two that mean a field the first counts.
    keyed, writing
        Give digests, and the form in which identifiers are compared.
    """

    def __init__(self, rules: Sequence[StoredFieldRule], keyed: Keyed, writing: Writing) -> None:
        self._patterns = [(_pattern(one.field), one.action) for one in rules]
        self._keyed = keyed
        self._writing = writing
        self._known: dict[Path, FieldAction | None] = {}

    # Calls, as they are sent

    def record(self, record: Mapping[str, Any]) -> dict[str, Any]:
        """Clean a call that is still JSON."""
        cleaned = self._within(record, ())
        if "previousId" in cleaned and self._first(("previousid",)) is None:
            self._treat(cleaned, "previousId", self._first(*((one,) for one in _BEFORE)))
        context = cleaned.get("context")
        if isinstance(context, dict) and isinstance(context.get("externalIds"), list):
            context["externalIds"] = [*self._external(context["externalIds"])]
        return cleaned

    def _external(self, ids: Sequence[Any]) -> Iterable[Any]:
        for one in ids:
            if isinstance(one, dict) and isinstance(one.get("type"), str):
                action = self.of_identifier(one["type"])
                if action == "drop":
                    continue
                if action == "hash":
                    told = hashed_any(self._keyed, self._writing, one["type"], one.get("id"))
                    yield {**one, "id": told}
                    continue
            yield one

    # Calls that were read, and rows

    def identifiers(self, identifiers: Mapping[str, str]) -> dict[str, str]:
        """Clean the identifiers of a call, by kind."""
        result = {}
        for kind, value in identifiers.items():
            action = self.of_identifier(kind)
            if action != "drop":
                result[kind] = self.hash(kind, value) if action == "hash" else value
        return result

    def before(self, previous: str | None) -> str | None:
        """Clean whom an alias names as known before."""
        action = None if previous is None else self._first(*((one,) for one in _BEFORE))
        if previous is None or action is None:
            return previous
        return self.hash("user_id", previous) if action == "hash" else None

    def values(self, values: Mapping[str, Any], root: str = "properties") -> dict[str, Any]:
        """Clean the properties or traits of a call; names with dots are those of nested records."""
        result: dict[str, Any] = {}
        for name, value in values.items():
            action = self._first((root, *_names(name)))
            if action is None:
                result[name] = (
                    self._within(value, (root, *_names(name))) if isinstance(value, dict) else value
                )
            elif action == "hash":
                result[name] = hashed_any(self._keyed, self._writing, name, value)
        return result

    def row(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Clean a row of a table, or a record that is to become one."""
        result: dict[str, Any] = {}
        for name, value in row.items():
            action = self.of_column(name)
            if action is None:
                result[name] = self._within(value, _names(name)) if isinstance(value, dict) else value
            elif action == "hash":
                result[name] = hashed_any(self._keyed, self._writing, name, value)
        return result

    def of_column(self, name: str) -> FieldAction | None:
        """Say what happens to a column of a table."""
        return self._first(_names(name), *((*_names(root), *_names(name)) for root in _ROOTS))

    def of_identifier(self, kind: str) -> FieldAction | None:
        """Say what happens to identifiers of a kind."""
        told = _IDENTIFIERS.get(kind)
        return self.of_column(kind) if told is None else self._first(*(_names(one) for one in told))

    def hash(self, name: str, value: str) -> str:
        """Give a value's hash, by the name of its field."""
        return hashed(self._keyed, self._writing, name, value)

    def _within(self, record: Mapping[str, Any], path: Path) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for name, value in record.items():
            here = (*path, *_names(name))
            action = self._first(here)
            if action is None:
                result[name] = self._deeper(value, here)
            elif action == "hash":
                result[name] = hashed_any(self._keyed, self._writing, name, value)
        return result

    def _deeper(self, value: Any, path: Path) -> Any:
        if isinstance(value, dict):
            return self._within(value, path)
        if isinstance(value, list):
            return [self._deeper(one, path) for one in value]
        return value

    def _treat(self, record: dict[str, Any], name: str, action: FieldAction | None) -> None:
        if action == "drop":
            del record[name]
        elif action == "hash":
            record[name] = hashed_any(self._keyed, self._writing, name, record[name])

    def _first(self, *paths: Path) -> FieldAction | None:
        """Give what the first rule says that means one of these paths."""
        found = [action for path in paths if (action := self._of(path)) is not None]
        return found[0] if found else None

    def _of(self, path: Path) -> FieldAction | None:
        if path not in self._known:
            if len(self._known) >= _KNOWN:
                self._known.clear()
            self._known[path] = next(
                (action for pattern, action in self._patterns if _ends_so(path, pattern)), None
            )
        return self._known[path]


def _names(path: str) -> Path:
    return tuple(_plain(one) for one in path.split("."))


def _plain(name: str) -> str:
    return name.casefold().replace("_", "").replace("-", "")


def _pattern(field: str) -> tuple[re.Pattern[str], ...]:
    return tuple(
        re.compile("".join(".*" if one == "*" else re.escape(one) for one in part)) for part in _names(field)
    )


def _ends_so(path: Path, pattern: Sequence[re.Pattern[str]]) -> bool:
    if len(path) < len(pattern):
        return False
    ends = path[len(path) - len(pattern) :]
    return all(part.fullmatch(name) for part, name in zip(pattern, ends, strict=True))
