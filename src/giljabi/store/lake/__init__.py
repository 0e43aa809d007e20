"""The lake: every event, in an Apache Iceberg table. Nothing outside this package knows Iceberg."""

from giljabi.store.lake.lake import IcebergLake
from giljabi.store.lake.relocating import LakeFiles, files_at, parts, put, relocate, remove

__all__ = ["IcebergLake", "LakeFiles", "files_at", "parts", "put", "relocate", "remove"]
