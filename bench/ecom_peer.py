"""The other side of `bench.ecom`: retentioneering, in an environment of its own (``.venv-bench``).

Run by `bench.ecom`, never imported: prints one JSON line per question with seconds and answer, and last the
peak memory of the process.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Callable
from typing import Any

os.environ["RETENTIONEERING_NO_TRACK"] = "1"

import pandas as pd
from retentioneering.eventstream.eventstream import Eventstream

SEGMENTS = ["platform", "acquisition_channel", "user_cohort", "user_lifecycle"]


def timed(name: str, asked: Callable[[], Any], answer: Callable[[Any], Any], rounds: int) -> Any:
    """Ask some rounds; print the shortest time and the answer in plain values."""
    best, found = float("inf"), None
    for _ in range(rounds):
        found = None
        start = time.perf_counter()
        found = asked()
        best = min(best, time.perf_counter() - start)
    print(json.dumps({"name": name, "seconds": best, "answer": answer(found)}), flush=True)
    return found


def inner(matrix: Any) -> dict[str, int]:
    """Give the counts of a transition matrix, the edges of start and end apart."""
    return {
        f"{source} > {target}": int(count)
        for source, row in matrix.iterrows()
        for target, count in row.items()
        if count and not {source, target} & {"path_start", "path_end"}
    }


def main(frame: str, rounds: int) -> None:
    """Ask all questions over one stream."""
    events = pd.read_parquet(frame)
    schema = {"path_cols": ["user_id"], "segment_cols": SEGMENTS}
    stream = timed("construct", lambda: Eventstream(events, schema), lambda made: len(made.df), rounds)
    timed("graph", lambda: stream.transition_graph_data(edge_weight="count"), inner, rounds)
    timed(
        "conversion",
        lambda: stream.get_conversion_rate("catalog", "add_to_cart"),
        lambda found: [int(found["paths_with_start"][0]), int(found["converted"][0])],
        rounds,
    )
    timed(
        "sessions",
        lambda: stream.split_sessions(timeout="30m"),
        lambda found: int(found.df["session_id"].nunique()),
        rounds,
    )
    timed(
        "steps",
        lambda: stream.step_matrix_data(max_steps=10),
        lambda found: {
            str(step): {str(name): round(float(share), 9) for name, share in column.items() if share}
            for step, column in found.items()
        },
        rounds,
    )
    print(json.dumps({"name": "peak", "gb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
