"""The server the load is put on, as `giljabi up` runs it; at its end it prints what committing took."""

from __future__ import annotations

import json
import resource
import signal
from dataclasses import asdict

import click
import uvicorn
import uvloop

from giljabi.bootstrap import Workspace
from giljabi.cli.up import SERVING
from giljabi.server.app import create_app


async def serve(port: int) -> None:
    """Serve the workspace under GILJABI_HOME until told to stop."""
    app = create_app()
    config = uvicorn.Config(app, host="127.0.0.1", port=port, **SERVING)
    await uvicorn.Server(config).serve()
    used = resource.getrusage(resource.RUSAGE_SELF)
    workspace: Workspace = app.state.workspace
    measure = asdict(workspace.collection.group_inbox().measure)
    print(json.dumps({**measure, "core_seconds": used.ru_utime + used.ru_stime, "peak_kb": used.ru_maxrss}))


@click.command()
@click.option("--port", type=int, required=True)
def main(port: int) -> None:
    """Serve on 127.0.0.1."""
    # uvicorn ends in order at the signal, then raises it once more.
    signal.signal(signal.SIGTERM, lambda *_: None)
    uvloop.run(serve(port))


if __name__ == "__main__":
    main()
