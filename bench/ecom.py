"""Race retentioneering 5.2.4 on its own shop, made 331 times as large: ``python -m bench.ecom``.

Both sides read the same pandas frame, construct their log, and ask graph, conversion, sessions and steps,
each in a process of its own on two cores. Graph, conversion, sessions and steps must be 20 times as fast with
at most a sixth of the peak memory, constructing 5 times as fast. The peer counts transitions only; ours also
finds distinct customers, medians and p90.
"""

from __future__ import annotations

import json
import math
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pandas as pd
from bench.data import FOLDER
from bench.race import CORES
from bench.results import Result, keep

SHOP = Path(__file__).resolve().parents[2] / "shared" / "data" / "ecom.csv.gz"
PEER = Path(__file__).resolve().parents[1] / ".venv-bench" / "bin" / "python"
ASKED = {"construct": 5, "graph": 20, "conversion": 20, "sessions": 20, "steps": 20}


def shop_frame(copies: int) -> Path:
    """Give a Parquet file of the shop's events, each customer as many times under another name."""
    path = FOLDER / f"ecom-{copies}.parquet"
    if not path.exists():
        FOLDER.mkdir(exist_ok=True)
        shop = pd.read_csv(SHOP).drop(columns="session_id")
        shop["timestamp"] = pd.to_datetime(shop["timestamp"])
        parts = [shop.assign(user_id=shop["user_id"] + f"_{copy:03}") for copy in range(copies)]
        pd.concat(parts, ignore_index=True).to_parquet(path)
    return path


def side(python: Path | str, module: str, *arguments: object) -> dict[str, dict[str, Any]]:
    """Run one side, and give what it printed by question."""
    script = Path(__file__).with_name(f"{module}.py")
    told = subprocess.run(
        [str(python), str(script), *map(str, arguments)], check=True, capture_output=True, text=True
    ).stdout
    return {one["name"]: one for one in map(json.loads, told.splitlines())}


def agree(question: str, ours: Any, theirs: Any) -> bool:
    """Say whether both sides found the same; shares of the peer are of nine digits."""
    if question != "steps":
        return bool(ours == theirs)
    # The peer's step 0 is before the journey, and its last row those who are past its end.
    cells = [(step, name) for step in ours for name in {*ours[step], *theirs.get(step, {})} - {"path_end"}]
    return all(
        math.isclose(ours[step].get(name, 0), theirs.get(step, {}).get(name, 0), abs_tol=1e-8)
        for step, name in cells
    )


@click.command()
@click.option("--events", default=10_296_086, help="About how many events; the shop has 31,106.")
@click.option("--rounds", default=2, help="How often each question is asked; the best counts.")
def main(events: int, rounds: int) -> None:
    """Race retentioneering on about EVENTS events."""
    if not SHOP.exists() or not PEER.exists():
        click.echo("no race: the shop's events or .venv-bench are missing (make bench sets the latter up)")
        return
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])
    frame = shop_frame(max(1, round(events / 31_106)))
    theirs = side(PEER, "ecom_peer", frame, rounds)
    saved = FOLDER / "ecom-log"
    built = side(sys.executable, "ecom_ours", frame, rounds, saved)
    ours = built | side(sys.executable, "ecom_ours", "ask", rounds, saved)
    shutil.rmtree(saved)
    for question, least in ASKED.items():
        same = agree(question, ours[question]["answer"], theirs[question]["answer"])
        seconds = ours[question]["seconds"], theirs[question]["seconds"]
        keep(Result(f"ecom: {question}", "retentioneering", *seconds, least, same))
        told = f"{seconds[0]:8.3f} s {seconds[1]:8.3f} s {seconds[1] / seconds[0]:7.1f}×"
        click.echo(f"{question:12} {told}  {'agree' if same else 'DIFFER'}")
    whole = theirs["peak"]["gb"]
    for phase, gb, asked in (("constructing", built, None), ("asking", ours, 6)):
        mine = gb["peak"]["gb"]
        keep(Result(f"ecom: peak memory {phase}", "retentioneering", mine, whole, asked, None, "GB"))
        click.echo(f"peak memory {phase}: {mine:.2f} GB, {whole:.2f} GB, {whole / mine:.1f}×")


if __name__ == "__main__":
    main()
