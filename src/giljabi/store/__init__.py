"""What is kept: answers' shape, the event log, and how a log is asked.

`giljabi.store.postgres` and `giljabi.store.lake` are not re-exported: only the composition root chooses them.
The log comes with numba, so it is imported when it is first asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from giljabi.store import pictures
from giljabi.store.answers import Answer
from giljabi.store.keeping import KeptLog
from giljabi.store.ports import (
    EventLake,
    ImportKind,
    ImportState,
    Landing,
    Ledger,
    StoredCheck,
    StoredImport,
    StoredMap,
    StoredSegment,
    StoredWorkspace,
    Transaction,
)

if TYPE_CHECKING:
    from giljabi.store.engines import ask, build_on, run_on
    from giljabi.store.log import (
        MAX_NAMES,
        Array,
        Bucket,
        BucketFact,
        By,
        Column,
        ColumnFact,
        FileFact,
        Groups,
        Log,
        LogInfo,
        MemoryBucket,
        NameFact,
        Progress,
        audience_mask,
        between,
        bucket_count,
        build_log,
        check_audience,
        check_matcher,
        event_codes,
        event_mask,
        extend_log,
        filter_audience,
        filter_customers,
        filter_events,
        find_files,
        log_info,
        memory_log,
        milliseconds_of,
        open_log,
        parquet_source,
        read_groups,
        sample,
        to_table,
        verify_log,
        write_log,
    )

__all__ = [
    "MAX_NAMES",
    "Answer",
    "Array",
    "Bucket",
    "BucketFact",
    "By",
    "Column",
    "ColumnFact",
    "EventLake",
    "FileFact",
    "Groups",
    "ImportKind",
    "ImportState",
    "KeptLog",
    "Landing",
    "Ledger",
    "Log",
    "LogInfo",
    "MemoryBucket",
    "NameFact",
    "Progress",
    "StoredCheck",
    "StoredImport",
    "StoredMap",
    "StoredSegment",
    "StoredWorkspace",
    "Transaction",
    "ask",
    "audience_mask",
    "between",
    "bucket_count",
    "build_log",
    "build_on",
    "check_audience",
    "check_matcher",
    "event_codes",
    "event_mask",
    "extend_log",
    "filter_audience",
    "filter_customers",
    "filter_events",
    "find_files",
    "log_info",
    "memory_log",
    "milliseconds_of",
    "open_log",
    "parquet_source",
    "pictures",
    "read_groups",
    "run_on",
    "sample",
    "to_table",
    "verify_log",
    "write_log",
]

_ASKING = {"ask", "build_on", "run_on"}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module("giljabi.store.engines" if name in _ASKING else "giljabi.store.log"), name)
