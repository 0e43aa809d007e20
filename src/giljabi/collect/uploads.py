"""Files that were uploaded: kept and looked at first, brought in by a background job when confirmed."""

from __future__ import annotations

import shutil
import unicodedata
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

import msgspec

from giljabi.collect.importing import Importer, new_import, shown_roles
from giljabi.collect.preview import preview
from giljabi.collect.sources.files import source_digest
from giljabi.model.errors import BadParameter, NotFound
from giljabi.store import ImportKind, Ledger

_LONGEST = 80
"""Characters of a file's name that are kept, its end first: there stands what tells the format."""

_LONGEST_BYTES = 240
"""Bytes of them: a folder takes names of 255."""


class Uploads:
    """The uploaded files of one workspace.

    Parameters
    ----------
    directory
        Where they lie until they are brought in.
    ledger
        The workspace's database.
    importer
        Brings them in, one after the other.
    """

    def __init__(self, directory: Path, ledger: Ledger, importer: Importer) -> None:
        self._directory = directory
        self._ledger = ledger
        self._importer = importer
        self._jobs = ThreadPoolExecutor(1, thread_name_prefix="giljabi-import")
        self._running: set[Future[Any]] = set()

    @property
    def busy(self) -> bool:
        """Whether a file is being brought in, or waits for its turn."""
        return any(not job.done() for job in tuple(self._running))

    def stage(self, name: str, stream: IO[bytes]) -> str:
        """Keep a file until it is started, and look at it.

        Parameters
        ----------
        name
            The file's name; its ending tells the format.
        stream
            Its bytes.

        Returns
        -------
        str
            The import's id.

        Raises
        ------
        UnreadableFile
            If it is of no known format, or broken at its beginning.
        """
        new = new_import(_plain_name(name), "", "events")
        file = self._file(new.id, new.file)
        file.parent.mkdir(parents=True)
        try:
            with file.open("wb") as kept:
                shutil.copyfileobj(stream, kept, 1 << 20)
            seen = preview(file, file.name, alter=self._importer.alter())
            shown = msgspec.to_builtins(seen) | {"roles": shown_roles(seen.roles)}
            digest = source_digest(file)
            new = msgspec.structs.replace(new, digest=digest, kind=seen.kind, preview=shown)
            self._ledger.within(lambda tx: tx.imports.add(new))
        except BaseException:
            shutil.rmtree(file.parent, ignore_errors=True)
            raise
        return new.id

    def start(self, id: str, kind: ImportKind, roles: Mapping[str, Any]) -> None:  # noqa: A002
        """Bring a file in, as it was confirmed; this returns at once.

        Raises
        ------
        NotFound
            If there is no such upload, or its file is gone.
        RolesUnclear
            If a role is none.
        BadParameter
            If it was started before.
        """
        self._importer.check_roles(kind, roles)
        with ExitStack() as holding:
            # Held while the job waits for its turn too, or another process would take it for dead.
            alone = holding.enter_context(self._importer.holding(id, wait=False))
            one = self._ledger.within(lambda tx: tx.imports.get(id))
            file = self._file(id, one.file)
            if not alone or one.state not in {"preview", "failed"}:
                raise BadParameter(f"the import of {one.file!r} was started before")
            if not file.is_file():
                raise NotFound(f"the uploaded file {one.file!r} is gone; upload it again")
            asked = {"kind": kind, "roles": dict(roles), "state": "running", "step": "wait"}
            self._ledger.within(lambda tx: tx.imports.change(id, **asked))
            job = self._jobs.submit(self._run, id, file)
            held = holding.pop_all()
        self._running.add(job)
        job.add_done_callback(self._running.discard)
        job.add_done_callback(lambda _: held.close())

    def close(self) -> None:
        """Let what is running give up at the next chance, and wait for it."""
        self._importer.stop()
        self._jobs.shutdown(cancel_futures=True)

    def _run(self, id: str, file: Path) -> None:  # noqa: A002
        # What goes wrong stands in the import; whoever asks for its state learns it there.
        self._importer.run(id, file)
        shutil.rmtree(file.parent, ignore_errors=True)

    def _file(self, id: str, name: str) -> Path:  # noqa: A002
        return self._directory / id / name


def _plain_name(name: str) -> str:
    """Give the last part of a name, without letters that nobody sees, as long as any folder takes it."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    seen = "".join(letter for letter in last if letter.isprintable()).strip().lstrip(".")[-_LONGEST:]
    return seen.encode("utf-8", "ignore")[-_LONGEST_BYTES:].decode("utf-8", "ignore") or "upload"
