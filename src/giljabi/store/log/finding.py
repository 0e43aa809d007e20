"""Find the files that a source names: a path or URL, one with wildcards, or a folder."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fnmatch import fnmatch
from glob import glob, has_magic
from pathlib import Path
from typing import Any

from pyarrow import fs

from giljabi.model.errors import InputError
from giljabi.store.log.objects import file_and_path, is_url


def find_files(source: str | Path | Sequence[str | Path]) -> list[str]:
    """Give the Parquet files of a source in order of their names, which is their order of arrival.

    Parameters
    ----------
    source
        A path or URL; with ``*``, ``?`` or ``[…]`` every file that matches (``*`` also matches ``/`` in a
        URL); a folder stands for the ``.parquet`` files in it, at any depth. Several are taken one after
        another.

    Raises
    ------
    InputError
        If there is none.
    """
    if not isinstance(source, str | Path):
        return [file for one in source for file in find_files(one)]
    text = str(source)
    found = _objects(text) if is_url(text) else _paths(text)
    if not found:
        raise InputError(f"there is no Parquet file at {text}")
    return sorted(found)


def _paths(text: str) -> list[str]:
    if has_magic(text):
        return [path for path in glob(text, recursive=True) if Path(path).is_file()]
    path = Path(text)
    if path.is_dir():
        return [str(one) for one in path.rglob("*.parquet")]
    return [text] if path.exists() else []


def _objects(url: str) -> list[str]:
    bare, question, options = url.partition("?") if "?" in url and "=" in url else (url, "", "")
    fixed = re.split(r"[*?\[]", bare)[0].rpartition("/")[0] if has_magic(bare) else bare.rstrip("/")
    files, root = file_and_path(fixed + question + options)
    infos: list[Any] = [files.get_file_info(root)]
    if not infos[0].is_file:
        infos = files.get_file_info(fs.FileSelector(root, allow_not_found=True, recursive=True))
    scheme = bare.partition("://")[0]
    prefix = fixed.partition("://")[2]
    urls = [f"{scheme}://{prefix}{info.path.removeprefix(root)}" for info in infos if info.is_file]
    if has_magic(bare):
        urls = [one for one in urls if fnmatch(one, bare)]
    elif urls != [bare]:
        urls = [one for one in urls if one.endswith(".parquet")]
    return [one + question + options for one in urls]
