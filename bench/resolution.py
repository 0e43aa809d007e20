"""Resolve calls into customers on a real PostgreSQL that syncs to disk: events per second.

``python -m bench.resolution --events 400000`` resolves batches of calls whose identities nobody has seen,
then the same identities again, in batches as the sealer takes them. Two crowds: visitors with ten events
each, of whom one in five logs in; and the worst case, where every event has an identity of its own. It must
reach 50,000 events/s on the visitors nobody has seen.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import click
from bench.results import Result, keep

from giljabi.collect import Call, Calls
from giljabi.resolve import LiveResolver
from giljabi.store.postgres import (
    APPLICATION_ROLE,
    BlockingDatabase,
    Database,
    database_url,
    migrate,
    start_server,
    workspace_id,
)

_BATCH = 100_000
_ASKED = 50_000


def visitors(events: int, seed: int) -> list[Call]:
    """Make calls of visitors who come ten times each; one in five logs in for the last five."""
    draw = random.Random(seed)
    calls = []
    for number in range(events):
        visitor, step = divmod(number, 10)
        name = f"{seed}-{visitor:08d}"
        identifiers = {"anonymous_id": f"a-{name}"}
        if visitor % 5 == 0 and step >= 5:
            identifiers = {"user_id": f"u-{name}", **identifiers}
        calls.append(
            Call("track", f"m{seed}-{number}", 1_700_000_000_000 + number, identifiers, event="view")
        )
    # Visitors come at the same time, each in order.
    order = sorted(range(events), key=lambda n: (n % 10) * 1_000 + n // 10_000 * 10_000 + draw.random() * 900)
    return [calls[n] for n in order]


def strangers(events: int, seed: int) -> list[Call]:
    """Make calls of which none comes from anybody seen before."""
    return [
        Call(
            "track",
            f"s{seed}-{n}",
            1_700_000_000_000 + n,
            {"anonymous_id": f"s-{seed}-{n:08d}"},
            event="view",
        )
        for n in range(events)
    ]


def resolve(ledger: BlockingDatabase, calls: Sequence[Call]) -> float:
    """Resolve calls batch by batch, each kept before the next; give events per second."""
    resolver = LiveResolver()
    # The sealer has laid out what it hands to the resolver, for itself too.
    batches = [Calls.of(calls[start : start + _BATCH]) for start in range(0, len(calls), _BATCH)]
    started = time.perf_counter()
    for batch in batches:
        found = ledger.within(lambda tx, batch=batch: resolver.resolve(tx, batch))  # type: ignore[misc]
        assert None not in found
    return len(calls) / (time.perf_counter() - started)


@click.command()
@click.option("--events", default=400_000, show_default=True, help="How many events of each crowd.")
def main(events: int) -> None:
    """Measure, print, and fail below what is asked."""
    with tempfile.TemporaryDirectory() as home:
        server = start_server(Path(home) / "postgres")
        try:
            migrate(database_url(server.url()), server.password)
            ledger = BlockingDatabase(
                Database(database_url(server.url(APPLICATION_ROLE))), workspace_id("bench")
            )
            ledger.within(lambda tx: tx.workspaces.get_or_add("bench"))
            resolve(ledger, visitors(10_000, 0))
            new = [resolve(ledger, visitors(events, seed)) for seed in (1, 2)]
            known = [resolve(ledger, visitors(events, seed)) for seed in (1, 2)]
            alone = resolve(ledger, strangers(events, 3))
            ledger.close()
        finally:
            server.release()
    click.echo(
        f"visitors nobody has seen  {min(new):>10,.0f} events/s (two rounds: {new[0]:,.0f}, {new[1]:,.0f})"
    )
    click.echo(f"visitors who are known    {min(known):>10,.0f} events/s")
    click.echo(f"every event a stranger    {alone:>10,.0f} events/s")
    keep(
        Result(
            "resolve, visitors nobody has seen", "asked", min(new) / 1e6, _ASKED / 1e6, 1.0, unit="M events/s"
        )
    )
    if min(new) < _ASKED:
        raise click.ClickException(f"less than {_ASKED:,} events/s")


if __name__ == "__main__":
    main()
