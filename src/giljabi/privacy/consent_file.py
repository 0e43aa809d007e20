"""Words of consent from a file: CSV with a line of names, or JSON, a list of records."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import msgspec

from giljabi.model.errors import BadParameter
from giljabi.privacy.consent import ConsentWord

MOST_WORDS = 100_000
LARGEST_FILE = 64 * 1024**2
"""Bytes a file of consent may have."""

_TRUE = {"true", "yes", "y", "1", "given", "granted", "opt-in", "예", "동의"}
_FALSE = {"false", "no", "n", "0", "withdrawn", "denied", "opt-out", "아니오", "아니요", "철회", "거부"}
_NAMES = frozenset(ConsentWord.__struct_fields__)


class FileMistake(msgspec.Struct, frozen=True):
    """A row of a file that is no word of consent: where it stands, from 1, and what is wrong."""

    row: int
    detail: str


def read_file(body: bytes) -> tuple[list[tuple[int, ConsentWord]], list[FileMistake]]:
    """Read words of consent, each with the row it stands in.

    Parameters
    ----------
    body
        CSV or JSON in UTF-8. The columns are those of `ConsentWord`; ``proof`` is JSON or a text.

    Returns
    -------
    words, mistakes
        Every row is among one of them.

    Raises
    ------
    BadParameter
        If the file is too large, is neither, or has no column that says whose consent it is.
    """
    if len(body) > LARGEST_FILE:
        raise BadParameter(f"the file has more than {LARGEST_FILE // 1024**2} MB; send it in parts")
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadParameter("the file is no UTF-8; save it as CSV UTF-8 or JSON") from error
    words: list[tuple[int, ConsentWord]] = []
    mistakes: list[FileMistake] = []
    rows = _json(text) if text.lstrip().startswith(("[", "{")) else _csv(text)
    for number, row in enumerate(rows, 1):
        if number > MOST_WORDS:
            raise BadParameter(f"the file has more than {MOST_WORDS:,} rows; send it in parts")
        try:
            words.append((number, _word(row)))
        except (BadParameter, msgspec.ValidationError) as error:
            mistakes.append(FileMistake(number, str(error)))
    return words, mistakes


def _json(text: str) -> list[Any]:
    try:
        read = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        raise BadParameter(f"the file is no whole JSON: {error}") from error
    found = read.get("consents") if isinstance(read, dict) else read
    if not isinstance(found, list):
        raise BadParameter("the file must be a list of records, each with kind, value, purpose and given")
    return found


def _csv(text: str) -> Iterator[dict[str, Any]]:
    if "\0" in text:
        raise BadParameter("the file holds null characters; it is no CSV")
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    names = [(name or "").strip().lower() for name in reader.fieldnames or ()]
    missing = [one for one in ("kind", "value", "purpose", "given") if one not in names]
    if missing:
        raise BadParameter(f"the file has no column {missing[0]!r}; it needs kind, value, purpose and given")
    try:
        for row in reader:
            yield {
                (name or "").strip().lower(): value
                for name, value in row.items()
                if isinstance(value, str) and value.strip()
            }
    except csv.Error as error:
        raise BadParameter(f"the file is no CSV: {error}") from error


def _word(row: Any) -> ConsentWord:
    if not isinstance(row, Mapping):
        raise BadParameter("this is no record with kind, value, purpose and given")
    told = {name: value for name, value in row.items() if name in _NAMES and value is not None}
    given = told.get("given")
    if isinstance(given, str):
        said = given.strip().casefold()
        if said not in _TRUE | _FALSE:
            raise BadParameter(f"{given[:40]!r} says neither given nor withdrawn; write true or false")
        told["given"] = said in _TRUE
    if isinstance(told.get("at"), str):
        told["at"] = _moment(told["at"])
    if isinstance(told.get("proof"), str):
        told["proof"] = _proof(told["proof"])
    for name in ("kind", "value", "purpose", "version"):
        if isinstance(told.get(name), int | float) and not isinstance(told[name], bool):
            told[name] = str(told[name])
    return msgspec.convert(told, ConsentWord)


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text.strip())
    except ValueError:
        raise BadParameter(f"{text[:40]!r} is no time; write for example 2026-11-21T15:05:00+09:00") from None


def _proof(text: str) -> dict[str, Any]:
    try:
        read = msgspec.json.decode(text)
    except msgspec.DecodeError:
        read = None
    return read if isinstance(read, dict) else {"text": text}
