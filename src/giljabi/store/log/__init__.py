"""The event log: built from the lake, mapped from disk or held in memory, narrowed by matchers."""

from giljabi.store.log.audiences import (
    By,
    Groups,
    audience_mask,
    check_audience,
    filter_audience,
    read_groups,
)
from giljabi.store.log.building import bucket_count, build_log, memory_log
from giljabi.store.log.customers import (
    Journey,
    Run,
    count_texts,
    customers_beginning_with,
    find_customer,
    journey_of,
    latest_customers,
    span_of,
)
from giljabi.store.log.extending import extend_log
from giljabi.store.log.finding import find_files
from giljabi.store.log.layout import MAX_NAMES, Array, Bucket, Column, Log, MemoryBucket
from giljabi.store.log.manifest import BucketFact, ColumnFact, FileFact, LogInfo, NameFact
from giljabi.store.log.matching import check_matcher, event_codes, event_mask
from giljabi.store.log.narrowing import (
    between,
    filter_customers,
    filter_events,
    milliseconds_of,
    sample,
)
from giljabi.store.log.opening import log_info, open_log, verify_log
from giljabi.store.log.running import Progress
from giljabi.store.log.source import parquet_source
from giljabi.store.log.storing import write_log
from giljabi.store.log.tables import to_table
from giljabi.store.log.versions import remove_versions

__all__ = [
    "MAX_NAMES",
    "Array",
    "Bucket",
    "BucketFact",
    "By",
    "Column",
    "ColumnFact",
    "FileFact",
    "Groups",
    "Journey",
    "Log",
    "LogInfo",
    "MemoryBucket",
    "NameFact",
    "Progress",
    "Run",
    "audience_mask",
    "between",
    "bucket_count",
    "build_log",
    "check_audience",
    "check_matcher",
    "count_texts",
    "customers_beginning_with",
    "event_codes",
    "event_mask",
    "extend_log",
    "filter_audience",
    "filter_customers",
    "filter_events",
    "find_customer",
    "find_files",
    "journey_of",
    "latest_customers",
    "log_info",
    "memory_log",
    "milliseconds_of",
    "open_log",
    "parquet_source",
    "read_groups",
    "remove_versions",
    "sample",
    "span_of",
    "to_table",
    "verify_log",
    "write_log",
]
