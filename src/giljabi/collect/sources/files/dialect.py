"""How a delimited file is written: its delimiter and its header, found out from the first lines."""

from __future__ import annotations

import csv
import re
from collections import Counter
from dataclasses import dataclass

from giljabi.model.errors import UnreadableFile

DELIMITERS = {",": "comma", "\t": "tab", ";": "semicolon", "|": "vertical bar"}
_LOOKED_AT = 200
_MOST_COLUMNS = 20_000


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a delimited file is written.

    ``delimiter`` is one character; ``columns`` are the names, made unique; ``header_lines`` is how many lines
    they take, blank ones before them included; ``problems`` are told in words.
    """

    delimiter: str
    columns: tuple[str, ...]
    header_lines: int
    problems: tuple[str, ...]


def sniff_dialect(text: str, name: str) -> Dialect:
    """Find out the delimiter and the header from the beginning of a file."""
    lines = text.split("\n")
    first = next((at for at, line in enumerate(lines) if line.strip()), None)
    if first is None:
        raise UnreadableFile(f"{name} is empty: it has blank lines only")
    declared = re.match(r"^sep=(.)\r?$", lines[first])
    body = lines[first + 1 :] if declared else lines[first:]
    start = first + 1 if declared else first
    delimiter = declared[1] if declared and declared[1] in DELIMITERS else _best_delimiter(body)
    reader = csv.reader((line + "\n" for line in body), delimiter=delimiter)
    try:
        header = next(reader)
    except (csv.Error, StopIteration):
        raise UnreadableFile(
            f"{name}: the first line is no header; give the names of the columns there, "
            f"each at most {csv.field_size_limit():,} characters long"
        ) from None
    if len(header) > _MOST_COLUMNS:
        raise UnreadableFile(f"{name} has {len(header):,} columns; {_MOST_COLUMNS:,} at most can be read")
    columns, problems = unique_names(header)
    if len(columns) == 1 and len(re.findall(r"\S+", header[0])) > 2:
        problems.append(
            "the file seems to have columns of fixed width or separated by spaces; "
            "save it with commas, tabs, semicolons or vertical bars between the columns"
        )
    return Dialect(delimiter, columns, start + reader.line_num, tuple(problems))


def unique_names(names: list[str]) -> tuple[tuple[str, ...], list[str]]:
    """Give every column a name of its own, and say in words what was changed for it."""
    result: list[str] = []
    problems = []
    taken = {name.strip() for name in names}
    counts: Counter[str] = Counter()
    for place, written in enumerate(names, 1):
        name = written.strip() or f"column_{place}"
        counts[name] += 1
        if counts[name] > 1:
            number = counts[name]
            while f"{name}_{number}" in taken:
                number += 1
            problems.append(
                f"the column name {name!r} stands twice; column {place} is read as {name}_{number}"
            )
            name = f"{name}_{number}"
            taken.add(name)
        result.append(name)
    return tuple(result), problems


def _best_delimiter(lines: list[str]) -> str:
    sample = lines[:_LOOKED_AT]
    best, best_score = ",", (0.0, 0)
    for delimiter in DELIMITERS:
        counts = _field_counts(sample, delimiter)
        if not counts or counts[0] < 2:
            continue
        alike = sum(count == counts[0] for count in counts) / len(counts)
        score = (round(alike, 1), counts[0])
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _field_counts(lines: list[str], delimiter: str) -> list[int]:
    try:
        rows = csv.reader((line + "\n" for line in lines), delimiter=delimiter)
        return [len(row) for row in rows if row]
    except csv.Error:
        return [len(line.split(delimiter)) for line in lines if line.strip()]
