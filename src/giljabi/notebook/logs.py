"""Logs that stay: opened where they lie, built from raw files, asked here or on a cluster."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from giljabi.notebook.event_log import EventLog


def open_log(location: str | Path, *, engine: str | None = None) -> EventLog:
    """Open a log that `EventLog.save` or `build_log` wrote; it is mapped, so any size opens at once.

    Parameters
    ----------
    location
        A directory, or a URL such as ``s3://bucket/log``, ``gs://…``, ``abfss://…``; what is touched there is
        fetched into the user's cache folder first.
    engine
        Where questions run: the address of a Spark Connect server, such as ``spark://host:15002``, whose
        workers reach the same location; None: in threads of this process. Answers are the same.

    Raises
    ------
    LogMissing, LogDamaged
        If there is none, or its parts do not fit.
    StorageUnavailable
        If the object store or the cluster does not answer.
    """
    from giljabi.store import open_log as opened
    from giljabi.store import run_on

    log = opened(location)
    return EventLog(log if engine is None else run_on(log, engine))


def build_log(
    source: str | Path | Sequence[str | Path],
    *,
    to: str | Path,
    engine: str | None = None,
    customer: str = "customer",
    event: str = "event",
    time: str = "time",
    channel: str = "channel",
    value: str = "value",
) -> EventLog:
    """Build a log from Parquet files of any size, and open it.

    Parameters
    ----------
    source
        Paths or URLs, with wildcards or of folders: ``s3://raw/2026-*.parquet``. Events of one customer at
        one time stay in the order of the files' names, then of their rows.
    to
        A directory or URL; a log that stands there is replaced at once and whole.
    engine
        As for `open_log`; the build runs there too, and the log is opened there.
    customer, event, time
        Columns of the files: text, text, and timestamps (UTC where they have no zone).
    channel, value
        Columns that are the channel and the value, where the files have them; all others become properties.

    Raises
    ------
    InputError, UnreadableFile, TooManyNames
        If the files do not hold events.
    """
    from giljabi.store import build_log as built
    from giljabi.store import build_on, find_files, parquet_source

    roles = {"customer": customer, "event": event, "time": time, "channel": channel, "value": value}
    renamed = {name: role for role, name in roles.items() if name != role}
    if engine is not None:
        return EventLog(build_on(engine, source, to, renamed=renamed))
    return EventLog(built(parquet_source(find_files(source), None, renamed), to))
