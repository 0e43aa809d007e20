"""Time the representatives of a million journeys: ``python -m bench.representatives``.

Journeys are made of planted prototypes of 8 to 24 events, of which some are far more frequent than others; in
six of ten journeys each event is put in, taken out or exchanged with a chance of one in ten. Printed are the
seconds of a first question, with the share of the planted prototypes that came back unchanged.
"""

from __future__ import annotations

import resource
import time

import click
import numba
import numpy as np
import pyarrow as pa

from giljabi.discover import representatives
from giljabi.store import Array, Log, MemoryBucket

_BUCKETS = 16


def planted(journeys: int, prototypes: int, names: int, seed: int) -> tuple[Log, list[tuple[str, ...]]]:
    """Make a log of noisy copies of prototypes, and give the prototypes."""
    generator = np.random.default_rng(seed)
    truth = [generator.integers(0, names, size) for size in generator.integers(8, 25, prototypes)]
    weight = 1 / np.arange(1, prototypes + 1) ** 0.7
    which = generator.choice(prototypes, journeys, p=weight / weight.sum())
    begins = np.cumsum([0, *(len(one) for one in truth)])
    offsets, event = _copies(which, begins, np.concatenate(truth).astype(np.uint16), names, seed)
    words = tuple(f"event {code:02}" for code in range(names))
    parts = []
    for members in np.array_split(np.arange(journeys), _BUCKETS):
        own = offsets[members[0] : members[-1] + 2]
        some = slice(own[0], own[-1])
        clock = np.arange(own[-1] - own[0]) * 1000
        parts.append(MemoryBucket(own - own[0], clock, event[some], pa.array(members).cast(pa.string())))
    return Log(words, {}, tuple(parts), len(event), journeys), [
        tuple(words[code] for code in one) for one in truth
    ]


@numba.njit(cache=True)
def _copies(
    which: Array, begins: Array, source: Array, names: int, seed: int
) -> tuple[Array, Array]:  # pragma: no cover
    np.random.seed(seed)
    offsets = np.zeros(len(which) + 1, np.int64)
    event = np.empty(len(which) * 40, np.uint16)
    at = 0
    for journey in range(len(which)):
        noisy = np.random.random() < 0.6
        for place in range(begins[which[journey]], begins[which[journey] + 1]):
            kind = np.random.randint(0, 3) if noisy and np.random.random() < 0.1 else 3
            if kind == 0:
                continue
            event[at] = source[place] if kind != 1 else np.random.randint(0, names)
            at += 1
            if kind == 2:
                event[at] = np.random.randint(0, names)
                at += 1
        offsets[journey + 1] = at
    return offsets, event[:at].copy()


@click.command()
@click.option(
    "--journeys", default=1_000_000, show_default=True, help="How many customers, one journey each."
)
@click.option("--prototypes", default=20, show_default=True, help="How many prototypes are planted.")
@click.option("--names", default=40, show_default=True, help="How many event names there are.")
def main(journeys: int, prototypes: int, names: int) -> None:
    """Find the prototypes of many noisy journeys, with their number given and chosen."""
    representatives(planted(2_000, 3, 5, 0)[0])
    log, truth = planted(journeys, prototypes, names, 1)
    click.echo(f"{log.customers:,} journeys, {log.events / log.customers:.1f} events each")
    for k in (prototypes, None):
        began, spent = time.perf_counter(), time.process_time()
        answer = representatives(log, k)
        took, cores = time.perf_counter() - began, time.process_time() - spent
        found = {one.events for one in answer.representatives} & set(truth)
        click.echo(
            f"k {'chosen' if k is None else 'given'}: {took:.2f} s ({cores:.2f} core seconds), "
            f"{answer.variants:,} variants, {len(answer)} representatives, {len(found)} of {prototypes} "
            f"prototypes back, coverage {answer.coverage:.1%}, mean distance {answer.distance:.3f}"
        )
    click.echo(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20:.2f} GB")


if __name__ == "__main__":
    main()
