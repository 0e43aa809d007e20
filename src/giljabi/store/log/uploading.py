"""Make a log on this machine and put it into an object store."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from giljabi.store.log.manifest import decode
from giljabi.store.log.objects import Folder, publish_object
from giljabi.store.log.running import in_threads
from giljabi.store.log.versions import MANIFEST, current

_AT_ONCE = 8


@contextlib.contextmanager
def uploading(url: str) -> Iterator[Path]:
    """Give a directory to write a log to; afterwards put it at the URL, in the place of what is there.

    The directory is one of the machine's temporary ones and must have room for the log.
    """
    folder = Folder(url)
    with tempfile.TemporaryDirectory(prefix="giljabi-") as made:
        yield Path(made)
        lease, manifest = current(Path(made))
        files = decode(manifest, f"{url}/{MANIFEST}").files()
        tasks = [partial(folder.upload, lease.local(one), f"{lease.version}/{one.name}") for one in files]
        for _ in in_threads(tasks, _AT_ONCE):
            pass
        publish_object(url, lease.version, manifest)
        lease.release()
