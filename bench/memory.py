"""Measure private memory and time of every question over a large log on disk, each in a process of its own.

Private memory is what the process has to itself (RssAnon, looked at every 10 ms): the pages of the mapped log
belong to the page cache and are not counted. The bound is 2 GB for a log of 100 M events. With ``--engine``
the questions run on a Spark Connect server; then memory and core seconds are those of the driver.
"""

from __future__ import annotations

import json
import resource
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import click
from bench import arrays
from bench.data import FOLDER
from bench.questions import QUESTIONS

import giljabi as gj
from giljabi.store import write_log

BOUND_MB = 2_000


@click.command()
@click.option("--events", default=100_000_000, show_default=True, help="How many events the log has.")
@click.option("--only", multiple=True, type=click.Choice(list(QUESTIONS)), help="Ask only these.")
@click.option("--engine", help="A Spark Connect server to ask on.")
@click.option("--seconds", default=600, show_default=True, help="Give a question up after so long.")
@click.option("--one", hidden=True)
def main(events: int, only: tuple[str, ...], engine: str | None, seconds: int, one: str | None) -> None:
    """Print one line a question; fail when one needs more than 2 GB."""
    place = FOLDER / f"memory-{events}"
    if one is not None:
        click.echo(json.dumps(_asked(place, one, engine)))
        return
    if not (place / "CURRENT").exists():
        shutil.rmtree(place, ignore_errors=True)
        # The process that makes the log holds it in memory; it ends with it.
        command = "import sys; from bench.memory import made; made(*sys.argv[1:])"
        subprocess.run([sys.executable, "-c", command, str(events), str(place)], check=True)
    size = sum(path.stat().st_size for path in place.rglob("*.arrow"))
    click.echo(f"{events:,} events, {size / events:.1f} bytes an event, asked in {engine or 'threads'}")
    click.echo(f"{'question':20} {'private MB':>11} {'seconds':>8} {'core s':>8} {'s of 1e9 events':>16}")
    over = []
    for name in only or QUESTIONS:
        asked = [sys.executable, "-m", "bench.memory", "--events", str(events), "--one", name]
        asked += ["--engine", engine] if engine else []
        try:
            done = subprocess.run(asked, capture_output=True, text=True, timeout=seconds, check=False)
        except subprocess.TimeoutExpired:
            click.echo(f"{name:20} given up after {seconds} s")
            continue
        if done.returncode:
            click.echo(f"{name:20} {(done.stderr.strip() or 'failed').splitlines()[-1][:80]}")
            continue
        private, took, cores = json.loads(done.stdout.splitlines()[-1])
        over += [name] if private > BOUND_MB else []
        click.echo(f"{name:20} {private:11,.0f} {took:8.2f} {cores:8.2f} {took * 1e9 / events:16.1f}")
    if over:
        raise click.ClickException(f"above {BOUND_MB:,} MB: {', '.join(over)}")


def made(events: str, place: str) -> None:
    """Write the log."""
    many = int(events)
    write_log(arrays.log(many, max(1, many // 20), 40, buckets=max(4, many // 3_000_000)), place)


def _asked(place: Path, name: str, engine: str | None) -> tuple[float, float, float]:
    """Ask twice: the first time compiles kernels and brings the log into the page cache."""
    log, peak, over = gj.open_log(place, engine=engine), 0, threading.Event()

    def watch() -> None:
        nonlocal peak
        while not over.wait(0.01):
            peak = max(peak, _private())

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        QUESTIONS[name](log)
        before, began = _cores(), time.perf_counter()
        QUESTIONS[name](log)
        took, cores = time.perf_counter() - began, _cores() - before
    finally:
        over.set()
        watcher.join()
    return peak / 1e3, took, cores


def _private() -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("RssAnon:"))


def _cores() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
