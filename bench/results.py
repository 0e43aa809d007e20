"""What the races found, kept beside the data until the table at the end is printed."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

import click
from bench.data import FOLDER

_FILE = FOLDER / "results.jsonl"


@dataclass(frozen=True)
class Result:
    """One question against one peer.

    ``ours`` and ``theirs`` are in ``unit``; for most units less is better, and ``ratio`` is theirs by ours.
    For ``"M events/s"`` more is better, and it is ours by theirs. ``asked`` is the least ratio asked for,
    None where the peer is only shown; ``agree`` is None where there is no answer to compare.
    """

    question: str
    peer: str
    ours: float
    theirs: float
    asked: float | None = None
    agree: bool | None = None
    unit: str = "s"

    @property
    def ratio(self) -> float:
        """How many times better ours is."""
        pair = (self.ours, self.theirs) if self.unit == "M events/s" else (self.theirs, self.ours)
        return pair[0] / pair[1] if pair[1] else float("inf")


def keep(result: Result) -> None:
    """Add a result to those of this run."""
    FOLDER.mkdir(exist_ok=True)
    with _FILE.open("a", encoding="utf-8") as file:
        file.write(json.dumps(asdict(result)) + "\n")


def forget() -> None:
    """Begin a new run."""
    _FILE.unlink(missing_ok=True)


def print_table() -> None:
    """Print every result of this run in one table."""
    lines = _FILE.read_text("utf-8").splitlines() if _FILE.exists() else []
    results = [Result(**json.loads(line)) for line in lines]
    if not results:
        return
    wide = max(len(one.question) for one in results), max(len(one.peer) for one in results)
    heads = f"{'question':{wide[0]}}  {'peer':{wide[1]}}"
    click.echo(f"\n{heads} {'ours':>9} {'theirs':>9} {'unit':10} {'ratio':>8} {'asked':>7} {'':6} answers")
    for one in results:
        asked = f"{one.asked:6.1f}×" if one.asked is not None else ""
        met = "" if one.asked is None else "met" if one.ratio >= one.asked else "NOT"
        agree = {None: "", True: "agree", False: "DIFFER"}[one.agree]
        click.echo(
            f"{one.question:{wide[0]}}  {one.peer:{wide[1]}} {one.ours:9.3f} {one.theirs:9.3f} {one.unit:10} "
            f"{one.ratio:7.1f}× {asked:>7} {met:6} {agree}"
        )
