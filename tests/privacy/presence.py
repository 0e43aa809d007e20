"""A customer who is in every place there is, and a search for them in every file."""

from __future__ import annotations

import asyncio
import gzip
import io
import json
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet as pq

from giljabi.bootstrap import Workspace
from giljabi.bootstrap.opening import database_addresses
from giljabi.collect import Opened, read_calls
from giljabi.mapping import template
from giljabi.store import PlannedEvent, PlannedProperty, StoredConsent, StoredMatch

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)

USER = "qzvx-48213"
EMAIL = "Jxqw.Vkzp@Example.org"
PHONE = "010-7395-1846"
DEVICE = "dvq-99XZ17-jw"
COOKIE = "ck-7vqx20-zzk"
NAME = "Xqvwina Zzkhova"

NEEDLES = (
    USER,
    EMAIL,
    EMAIL.lower(),
    PHONE,
    "+821073951846",
    DEVICE,
    COOKIE,
    NAME,
    "qzvx",
    "vkzp",
    "zzkhova",
)
"""What must be found nowhere: every identifier in every form, and pieces of them."""

TABLET = "tab-5kqz31-fam"
"""A tablet of the family: it stays with the others."""

EVENTS = f"""customer,event,time,referred
{USER},visit,2026-02-01T10:00:00Z,
{USER},order,2026-02-02T10:00:00Z,
u-2,visit,2026-02-01T11:00:00Z,{EMAIL.lower()}
u-2,order,2026-02-03T10:00:00Z,
u-3,visit,2026-02-01T12:00:00Z,
{USER},order,no time at all,
"""
FEEDBACK = f"""customer,time,score,text
{USER},2026-02-05T10:00:00Z,9,all fine
u-3,2026-02-06T10:00:00Z,3,"ask {EMAIL.lower()} for details"
"""
STAGED = f"customer,event,time\n{USER},visit,2026-02-07T10:00:00Z\nu-9,visit,2026-02-07T10:00:00Z\n"


def calls() -> list[dict[str, Any]]:
    """Give what is sent about the customer and about others."""
    said: list[dict[str, Any]] = [
        {"type": "identify", "userId": USER, "anonymousId": COOKIE,
         "traits": {"email": EMAIL, "phone": PHONE, "name": NAME, "city": "Seoul"}},
        {"type": "track", "event": "order", "userId": USER, "properties": {"value": 12, "note": EMAIL}},
        {"type": "track", "event": "order", "anonymousId": COOKIE, "properties": {"value": 3}},
        {"type": "track", "event": "visit", "userId": USER,
         "context": {"externalIds": [{"type": "email", "id": EMAIL}, {"type": "phone", "id": PHONE}]}},
        {"type": "track", "event": "visit", "userId": USER, "context": {"device": {"id": DEVICE}}},
        {"type": "group", "userId": USER, "groupId": "g-home", "traits": {"kind": "household"}},
        {"type": "track", "event": "visit", "userId": "u-2", "properties": {"invited_by": EMAIL.lower()}},
        {"type": "track", "event": "visit", "userId": USER, "context": {"device": {"id": TABLET}}},
        {"type": "track", "event": "visit", "userId": "u-2", "context": {"device": {"id": TABLET}}},
        {"type": "track", "event": "visit", "userId": "u-3"},
    ]  # fmt: skip
    return said


def last_calls() -> list[dict[str, Any]]:
    """Give what is sent after everything else, and waits in the inbox."""
    return [
        {"type": "track", "event": "visit", "userId": USER, "properties": {"where": NAME}},
        {"type": "track", "event": "visit", "userId": "u-3", "properties": {"about": f"call {PHONE} please"}},
    ]


def numbered(said: list[dict[str, Any]], first: int = 0) -> list[dict[str, Any]]:
    """Give messages names and times, always the same."""
    return [
        {**one, "messageId": f"m-{first + n}", "timestamp": f"2026-03-01T10:{n:02}:00Z"}
        for n, one in enumerate(said)
    ]


def send(workspace: Workspace, said: list[dict[str, Any]]) -> None:
    """Send calls as the door takes them."""
    taken = read_calls(
        "batch", Opened([json.dumps(one).encode() for one in said]), int(NOW.timestamp() * 1000)
    )
    source = workspace._ledger.within(lambda tx: tx.sources.list())[0]
    asyncio.run(workspace.collection.receive(source, NOW, taken))


def fill(workspace: Workspace, folder: Path) -> None:
    """Bring the customer into every place."""
    for name, text in {"events.csv": EVENTS, "feedback.csv": FEEDBACK}.items():
        (folder / name).write_text(text, "utf-8")
    workspace.import_events(folder / "events.csv")
    workspace.import_feedback(folder / "feedback.csv")
    workspace.sources.add("http", "web", {})
    workspace.plan.put([PlannedEvent("order", properties=(PlannedProperty("value"),))])
    send(workspace, numbered(calls()))
    workspace.collection.seal()
    workspace.identity.replay_now()
    send(workspace, [{"type": "track", "userId": USER, "messageId": "m-bad", "traits": {"email": EMAIL}}])
    send(workspace, numbered([{"type": "track", "event": "visit", "userId": USER}], 50))
    workspace.collection.seal()
    workspace.collection.compact()
    send(workspace, numbered([{"type": "track", "event": "order", "userId": USER}], 60))
    workspace.collection.seal()
    workspace.identity.merge(USER, "u-4-double-vq77", {"by": "somebody", "why": f"both are {NAME}"})
    workspace.identity.replay_now()
    workspace.rebuild_log()
    workspace.stage_upload("staged.csv", io.BytesIO(STAGED.encode()))
    workspace._ledger.within(_say)
    workspace.add_map(template("shop-en").replace("27, came", f"27, {EMAIL.lower()}, came"))
    send(workspace, numbered(last_calls(), 70))


async def _say(tx: Any) -> None:
    await tx.consents.put_purpose("mail", "Mail", collection=False)
    said = StoredConsent(
        kind="email",
        value=EMAIL.lower(),
        subject=b"1",
        purpose="mail",
        given=True,
        at=NOW,
        proof={"by": NAME},
    )
    await tx.consents.add([said])
    match = StoredMatch(USER, "u-3", 5.0, 0.9, {"email": [EMAIL.lower(), ""]}, "open", NOW)
    await tx.matches.propose([match])


def resend(workspace: Workspace, folder: Path) -> None:
    """Let everything come once more, by the same ways, under new names of messages too."""
    again = folder / "again.csv"
    again.write_text(EVENTS + "u-7,visit,2026-02-09T10:00:00Z,\n", "utf-8")
    workspace.import_events(again)
    send(workspace, numbered(calls()) + numbered(calls(), 200) + numbered(last_calls(), 300))
    workspace.collection.seal()
    workspace.refusals.replay()
    workspace.collection.seal()
    workspace.identity.replay_now()
    workspace.rebuild_log()


def write_out(home: Path) -> None:
    """Have the server write what it holds in memory to its files."""
    with ExitStack() as closing:
        owner, _, password = database_addresses(home, None, closing)
        address = owner.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(address, password=password, autocommit=True) as connection:
            connection.execute("CHECKPOINT")


def found_in(home: Path, needles: tuple[str, ...] = NEEDLES) -> dict[str, set[str]]:
    """Look for texts in every file, packed or not; give the files, and what was found in each."""
    wanted = [one.encode() for one in needles] + [one.encode("utf-16-le") for one in needles]
    found: dict[str, set[str]] = {}
    for path in sorted(home.rglob("*")):
        if path.is_file() and not path.is_symlink():
            for data in _read(path):
                hits = {one.decode("utf-16-le" if b"\0" in one else "utf-8") for one in wanted if one in data}
                if hits:
                    found.setdefault(str(path.relative_to(home)), set()).update(hits)
    return found


def _read(path: Path) -> Iterator[bytes]:
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return
    yield data
    yield str(path).encode()
    if path.suffix == ".parquet":
        table = pq.read_table(pa.BufferReader(data))
        yield repr(table.to_pydict()).encode()
        yield repr(pq.read_metadata(pa.BufferReader(data)).to_dict()).encode()
    elif path.suffix == ".arrow":
        yield repr(pa.ipc.open_file(data).read_all().to_pydict()).encode()
    elif path.suffix == ".avro":
        yield from _avro_blocks(data)
    elif path.suffix == ".gz":
        yield gzip.decompress(data)
    elif path.suffix == ".zip":
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            yield from (packed.read(name) for name in packed.namelist())


def _avro_blocks(data: bytes) -> Iterator[bytes]:
    marker = data[-16:]
    for block in data.split(marker)[1:-1]:
        start = 0
        for _ in range(2):  # how many records, and how many bytes
            while block[start] & 0x80:
                start += 1
            start += 1
        yield zlib.decompress(block[start:], -15)
