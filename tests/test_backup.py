"""A backup holds a workspace as it was at one moment, and brings it back elsewhere, each event once."""

from __future__ import annotations

import io
import threading
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from tests.test_upkeep import call, send

from giljabi.bootstrap import Workspace, back_up, open_workspace, restore
from giljabi.bootstrap.settings import Settings
from giljabi.mapping import template
from giljabi.model.errors import BadParameter, UnreadableFile
from giljabi.store.postgres import EmbeddedServer

EVENTS = """user,action,time
file1,view,2026-01-01 10:00:00
file2,view,2026-01-01 10:00:05
,view,2026-01-01 11:00:00
"""
FEEDBACK = "customer,time,kind,score,text\nfile1,2026-01-02 09:00:00,nps,9,좋아요\n"
ELSEWHERE = {"iceberg_tables", "import"}
"""Tables that hold addresses, which are others where the workspace is elsewhere."""


@pytest.fixture
def settings(tmp_path: Path, database_address: str) -> Settings:
    return Settings(home=str(tmp_path / "home"), database_url=database_address, workspace="ours")


@pytest.fixture
def elsewhere(postgres_server: EmbeddedServer, tmp_path: Path) -> Iterator[Settings]:
    """Give a home and a database without anything."""
    with psycopg.connect(postgres_server.url(), autocommit=True) as connection:
        connection.execute("CREATE DATABASE giljabi_elsewhere")
        yield Settings(
            home=str(tmp_path / "elsewhere"), database_url=postgres_server.url(database="giljabi_elsewhere")
        )
        connection.execute("DROP DATABASE giljabi_elsewhere WITH (FORCE)")


def fill(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "events.csv").write_text(EVENTS)
    (tmp_path / "feedback.csv").write_text(FEEDBACK)
    workspace.import_events(tmp_path / "events.csv")
    workspace.import_feedback(tmp_path / "feedback.csv")
    workspace.add_map(template("shop-en"))
    workspace.sources.add("http", "Website", {})
    send(workspace, call("1", "a"), call("2", "b", None, type="identify", traits={"email": "b@example.com"}))
    workspace.collection.seal()
    workspace.rebuild_log()
    send(workspace, call("3", "c"), call("1", "a"))


def rows(address: str, workspace: str) -> dict[str, Counter[bytes]]:
    """Give the rows of every table of a workspace."""
    found = {}
    with psycopg.connect(address) as connection:
        tables = connection.execute(
            "SELECT table_name FROM information_schema.columns "
            "WHERE table_schema = 'public' AND column_name = 'workspace_id'"
        ).fetchall()
        for (table,) in tables:
            with connection.cursor().copy(
                f"COPY (SELECT * FROM {table} WHERE workspace_id = '{workspace}') TO STDOUT"
            ) as copy:
                found[table] = Counter(b"".join(bytes(part) for part in copy).splitlines())
    return found


def lake(workspace: Workspace) -> list[Any]:
    batches = list(workspace._lake.scan())
    return sorted((row for batch in batches for row in batch.to_pylist()), key=str)


def test_what_is_restored_is_what_was_there(tmp_path: Path, settings: Settings, elsewhere: Settings) -> None:
    with open_workspace(settings=settings) as ours:
        fill(ours, tmp_path)
        before, name, there = lake(ours), ours._ledger._workspace, ours.log_info().customers  # type: ignore[attr-defined]
        made = back_up(tmp_path / "ours.zip", settings)
        assert (made.workspace, made.key) == ("ours", "absent")
        kept = rows(str(settings.database_url), name)
    assert (tmp_path / "ours.zip").stat().st_mode & 0o777 == 0o600
    restore(tmp_path / "ours.zip", elsewhere)
    found = rows(str(elsewhere.database_url), name)
    assert {table for table in kept if kept[table] != found[table]} == ELSEWHERE
    assert sum(map(len, found.values())) == sum(map(len, kept.values()))
    with open_workspace(settings=elsewhere, workspace="ours") as restored:
        assert lake(restored) == before
        assert restored.log_info().customers == there
        assert restored.list_maps()[0].title == "First purchase in an online shop"
        (refused,) = [one for one in restored.imports() if one.refused]
        assert Path(str(elsewhere.home)) in restored.rejects(refused.id).parents
        assert len(restored.feedback()) == 1
        # What waited is sealed once, what was sealed is known, and what comes lies behind it.
        send(restored, call("3", "c"), call("4", "d"))
        assert restored.collection.seal()["events"] == 2
        restored.rebuild_log()
        assert restored.log_info().customers == there + 2
        # The file that was brought in before is still known.
        (tmp_path / "again.csv").write_text(EVENTS)
        assert restored.import_events(tmp_path / "again.csv").duplicate


def test_a_backup_is_one_moment_while_events_come_in(
    tmp_path: Path, settings: Settings, elsewhere: Settings
) -> None:
    stop, sent = threading.Event(), 0

    def keep_sending() -> None:
        nonlocal sent
        with open_workspace(settings=settings) as writer:
            while not stop.is_set():
                send(writer, *(call(f"m{sent + number}", f"u{number % 7}") for number in range(20)))
                sent += 20
                writer.collection.seal()
                if sent % 100 == 0:
                    writer.collection.compact()
                    writer.collection.expire()

    with open_workspace(settings=settings) as ours:
        fill(ours, tmp_path)
        thread = threading.Thread(target=keep_sending)
        thread.start()
        try:
            while ours._lake.inbox_position < 10:
                stop.wait(0.05)
            back_up(tmp_path / "ours.zip", settings)
        finally:
            stop.set()
            thread.join()
    restore(tmp_path / "ours.zip", elsewhere)
    with open_workspace(settings=elsewhere, workspace="ours") as restored:
        restored.collection.seal()
        kept = [row["event"] for row in lake(restored) if (row["customer"] or "").startswith("u")]
        assert 0 < len(kept) <= sent
        assert len(kept) % 20 == 0  # what was sent together was acknowledged together
        send(restored, *(call(f"m{number}", f"u{number % 20 % 7}") for number in range(sent)))
        restored.collection.seal()
        assert len([row for row in lake(restored) if (row["customer"] or "").startswith("u")]) == sent


def test_nothing_is_overwritten(tmp_path: Path, settings: Settings) -> None:
    with open_workspace(settings=settings):
        back_up(tmp_path / "ours.zip", settings)
    with pytest.raises(BadParameter, match="'ours' already"):
        restore(tmp_path / "ours.zip", settings)
    with pytest.raises(FileExistsError):
        back_up(tmp_path / "ours.zip", settings)
    assert sorted(path.name for path in tmp_path.glob("*.zip*")) == ["ours.zip"]
    assert list(tmp_path.glob(".*part")) == []


@pytest.mark.parametrize("damage", ["cut short", "a byte turned", "no archive", "newer", "leads out"])
def test_a_damaged_backup_changes_nothing(
    damage: str, tmp_path: Path, settings: Settings, elsewhere: Settings
) -> None:
    file = tmp_path / "ours.zip"
    with open_workspace(settings=settings) as ours:
        fill(ours, tmp_path)
        back_up(file, settings)
    whole = file.read_bytes()
    if damage == "newer":
        file.unlink()
        rewritten(whole, file, {"manifest.json": (b'"format": 1', b'"format": 99')})
    elif damage == "leads out":
        file.unlink()
        rewritten(whole, file, {"manifest.json": (b'"lake/metadata', b'"lake/../metadata')})
    else:
        middle = len(whole) // 2
        turned = whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :]
        file.write_bytes(
            {"cut short": whole[:middle], "a byte turned": turned}.get(damage, b"something else")
        )
    with pytest.raises(UnreadableFile, match=r"ours\.zip"):
        restore(file, elsewhere)
    assert not Path(str(elsewhere.home), "lake").exists()
    with psycopg.connect(str(elsewhere.database_url)) as connection:
        found = connection.execute("SELECT to_regclass('public.workspace')").fetchone()
    assert found == (None,)


def rewritten(whole: bytes, file: Path, changes: dict[str, tuple[bytes, bytes]]) -> None:
    with zipfile.ZipFile(io.BytesIO(whole)) as before, zipfile.ZipFile(file, "w") as after:
        for name in before.namelist():
            old, new = changes.get(name, (b"", b""))
            after.writestr(name, before.read(name).replace(old, new) if old else before.read(name))


def test_the_key_comes_along_under_a_passphrase(
    tmp_path: Path, settings: Settings, elsewhere: Settings
) -> None:
    with open_workspace(settings=settings) as ours:
        sealed = ours._vault.encrypt("secret", "test")
        back_up(tmp_path / "ours.zip", settings, passphrase="long enough")
    key = Path(str(settings.home), "secret.key").read_text()
    assert key.strip().encode() not in (tmp_path / "ours.zip").read_bytes()
    with pytest.raises(BadParameter, match="passphrase"):
        restore(tmp_path / "ours.zip", elsewhere, passphrase="another one")
    assert restore(tmp_path / "ours.zip", elsewhere, passphrase="long enough").key == "kept"
    assert Path(str(elsewhere.home), "secret.key").read_text() == key
    with open_workspace(settings=elsewhere, workspace="ours") as restored:
        assert restored._vault.decrypt(sealed, "test") == "secret"


def test_a_backup_is_not_brought_in_under_another_key(
    tmp_path: Path, settings: Settings, elsewhere: Settings
) -> None:
    with open_workspace(settings=settings):
        back_up(tmp_path / "ours.zip", settings)
    with open_workspace(settings=elsewhere, workspace="theirs"):
        pass
    with pytest.raises(BadParameter, match="another key"):
        restore(tmp_path / "ours.zip", elsewhere)


def test_no_file_goes_while_it_is_copied(tmp_path: Path, settings: Settings, monkeypatch: Any) -> None:
    from giljabi.store.lake import expiring

    monkeypatch.setattr(expiring, "KEPT_SNAPSHOTS", 1)
    with open_workspace(settings=settings) as ours:
        for number in range(3):
            send(ours, call(str(number), "a"))
            ours.collection.seal()
        with ours.holding_files():
            assert ours.collection.expire() == {}
        assert ours.collection.expire()["forgotten"] > 0
