"""Blocks of whole lines, with the number of each, from a stream of UTF-8."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from giljabi.collect.accept import Refusal
from giljabi.collect.sources.files.encoding import MARK

LONGEST_LINE = 16 * 2**20
"""Bytes a line may have; a longer one is no row of a table."""

_SHOWN = 10_000


@dataclass(frozen=True, slots=True)
class Block:
    """Whole lines: ``data`` ends with a newline; ``line`` is the number of the first, from 1.

    ``broken`` are lines left out before them because they are too long; ``last`` says that no block follows.
    """

    data: bytes
    line: int
    broken: tuple[Refusal, ...] = ()
    last: bool = False


def line_blocks(stream: Iterable[bytes], size: int) -> Iterator[Block]:
    """Cut a stream into blocks of about ``size`` bytes that end where a line ends."""
    held = bytearray()
    line = 1
    skipping = False
    broken: list[Refusal] = []
    for piece in stream:
        if skipping:
            end = piece.find(b"\n")
            if end < 0:
                continue
            piece, skipping = piece[end + 1 :], False  # noqa: PLW2901
            line += 1
        held += piece
        if len(held) < size:
            continue
        end = held.rfind(b"\n") + 1
        if end:
            data = bytes(held[:end])
            del held[:end]
            yield Block(data, line, tuple(broken))
            line += data.count(b"\n")
            broken = []
        elif len(held) > LONGEST_LINE:
            detail = f"the line is longer than {LONGEST_LINE // 2**20} MiB; a row has to be shorter"
            broken.append(Refusal(line, "bad_row", detail, readable(bytes(held[:_SHOWN])) + "…"))
            held.clear()
            skipping = True
    if held and not held.endswith(b"\n"):
        held += b"\n"
    yield Block(bytes(held), line, tuple(broken), last=True)


def readable(data: bytes) -> str:
    """Give the text of a row as it is shown to people."""
    text = data.decode("utf-8", "replace").replace(MARK, "\ufffd").strip("\r\n")
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


def unix_lines(stream: Iterable[bytes], *, old_mac: bool) -> Iterator[bytes]:
    """Turn the line ends of old Macs, a lone carriage return, into newlines where a file has them."""
    for piece in stream:
        yield piece.replace(b"\r", b"\n") if old_mac else piece
