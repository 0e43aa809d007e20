"""Read one, four or eight bytes at an address.

Hashing and comparing texts byte by byte through arrays costs five times as much: the compiler cannot join
reads of elements that may each count from the array's end, and every array handed to a small function is
counted as a reference. Whoever takes an address keeps the array alive and stays inside it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias, cast

from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.extending import intrinsic

Compiled: TypeAlias = Callable[..., Any]


def _address(typing_context: Any, data: Any, index: Any) -> Any:
    if not (isinstance(data, types.Array) and data.dtype == types.uint8 and data.layout == "C"):
        return None

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array = context.make_array(signature.args[0])(context, builder, arguments[0])
        return builder.ptrtoint(builder.gep(array.data, [arguments[1]]), ir.IntType(64))

    return types.int64(data, types.int64), generate


def _reader(kind: Any, bits: int) -> Compiled:
    def read(typing_context: Any, place: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            pointer = builder.inttoptr(arguments[0], ir.IntType(bits).as_pointer())
            return builder.load(pointer, align=1)

        return kind(types.int64), generate

    return cast(Compiled, intrinsic(read))


address = cast(Compiled, intrinsic(_address))
"""The address (int64) of an element, by index, of a contiguous uint8 array."""

read_1 = _reader(types.uint8, 8)
"""The byte at an address."""

read_4 = _reader(types.uint32, 32)
"""Four bytes at an address as a little-endian uint32."""

read_8 = _reader(types.uint64, 64)
"""Eight bytes at an address as a little-endian uint64."""
