"""Uploaded files have names that any folder takes, and that say what they are."""

from __future__ import annotations

import io

import pytest

from giljabi.bootstrap import Workspace

ROWS = b"user,event,at\na,view,2026-11-01 10:00:00\n"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.csv", "passwd.csv"),
        ("C:\\\\secrets\\orders.csv", "orders.csv"),
        (".hidden.csv", "hidden.csv"),
        ("or\0de\nrs.csv", "orders.csv"),
        ("orders\u202evsc.exe.csv", "ordersvsc.exe.csv"),
        ("주문.csv", "주문.csv"),
        ("....", "upload"),
        (" ", "upload"),
        ("🧭" * 90 + ".csv", "🧭" * 59 + ".csv"),
    ],
    ids=range(9),
)
def test_a_files_name_is_its_last_part_as_far_as_it_is_seen(
    empty_workspace: Workspace, given: str, kept: str
) -> None:
    staged = empty_workspace.stage_upload(given, io.BytesIO(ROWS))

    assert empty_workspace.import_status(staged).file == kept
