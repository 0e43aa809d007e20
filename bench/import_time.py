"""Time ``import giljabi`` in fresh processes, less the start of Python itself. It must stay under 0.3 s."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

ROUNDS = 11


def started(code: str) -> float:
    """Give the seconds a fresh Python takes to run the code."""
    begin = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True)
    return time.perf_counter() - begin


def main() -> None:
    """Print the median of several imports."""
    bare = statistics.median(started("pass") for _ in range(ROUNDS))
    whole = statistics.median(started("import giljabi") for _ in range(ROUNDS))
    print(f"import giljabi: {whole - bare:.3f} s (median of {ROUNDS}; Python itself {bare:.3f} s)")


if __name__ == "__main__":
    main()
