"""The lake: every event, in an Apache Iceberg table. Nothing outside this package knows Iceberg."""

from giljabi.store.lake.lake import IcebergLake

__all__ = ["IcebergLake"]
