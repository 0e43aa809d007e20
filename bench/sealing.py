"""Seal a full inbox into the lake: PostgreSQL with fsync, Iceberg files on disk, everything on two cores.

``python -m bench.sealing --events 2000000`` acknowledges EVENTS events, 100 to a row of the inbox, as batches
over HTTP leave them; then it seals them, and tells the split by step. At least 150,000 events a second are
asked for where whose an event is needs no looking up (``--resolver given``); with ``--resolver live`` the
resolver of the product works along, for which 50,000 a second are asked. With ``--seen 20000000`` so many
messages of the last days are known before.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import click
import numpy as np
import pyarrow as pa
from bench.data import FOLDER
from bench.results import Result, keep

from giljabi.bootstrap import Workspace, open_workspace
from giljabi.collect import Sealed, Sealer
from giljabi.collect.calls import Call, pack
from giljabi.collect.packed import Calls
from giljabi.store import InboxRow, Transaction

PAGES = [f"/product/{n}" for n in range(500)]
ASKED = {"given": 150_000, "live": 50_000}


class Given:
    """Takes the strongest identifier for the customer, as it is."""

    async def resolve(self, tx: Transaction, calls: Calls) -> pa.Array[Any]:
        """Give the customer of each call."""
        codes, identities = calls.identity
        names = [one.get("user_id") or one["anonymous_id"] for one in identities]
        return pa.array(names, pa.string()).take(pa.array(codes, pa.int64()))


def calls(count: int, customers: int, seed: int) -> list[Call]:
    """Make events of a shop: three of four by visitors who are not logged in."""
    generator = np.random.default_rng(seed)
    who = generator.integers(0, customers, count).tolist()
    kind = generator.integers(0, 40, count).tolist()
    value = generator.integers(1, 500, count).tolist()
    start = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp() * 1000)
    return [
        Call(
            "track",
            f"{seed:08x}-4b1d-4c6e-9a53-{n:012x}",
            start + n * 10,
            {"anonymous_id": f"a-{who[n]:08}", **({"user_id": f"u-{who[n]:08}"} if who[n] % 4 == 0 else {})},
            f"event {kind[n]:02}",
            "web",
            float(value[n]) if kind[n] == 0 else None,
            {
                "page_path": PAGES[value[n]],
                "amount": float(value[n]),
                "locale": "ko-KR",
                "device_type": "mobile",
                "new": kind[n] % 2 == 0,
                "library": "analytics.js",
            },
        )
        for n in range(count)
    ]


def fill(workspace: Workspace, events: int, customers: int) -> None:
    """Acknowledge events, 100 to a row."""
    portion = 200_000
    for number, start in enumerate(range(0, events, portion)):
        made = calls(min(portion, events - start), customers, number + 1)
        now = datetime.now(UTC)
        rows = [InboxRow("web", now, 100, pack(made[at : at + 100])) for at in range(0, len(made), 100)]
        workspace._ledger.within(lambda tx, rows=rows: tx.inbox.put(rows))  # type: ignore[misc]


def know(workspace: Workspace, messages: int) -> None:
    """Have seen so many messages."""
    generator = np.random.default_rng(3)
    for start in range(0, messages, 1_000_000):
        some = generator.bytes(16 * min(1_000_000, messages - start))
        digests = [some[at : at + 16] for at in range(0, len(some), 16)]
        workspace._ledger.within(
            lambda tx, digests=digests: tx.seen.add(digests, datetime.now(UTC))  # type: ignore[misc]
        )


@click.command()
@click.option("--events", default=2_000_000, show_default=True, help="How many events wait in the inbox.")
@click.option("--customers", default=200_000, show_default=True, help="How many customers they are of.")
@click.option("--seen", default=0, show_default=True, help="How many messages are known before.")
@click.option("--resolver", type=click.Choice(list(ASKED)), multiple=True, default=list(ASKED))
def main(events: int, customers: int, seen: int, resolver: Sequence[str]) -> None:
    """Seal EVENTS events that wait in the inbox."""
    for name in resolver:
        home = FOLDER / "sealing"
        shutil.rmtree(home, ignore_errors=True)
        with open_workspace(home) as workspace:
            used: Any = Given() if name == "given" else workspace.identity.resolver
            sealer = Sealer(workspace._ledger, workspace._lake, used)
            know(workspace, seen)
            fill(workspace, 1_000, 100)
            sealer.run()
            fill(workspace, events, customers)
            start, cores = time.perf_counter(), time.process_time()
            done = sealer.run(seconds=3600)
            seconds, spent = time.perf_counter() - start, time.process_time() - cores
        shutil.rmtree(home)
        tell(name, done, seconds, spent)
        if events >= 2_000_000 and not seen:
            title = f"seal, customers {'as given' if name == 'given' else 'resolved'}"
            asked = ASKED[name] / 1e6
            keep(Result(title, "asked", done.calls / seconds / 1e6, asked, 1, unit="M events/s"))


def tell(resolver: str, done: Sealed, seconds: float, cores: float) -> None:
    """Print what was measured."""
    print(f"\nseal {done.calls:,} events in {done.batches} batches, customers {resolver}")
    print(f"{'events a second':>20}  {done.calls / seconds:,.0f}")
    for step, spent in done.seconds.items():
        print(f"{step:>20}  {spent:6.2f} s  {spent / seconds:5.0%}")
    print(f"{'together':>20}  {seconds:6.2f} s; processor time of this process {cores:.2f} s")


if __name__ == "__main__":
    main()
