"""Text in any encoding to UTF-8, found out from the bytes; bytes that are no character are marked."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator

import charset_normalizer

MARK = "\ufdd0"
"""Stands where bytes were no character: a code point that no text may hold (a Unicode noncharacter)."""
MARK_BYTES = MARK.encode()

_MARKS = "giljabi-mark"
codecs.register_error(_MARKS, lambda error: (MARK, getattr(error, "end", 0)))

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_TOO_BROKEN = 0.02
_ENOUGH = 2**16
_OTHERS = ["cp1252", "cp932", "gb18030", "big5", "cp1251"]
"""Encodings looked for after UTF-8 and CP949."""


def sniff_encoding(data: bytes) -> str | None:
    """Find out how text is encoded.

    Parameters
    ----------
    data
        The first bytes of the text; the last character may be cut.

    Returns
    -------
    str or None
        A codec's name; ``ascii`` where nothing but ASCII was seen; None where this is no text.
    """
    for bom, name in _BOMS:
        if data.startswith(bom):
            return name
    if b"\0" in data:
        return _without_mark(data)
    if data.isascii():
        return "ascii"
    return _sniff_eight_bit(data)


def _without_mark(data: bytes) -> str | None:
    half = max(1, len(data) // 2)
    even, odd = data[0::2].count(0) / half, data[1::2].count(0) / half
    if odd > 0.3 and even < 0.05:
        return "utf-16-le"
    if even > 0.3 and odd < 0.05:
        return "utf-16-be"
    # A stray null in text makes one bad row; many of them are no text.
    rest = data.replace(b"\0", b"")
    return sniff_encoding(rest) if len(data) - len(rest) <= max(3, _TOO_BROKEN * len(data)) else None


def _sniff_eight_bit(data: bytes) -> str | None:
    # Long plain beginnings tell nothing, and some ten thousand characters tell enough.
    first = next(at for at, byte in enumerate(data) if byte >= 0x80)
    data = data[first : first + _ENOUGH]
    foreign = sum(byte >= 0x80 for byte in data)
    utf8 = _errors(data, "utf-8")
    if utf8 == 0:
        return "utf-8"
    korean = _errors(data, "cp949")
    if korean <= _TOO_BROKEN * foreign and korean < utf8 and _looks_korean(data):
        return "cp949"
    if utf8 <= _TOO_BROKEN * foreign or utf8 <= 3 < foreign:
        return "utf-8"
    best = charset_normalizer.from_bytes(data, cp_isolation=_OTHERS).best()
    return best.encoding if best is not None else ("utf-8" if _is_mostly_text(data) else None)


def _errors(data: bytes, encoding: str) -> int:
    return codecs.getincrementaldecoder(encoding)(_MARKS).decode(data).count(MARK)


def _looks_korean(data: bytes) -> bool:
    text = codecs.getincrementaldecoder("cp949")("ignore").decode(data)
    foreign = [character for character in text if ord(character) > 0x7F]
    # The 2,350 syllables of KS X 1001 are those people use; CP949's other 8,822 hardly occur.
    usual = sum("가" <= one <= "힣" and _in_standard(one) for one in foreign)
    return usual >= 0.5 * len(foreign)


def _in_standard(syllable: str) -> bool:
    try:
        return len(syllable.encode("euc-kr")) == 2
    except UnicodeEncodeError:
        return False


def _is_mostly_text(data: bytes) -> bool:
    control = sum(byte < 0x20 and byte not in b"\t\n\r\x0c" for byte in data)
    return control < 0.01 * len(data)


def doubt_about(encoding: str) -> str:
    """Say in words why an encoding may be the wrong one; nothing where there is no doubt."""
    if encoding in {"ascii", "cp949"} or encoding.startswith("utf"):
        return ""
    return f"the text seems to be in {encoding}; if letters look wrong, save the file as UTF-8"


def shown_encoding(encoding: str) -> str:
    """Name an encoding as people know it."""
    return "utf-8" if encoding == "ascii" else encoding


class Decoder:
    """Blocks of bytes in one encoding to blocks of UTF-8.

    Parameters
    ----------
    encoding
        As `sniff_encoding` said; with ``ascii`` the first other byte settles the encoding anew.
    """

    def __init__(self, encoding: str) -> None:
        self.encoding = encoding
        self._decoder = None if encoding == "ascii" else codecs.getincrementaldecoder(encoding)(_MARKS)
        self._whole = True

    def blocks(self, blocks: Iterable[bytes]) -> Iterator[bytes]:
        """Give the blocks as UTF-8."""
        for block in blocks:
            yield self._block(block)
        if self._decoder is not None:
            yield self._decoder.decode(b"", True).encode()

    def _block(self, block: bytes) -> bytes:
        if self._decoder is None:
            if block.isascii():
                return block
            self.encoding = _sniff_eight_bit(block) or "utf-8"
            self._decoder = codecs.getincrementaldecoder(self.encoding)(_MARKS)
        if self._whole and self.encoding == "utf-8" and block.isascii():
            return block
        text = self._decoder.decode(block).encode()
        self._whole = not self._decoder.getstate()[0]
        return text
