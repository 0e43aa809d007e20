"""The project's own files: what git tracks or would track; without git, all but what tools leave behind."""

import functools
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "giljabi"
_LEFT_BEHIND = {
    ".git",
    ".venv",
    "node_modules",
    "__pycache__",
    "dist",
    "build",
    ".giljabi",
    "pages",
    "paraglide",
}


@functools.cache
def files() -> tuple[Path, ...]:
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    try:
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout
    except (OSError, subprocess.CalledProcessError):
        found = (path for path in ROOT.rglob("*") if not _LEFT_BEHIND & set(path.relative_to(ROOT).parts))
        return tuple(sorted(path for path in found if path.is_file()))
    return tuple(sorted(path for name in set(listed.split("\0")) if name and (path := ROOT / name).is_file()))


def under(folder: str, *suffixes: str) -> list[Path]:
    """Give the files under a folder of the project whose names end so."""
    return [path for path in files() if path.is_relative_to(ROOT / folder) and path.suffix in suffixes]


def name(path: Path) -> str:
    """Name a file as people do: from the project's root."""
    return path.relative_to(ROOT).as_posix()


def lines(path: Path) -> int:
    return len(path.read_text("utf-8").splitlines())
