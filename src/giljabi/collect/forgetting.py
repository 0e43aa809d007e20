"""What collection keeps of somebody who is forgotten: calls that wait, calls that were refused, files."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from giljabi.collect.calls import Call, pack, unpack
from giljabi.collect.columns import as_text
from giljabi.collect.sources.files import open_source
from giljabi.model.errors import InputError
from giljabi.privacy import Mentions, Person
from giljabi.store import InboxRow, Ledger, StoredImport, Transaction

Naming = Callable[[Person], Mentions]

_BYTES = 16 << 20


class InboxEraser:
    """Cuts calls out of the rows of the inbox; whoever uses it holds the lock ``seal``.

    Parameters
    ----------
    ledger
        The workspace's database.
    naming
        Gives what finds somebody in a call.
    """

    name = "inbox"

    def __init__(self, ledger: Ledger, naming: Naming) -> None:
        self._ledger = ledger
        self._naming = naming

    def preview(self, person: Person) -> Mapping[str, int]:
        """Count the calls that would go."""
        return {"calls": sum(1 for _ in self.waiting(person))}

    def erase(self, person: Person, tell: Callable[[float], None]) -> Mapping[str, int]:
        """Cut their calls out, and their names out of the calls of others."""
        mentions = self._naming(person)
        gone = 0
        for row in self._rows():
            calls = unpack(row.body)
            left = [_scrubbed(one, mentions) for one in calls if not _theirs(one, mentions)]
            if left != calls:
                self._ledger.within(_rewriting(row.position, left))
                gone += len(calls) - len(left)
            tell(0.5)
        return {"calls": gone}

    def waiting(self, person: Person) -> Iterator[Call]:
        """Give the calls that are theirs."""
        mentions = self._naming(person)
        for row in self._rows():
            yield from (one for one in unpack(row.body) if _theirs(one, mentions))

    def _rows(self) -> Iterator[InboxRow]:
        after = 0
        while rows := self._ledger.within(_reading(after)):
            yield from rows
            after = rows[-1].position


def _reading(after: int) -> Callable[[Transaction], Any]:
    return lambda tx: tx.inbox.read(1 << 62, _BYTES, after)


def _rewriting(position: int, calls: Sequence[Call]) -> Callable[[Transaction], Any]:
    return lambda tx: tx.forgetting.rewrite_inbox(position, len(calls), pack(calls))


def _theirs(call: Call, mentions: Mentions) -> bool:
    if any(mentions.names(kind, value) for kind, value in call.identifiers.items()):
        return True
    return call.previous_id is not None and mentions.names("", call.previous_id)


def _scrubbed(call: Call, mentions: Mentions) -> Call:
    """Take what names them out of a call of somebody else."""
    return msgspec.structs.replace(
        call,
        message_id=mentions.scrub(call.message_id),
        event=None if call.event is None else mentions.scrub(call.event),
        properties=mentions.scrub_value(call.properties),
        traits=mentions.scrub_value(call.traits),
    )


class RefusalEraser:
    """Removes refusals, replayed or not, that name somebody.

    Parameters
    ----------
    ledger
        The workspace's database.
    naming
        Gives what finds somebody in a call.
    """

    name = "refusals"

    def __init__(self, ledger: Ledger, naming: Naming) -> None:
        self._ledger = ledger
        self._naming = naming

    def preview(self, person: Person) -> Mapping[str, int]:
        """Count the refusals that would go."""
        return {"refusals": sum(1 for _ in self.naming(person))}

    def erase(self, person: Person, tell: Callable[[float], None]) -> Mapping[str, int]:
        """Remove them."""
        ids = [id for id, _ in self.naming(person)]  # noqa: A001
        for start in range(0, len(ids), 1000):
            self._ledger.within(_dropping(ids[start : start + 1000]))
            tell(start / len(ids))
        return {"refusals": len(ids)}

    def naming(self, person: Person) -> Iterator[tuple[int, bytes]]:
        """Give the refusals that name somebody: id and body."""
        mentions = self._naming(person)
        after = 0
        while found := self._ledger.within(_refusals(after)):
            for id, detail, body in found:  # noqa: A001
                if names_in(body, mentions) or mentions.scrub(detail) != detail:
                    yield id, body
            after = found[-1][0]


def _refusals(after: int) -> Callable[[Transaction], Any]:
    return lambda tx: tx.forgetting.refusals(after)


def _dropping(ids: Sequence[int]) -> Callable[[Transaction], Any]:
    return lambda tx: tx.forgetting.drop_refusals(ids)


def names_in(body: bytes, mentions: Mentions) -> bool:
    """Say whether what was sent names somebody, be it JSON or not."""
    text = body.decode("utf-8", "replace")
    try:
        return mentions.in_value(msgspec.json.decode(body))
    except msgspec.DecodeError:
        return mentions.scrub(text) != text


class FileEraser:
    """Takes somebody out of what lies beside the database: uploaded files, and files of refused rows.

    Parameters
    ----------
    ledger
        The workspace's database.
    uploads, rejects
        The folders.
    naming
        Gives what finds somebody in a row.
    """

    name = "files"

    def __init__(self, ledger: Ledger, uploads: Path, rejects: Path, naming: Naming) -> None:
        self._ledger = ledger
        self._uploads = uploads
        self._rejects = rejects
        self._naming = naming

    def preview(self, person: Person) -> Mapping[str, int]:
        """Count the refused rows and the uploads that would go."""
        mentions = self._naming(person)
        rows = sum(_rows_naming(file, mentions) for file in self._rejects.glob("*.csv"))
        return {"rows": rows, "uploads": sum(1 for one in self._staged() if _upload_names(one, mentions))}

    def erase(self, person: Person, tell: Callable[[float], None]) -> Mapping[str, int]:
        """Remove refused rows, uploads that name them, and what was shown of files before they came in."""
        mentions = self._naming(person)
        rows = sum(_without_rows(file, mentions) for file in sorted(self._rejects.glob("*.csv")))
        tell(0.4)
        uploads = 0
        for folder in self._staged():
            if _upload_names(folder, mentions):
                shutil.rmtree(folder, ignore_errors=True)
                uploads += 1
        tell(0.7)
        previews = 0
        for one in self._ledger.within(lambda tx: tx.imports.list()):
            shown = _preview_without(one, mentions)
            if shown != one.preview:
                self._ledger.within(_showing(one.id, shown))
                previews += 1
        return {"rows": rows, "uploads": uploads, "previews": previews}

    def _staged(self) -> list[Path]:
        return sorted(one for one in self._uploads.glob("*") if one.is_dir())


def _showing(id: str, shown: Mapping[str, Any]) -> Callable[[Transaction], Any]:  # noqa: A002
    return lambda tx: tx.imports.change(id, preview=shown)


def _preview_without(one: StoredImport, mentions: Mentions) -> dict[str, Any]:
    """Leave out sample rows and examples that name somebody."""
    if not mentions.in_value(one.preview) and not _in_examples(one.preview, mentions):
        return one.preview
    columns = [{**column, "examples": []} for column in one.preview.get("columns", ())]
    return {**one.preview, "sample": [], "columns": columns}


def _in_examples(preview: Mapping[str, Any], mentions: Mentions) -> bool:
    columns = preview.get("columns", ())
    rows = preview.get("sample", ())
    said = [value for column in columns for value in column.get("examples", ())]
    said += [value for row in rows for value in row.values()]
    return any(value is not None and mentions.names("", str(value)) for value in said)


def _row_names(row: Sequence[str], mentions: Mentions) -> bool:
    """Say whether a refused row names somebody: its text is one cell, be it of CSV or JSON."""
    for cell in row:
        if mentions.scrub(cell) != cell or names_in(cell.encode("utf-8", "replace"), mentions):
            return True
        if any(mentions.names("", part) for part in next(csv.reader([cell.replace("\n", " ")]), [])):
            return True
    return False


def _rows_naming(file: Path, mentions: Mentions) -> int:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        rows = csv.reader(lines)
        next(rows, None)
        return sum(_row_names(row[2:], mentions) for row in rows)


def _without_rows(file: Path, mentions: Mentions) -> int:
    """Write a file of refused rows anew without those that name somebody; give how many went."""
    gone = _rows_naming(file, mentions)
    if not gone:
        return 0
    draft = file.with_suffix(".new")
    with (
        file.open(encoding="utf-8-sig", newline="") as lines,
        draft.open("w", encoding="utf-8-sig", newline="") as out,
    ):
        rows, writer = csv.reader(lines), csv.writer(out)
        writer.writerow(next(rows))
        writer.writerows(row for row in rows if not _row_names(row[2:], mentions))
    draft.replace(file)
    return gone


def _upload_names(folder: Path, mentions: Mentions) -> bool:
    """Say whether an uploaded file names somebody; one that cannot be read may, and counts as if it did."""
    for file in folder.iterdir():
        if mentions.scrub(file.name) != file.name:
            return True
        try:
            for raw in open_source(file, file.name).batches():
                for column in raw.rows.columns:
                    said = as_text(column).unique().to_pylist()
                    if any(one and (mentions.names("", one) or mentions.scrub(one) != one) for one in said):
                        return True
                if any(_row_names([one.raw], mentions) for one in raw.broken):
                    return True
        except (InputError, OSError):
            return True
    return False
