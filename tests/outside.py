"""What tests let sources reach: servers of their own on this machine, and temporary files."""

from __future__ import annotations

import tempfile

from giljabi.access import Outward
from giljabi.bootstrap.settings import Settings
from giljabi.collect import Plug, plug

PRIVATE_HOSTS = ("127.0.0.0/8", "::1", tempfile.gettempdir())
IMPORT_FOLDERS = (tempfile.gettempdir(),)

HERE = Outward(PRIVATE_HOSTS, IMPORT_FOLDERS)
SETTINGS = Settings(private_hosts=PRIVATE_HOSTS, import_folders=IMPORT_FOLDERS)


def plug_here(kind: str) -> Plug:
    """Give a plug that may reach this machine."""
    return plug(kind, HERE)
