"""Maps that ship with Giljabi, to start from."""

from __future__ import annotations

from importlib.resources import files

from giljabi.model.errors import NotFound


def template(name: str) -> str:
    """Give the text of a map that ships with Giljabi.

    Parameters
    ----------
    name
        ``"shop"``: the simulated Korean online shop; ``"shop-en"``: the same map in English.

    Raises
    ------
    NotFound
        If there is no such template; names those there are.
    """
    folder = files("giljabi.mapping") / "templates"
    known = sorted(one.name.removesuffix(".journey.yaml") for one in folder.iterdir())
    if name not in known:
        raise NotFound(f"there is no template {name!r}; there are: {', '.join(known)}")
    return (folder / f"{name}.journey.yaml").read_text(encoding="utf-8")
