"""Where a map's text comes from: a file, or a text at hand."""

from __future__ import annotations

from pathlib import Path

from giljabi.model.errors import MapMistakes, Mistake, NotFound, UnreadableFile

LARGEST = 1 << 20
"""Bytes a map file may have; the largest maps people draw have a hundredth of it."""


def load(source: str | Path) -> tuple[str, str]:
    """Give the text and what to call it.

    A text is taken as the map itself where it has several lines or begins with ``{``, else as a path.
    """
    if isinstance(source, str) and ("\n" in source or source.lstrip("\ufeff ").startswith("{")):
        return source, "map"
    path = Path(source)
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
    except FileNotFoundError:
        raise NotFound(f"there is no map file {str(path)!r}") from None
    except (OSError, ValueError) as error:
        raise UnreadableFile(f"the map file {str(path)!r} cannot be read: {error}") from error
    return _decoded(raw, str(path)), str(path)


def too_large(size: int) -> Mistake | None:
    """Say that a map of so many bytes is too large, where it is."""
    if size <= LARGEST:
        return None
    return Mistake(1, 1, "the map is larger than 1 MiB", "split it, or check that this is a map file")


def _decoded(raw: bytes, name: str) -> str:
    if mistake := too_large(len(raw)):
        raise MapMistakes(name, [mistake])
    if raw[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        raise MapMistakes(name, [Mistake(1, 1, "the file is UTF-16, not UTF-8", "save it as UTF-8")])
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8")
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        byte = f"the file is not UTF-8: byte 0x{raw[error.start]:02X}"
        raise MapMistakes(name, [Mistake(line, column, byte, _encoding_hint(raw))]) from None


def _encoding_hint(raw: bytes) -> str:
    try:
        raw.decode("cp949")
    except UnicodeDecodeError:
        return "save it as UTF-8"
    return "it reads as CP949 (Korean Windows); save it as UTF-8, or run: iconv -f CP949 -t UTF-8"
