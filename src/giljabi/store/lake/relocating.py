"""The lake's files, for a copy of it: which there are at one state, and how they come to lie elsewhere.

Iceberg notes whole addresses, in the table's metadata, in the lists of manifests and in the manifests. What
is put elsewhere gets them anew; the files with events stay as they are.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import IO, Any, Literal, cast

import msgspec
import pyarrow.fs
from pyiceberg.io.pyarrow import PyArrowFileIO
from pyiceberg.manifest import ManifestFile, read_manifest_list, write_manifest, write_manifest_list
from pyiceberg.table import StaticTable
from pyiceberg.table.metadata import TableMetadata, TableMetadataUtil
from pyiceberg.table.snapshots import Snapshot

from giljabi.model.errors import StorageUnavailable
from giljabi.store.lake.commits import sealed_to
from giljabi.store.lake.expiring import named_files
from giljabi.store.lake.places import storage_properties

_CODEC: Literal["deflate"] = "deflate"
_PART = 8 << 20


class LakeFiles(msgspec.Struct, frozen=True):
    """The files of a lake at one state.

    Attributes
    ----------
    root
        The address that all of them lie under.
    metadata
        The path of the table's metadata, below the root, and what it says.
    paths
        All other files, below the root.
    position
        Up to which position it holds the inbox.
    """

    root: str
    metadata: tuple[str, bytes]
    paths: tuple[str, ...]
    position: int

    def open(self, path: str) -> IO[bytes]:
        """Open one of them for reading."""
        return cast("IO[bytes]", _files().new_input(f"{self.root}/{path}").open())


def files_at(metadata_location: str) -> LakeFiles:
    """Give the files of the state that a table's metadata describe.

    Raises
    ------
    StorageUnavailable
        If one lies outside the table's own folder.
    """
    table = StaticTable.from_metadata(metadata_location, storage_properties())
    root = table.location().rstrip("/")
    with table.io.new_input(metadata_location).open() as stream:
        said = stream.read()
    paths = sorted(set(named_files(table, table.snapshots())))
    below = tuple(_below(root, one) for one in paths)
    return LakeFiles(root, (_below(root, metadata_location), said), below, sealed_to(table))


def put(root: str, path: str, source: Iterable[bytes]) -> None:
    """Write a file below a root."""
    with _files().new_output(f"{root}/{path}").create(overwrite=True) as out:
        for part in source:
            out.write(part)


def parts(stream: IO[bytes]) -> Iterator[bytes]:
    """Give what a stream holds, some at a time."""
    while part := stream.read(_PART):
        yield part


def relocate(root: str, path: str, metadata: bytes) -> str:
    """Make a lake of files that were put below a root; give the address of its metadata.

    Parameters
    ----------
    root
        Where the files are now.
    path, metadata
        The metadata's path below the root, and what they said where the files were before.
    """
    said: dict[str, Any] = json.loads(metadata)
    before = str(said["location"]).rstrip("/")
    if before != root:
        files = _files()
        table = TableMetadataUtil.parse_raw(metadata.decode())
        lengths: dict[str, int] = {}
        for snapshot in table.snapshots:
            _list_anew(files, table, snapshot, before, root, lengths)
    # Former states of the metadata are no part of the copy.
    said |= {"location": root, "metadata-log": [], "statistics": [], "partition-statistics": []}
    for one in said.get("snapshots", ()):
        one["manifest-list"] = _moved(one["manifest-list"], before, root)
    put(root, path, [json.dumps(said).encode()])
    return f"{root}/{path}"


def remove(root: str) -> None:
    """Remove everything below a root; what is not there need not be removed."""
    files = _files()
    scheme, netloc, path = files.parse_location(root, files.properties)
    place: pyarrow.fs.FileSystem = files.fs_by_scheme(scheme, netloc)
    if place.get_file_info(path).type != pyarrow.fs.FileType.NotFound:
        place.delete_dir(path)


def _list_anew(
    files: PyArrowFileIO,
    table: TableMetadata,
    snapshot: Snapshot,
    before: str,
    root: str,
    lengths: dict[str, int],
) -> None:
    """Write the list of a snapshot's manifests anew, and those that no list before has named."""
    address = _moved(snapshot.manifest_list, before, root)
    manifests = []
    for one in list(read_manifest_list(files.new_input(address))):
        manifest = ManifestFile(*(one[place] for place in range(len(one))))
        manifest[0] = _moved(one.manifest_path, before, root)
        if manifest.manifest_path not in lengths:
            lengths[manifest.manifest_path] = _manifest_anew(files, table, manifest, before, root)
        manifest[1] = lengths[manifest.manifest_path]
        manifests.append(manifest)
    with write_manifest_list(
        table.format_version,
        files.new_output(address),
        snapshot.snapshot_id,
        snapshot.parent_snapshot_id,
        snapshot.sequence_number,
        _CODEC,
    ) as writer:
        writer.add_manifests(manifests)


def _manifest_anew(
    files: PyArrowFileIO, table: TableMetadata, manifest: ManifestFile, before: str, root: str
) -> int:
    """Write a manifest anew; give its length."""
    entries = manifest.fetch_manifest_entry(files, discard_deleted=False)
    spec = next(one for one in table.partition_specs if one.spec_id == manifest.partition_spec_id)
    output = files.new_output(manifest.manifest_path)
    schema = next(one for one in table.schemas if one.schema_id == table.current_schema_id)
    assert manifest.added_snapshot_id is not None
    with write_manifest(
        table.format_version, spec, schema, output, manifest.added_snapshot_id, _CODEC
    ) as writer:
        for entry in entries:
            entry.data_file[1] = _moved(entry.data_file.file_path, before, root)
            writer.add_entry(entry)
    return len(output)


def _files() -> PyArrowFileIO:
    return PyArrowFileIO(storage_properties())


def _below(root: str, address: str) -> str:
    if not address.startswith(f"{root}/"):
        raise StorageUnavailable(
            f"the lake's file {address} lies outside its folder {root}; it cannot be copied"
        )
    return address.removeprefix(f"{root}/")


def _moved(address: str, before: str, root: str) -> str:
    return f"{root}/{_below(before, address)}"
