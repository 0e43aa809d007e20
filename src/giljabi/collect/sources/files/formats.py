"""Which format a file has: told by its first bytes, then by what its text looks like."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from typing import TypeAlias

from giljabi.collect.raw import RawSource
from giljabi.collect.sources.files.delimited import DelimitedFile
from giljabi.collect.sources.files.json_rows import JsonArray, JsonLines, is_object
from giljabi.collect.sources.files.ocel import OcelFile
from giljabi.collect.sources.files.opened import Opened
from giljabi.collect.sources.files.typed import ArrowFile, ArrowStream, ParquetFile
from giljabi.collect.sources.files.workbook import WorkbookFile, is_workbook
from giljabi.collect.sources.files.xes import XesFile
from giljabi.model.errors import UnreadableFile

Reader: TypeAlias = Callable[[Opened], RawSource]

BY_MAGIC: dict[bytes, Reader] = {
    b"PAR1": ParquetFile,
    b"ARROW1": ArrowFile,
    b"\xff\xff\xff\xff": ArrowStream,
    b"\xd0\xcf\x11\xe0": WorkbookFile,
}
"""Readers of binary formats, by the first bytes of the file."""

NOT_READ: dict[bytes, str] = {
    b"PK\x03\x04": "a zip file; unpack it, and give the file inside",
    b"PK\x05\x06": "an empty zip file",
    b"SQLite format 3": "an SQLite database; write the table to CSV or Parquet",
    b"%PDF": "a PDF; give the data it was made from, as CSV",
    b"(\xb5/\xfd": "packed with zstd; unpack it, or pack it with gzip",
    b"BZh": "packed with bzip2; unpack it, or pack it with gzip",
    b"\xfd7zXZ\x00": "packed with xz; unpack it, or pack it with gzip",
    b"7z\xbc\xaf": "a 7z archive; unpack it, and give the file inside",
    b"PARE": "an encrypted Parquet file; write it without encryption",
    b"ORC": "an ORC file; write it as Parquet",
    b"Obj\x01": "an Avro file; write it as Parquet",
    b"\x1f\x8b": "packed with gzip twice; unpack it once",
}
"""Formats that are known and not read, with what to do instead."""

_BY_EXTENSION = {
    ".parquet": "Parquet",
    ".pq": "Parquet",
    ".arrow": "Arrow",
    ".feather": "Arrow",
    ".xlsx": "Excel",
    ".xlsm": "Excel",
    ".xlsb": "Excel",
    ".ods": "OpenDocument",
}
_OCEL = re.compile(r'"(?:objectTypes|eventTypes)"\s*:\s*\[')
_OCEL_BEGIN = re.compile(r'^\s*\{\s*"(?:objectTypes|eventTypes|objects|events)"\s*:\s*\[')


def reader_of(file: Opened) -> Reader:
    """Choose the reader for a file.

    Raises
    ------
    UnreadableFile
        If there is none.
    """
    for magic, reader in BY_MAGIC.items():
        if file.head.startswith(magic):
            if file.packed:
                raise UnreadableFile(
                    f"{file.name} is packed with gzip around a binary table; unpack it, then give the table"
                )
            return reader
    if is_workbook(file):
        return WorkbookFile
    for magic, what in NOT_READ.items():
        if file.head.startswith(magic):
            raise UnreadableFile(f"{file.name} is {_archive(file) or what}")
    lowered = file.name.lower()
    for extension, kind in _BY_EXTENSION.items():
        if lowered.endswith(extension):
            raise UnreadableFile(f"{file.name} is called {kind} but does not begin as such; write it again")
    return _text_reader(file)


def _text_reader(file: Opened) -> Reader:
    text = file.text().lstrip("\ufeff \t\r\n")
    if text.startswith("<"):
        return _xml_reader(file, text)
    if text.startswith("["):
        return JsonArray
    if text.startswith("{"):
        return _json_reader(file, text)
    return DelimitedFile


def _xml_reader(file: Opened, text: str) -> Reader:
    # A comment that never ends reaches to the end: else each one would be looked through anew.
    elements = re.sub(r"<!--.*?(?:-->|\Z)", "", text, flags=re.DOTALL)
    root = re.search(r"<(?![?!])([\w.-]+:)?([\w.-]+)", elements)
    name = root[2] if root else ""
    if re.search(r"<object-types?[\s/>]|<ocel|ocel\.", text[:20_000]):
        raise UnreadableFile(f"{file.name} is OCEL in XML; save it as OCEL 2.0 JSON")
    if name == "log" or not name or "<!ENTITY" in text:
        return XesFile
    if name.lower() == "html":
        raise UnreadableFile(f"{file.name} is a web page; a download may have failed, get the file itself")
    raise UnreadableFile(
        f"{file.name} is XML with the root <{name}>; of XML only XES is read, its root is <log>"
    )


def _json_reader(file: Opened, text: str) -> Reader:
    lines = [line for line in text.split("\n") if line.strip()]
    if "ocel:global-log" in text or '"ocel:events"' in text:
        raise UnreadableFile(f"{file.name} is OCEL 1.0; convert it to OCEL 2.0 JSON")
    if _OCEL.search(text) or _OCEL_BEGIN.search(text) or ".jsonocel" in file.name.lower():
        return OcelFile
    if any(is_object(line.encode()) for line in lines[:20]) or len(lines) == 1:
        return JsonLines
    raise UnreadableFile(f"{file.name} is one JSON object over many lines; write one object on each line")


def _archive(file: Opened) -> str:
    if file.packed or not file.head.startswith(b"PK"):
        return ""
    try:
        with zipfile.ZipFile(file.path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError):
        return "a damaged zip file; copy it again, unpack it, and give the file inside"
    inside = ", ".join(names[:3]) + (" …" if len(names) > 3 else "")
    return f"a zip file; unpack it, and give the file inside ({inside})"
