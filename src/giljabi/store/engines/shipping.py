"""Pickle tasks for other processes: lambdas by value, what Giljabi's modules define by name."""

from __future__ import annotations

import io
import pickle
import warnings
from importlib import import_module
from typing import Any

from numba.core.dispatcher import Dispatcher

with warnings.catch_warnings():
    # PySpark warns of pandas 3, which nothing here touches.
    warnings.simplefilter("ignore", FutureWarning)
    from pyspark import cloudpickle


def pack(value: Any) -> bytes:
    """Pickle a task, or what a task gives."""
    out = io.BytesIO()
    pickler: Any = _Pickler
    pickler(out, pickle.HIGHEST_PROTOCOL).dump(value)
    return out.getvalue()


def unpack(data: bytes) -> Any:
    """Give what was packed."""
    return pickle.loads(data)


def named(module: str, name: str) -> Any:
    """Give what a module defines under a name."""
    return getattr(import_module(module), name)


class _Pickler(cloudpickle.CloudPickler):
    """Numba would send its functions as source and compile them anew at each worker."""

    def reducer_override(self, value: Any) -> Any:
        if isinstance(value, Dispatcher):
            module, name = value.py_func.__module__, value.py_func.__qualname__
            try:
                if named(module, name) is value:
                    return named, (module, name)
            except (ImportError, AttributeError):
                pass
        by_value: Any = super()
        return by_value.reducer_override(value)
