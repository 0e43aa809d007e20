"""A real server for a workspace: its own thread, a free port."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator

import uvicorn
from tests.workspaces import OPEN

from giljabi.bootstrap import Settings, Workspace
from giljabi.cli.up import SERVING
from giljabi.server.app import create_app


@contextlib.contextmanager
def served(workspace: Workspace, settings: Settings = OPEN) -> Iterator[str]:
    """Serve a workspace while the block runs, without accounts unless settings say so; give its address."""
    # Listening begins here: a browser that comes before the server is ready waits, it is not refused.
    door = socket.create_server(("127.0.0.1", 0))
    app = create_app(workspace, settings)
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, timeout_graceful_shutdown=5, **SERVING))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [door]}, name="server-of-tests")
    thread.start()
    try:
        yield f"http://127.0.0.1:{door.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        door.close()
