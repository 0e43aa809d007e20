"""A customer's whole record, given out: one JSON document, and the same as tables in a ZIP.

::

    {"format": "giljabi-customer/1", "workspace": …, "made_at": …,
     "customer": [{"id", "merged_into", "traits", …}],   their own id, and those that became part of it
     "identifiers": […], "holders": […], "identity": […], "groups": […], "matches": […],
     "consent": […], "feedback": […], "events": […], "refusals": […], "waiting": […], "imports": […]}

Every section is a list of records. Sections are read as they are written, so that a long life fits too.
"""

from __future__ import annotations

import csv
import io
import os
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias

import msgspec

from giljabi.model import safe_cell

FORMAT = "giljabi-customer/1"

Section: TypeAlias = tuple[str, Callable[[], Iterator[Mapping[str, Any]]]]


def write_json(path: Path, workspace: str, sections: Sequence[Section]) -> Mapping[str, int]:
    """Write a record as one JSON document; give how much each section holds."""
    counts: dict[str, int] = {}
    head = {"format": FORMAT, "workspace": workspace, "made_at": datetime.now(UTC)}
    with _private(path) as out:
        out.write(msgspec.json.encode(head)[:-1])
        for name, records in sections:
            out.write(b",\n" + msgspec.json.encode(name) + b":[")
            counts[name] = 0
            for record in records():
                out.write(b",\n" if counts[name] else b"\n")
                out.write(msgspec.json.encode(record))
                counts[name] += 1
            out.write(b"]")
        out.write(b"}\n")
    return counts


def write_tables(path: Path, sections: Sequence[Section]) -> None:
    """Write a record as a ZIP with one CSV for each section that holds anything."""
    with _private(path) as out, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, records in sections:
            columns: dict[str, None] = {}
            for record in records():
                columns.update(dict.fromkeys(_flat(record)))
            if not columns:
                continue
            with (
                packed.open(f"{name}.csv", "w", force_zip64=True) as raw,
                io.TextIOWrapper(raw, "utf-8-sig", newline="") as text,
            ):
                lines = csv.writer(text)
                lines.writerow([_cell(column) for column in columns])
                for record in records():
                    flat = _flat(record)
                    lines.writerow([_cell(flat.get(column)) for column in columns])


def _private(path: Path) -> Any:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")


def _flat(record: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in record.items():
        if isinstance(value, Mapping):
            flat.update(_flat(value, f"{prefix}{name}."))
        else:
            flat[prefix + name] = value
    return flat


def _cell(value: Any) -> Any:
    """Write a value so that no spreadsheet takes it for a formula; numbers stay numbers."""
    if value is None or isinstance(value, int | float):
        return value
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, dict | list | tuple):
        value = msgspec.json.encode(value).decode()
    return safe_cell(value)
