"""``giljabi doctor`` and ``giljabi settings`` answer people and programs, and the first by its status too."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = [sys.executable, "-c", "from giljabi.cli import main; main()"]


def run(home: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environ = {name: text for name, text in os.environ.items() if not name.startswith("GILJABI_")}
    environ |= {"GILJABI_HOME": str(home), **variables}
    return subprocess.run([*PROGRAM, *words], env=environ, capture_output=True, text=True, check=False)


def test_where_all_is_well_the_status_is_0(tmp_path: Path) -> None:
    done = run(tmp_path / "home", "doctor")
    assert (done.returncode, done.stderr) == (0, "")
    assert "0 errors, 0 warnings" in done.stdout


def test_where_something_is_unsafe_the_status_is_1(tmp_path: Path) -> None:
    done = run(tmp_path / "home", "doctor", GILJABI_TRUSTED_PROXIES="*")
    assert done.returncode == 1
    assert "GILJABI_TRUSTED_PROXIES" in done.stdout


def test_programs_are_told_in_json(tmp_path: Path) -> None:
    done = run(tmp_path / "home", "doctor", "--json", GILJABI_PORT="0")
    (found,) = json.loads(done.stdout)
    assert (done.returncode, found["check"], found["state"]) == (1, "settings", "error")


@pytest.mark.parametrize("words", [(), ("--json",)], ids=["table", "json"])
def test_settings_are_shown_without_secrets(tmp_path: Path, words: tuple[str, ...]) -> None:
    url = "postgresql://me:hunter2@db/giljabi"
    done = run(tmp_path, "settings", *words, GILJABI_DATABASE_URL=url, GILJABI_SECRET_KEY="ab" * 32)
    assert done.returncode == 0
    assert "GILJABI_DATABASE_URL" in done.stdout
    assert "hunter2" not in done.stdout
    assert "abab" not in done.stdout


def test_a_wrong_setting_ends_a_verb_with_a_sentence(tmp_path: Path) -> None:
    done = run(tmp_path, "settings", GILJABI_LOG_LEVEL="loud")
    assert done.returncode == 2
    assert done.stderr == (
        "giljabi: the setting GILJABI_LOG_LEVEL is 'loud'; it must be debug or info or warning or error\n"
    )
