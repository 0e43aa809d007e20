"""Which customer is it: identifiers tied to customers while events arrive, and put right afterwards.

``LiveResolver`` says whose each call is, and learns from it who is who, by `Rules` of identifiers. `Replay`
lets events follow their customers; `merge`, `split` and `undo` are decisions of people.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from giljabi.resolve.deciding import merge, split, undo
from giljabi.resolve.live import LiveResolver
from giljabi.resolve.matching import FieldWeight, ProbableMatch, probable_matches
from giljabi.resolve.people import Person, name_of, person_of
from giljabi.resolve.rules import DEFAULTS, Rules, check_rule, normal, spellings
from giljabi.resolve.trying import Trial, TriedIdentifier, TriedMerge, trial

if TYPE_CHECKING:
    from giljabi.resolve.replay import Replay, Replayed

__all__ = [
    "DEFAULTS",
    "FieldWeight",
    "LiveResolver",
    "Person",
    "ProbableMatch",
    "Replay",
    "Replayed",
    "Rules",
    "Trial",
    "TriedIdentifier",
    "TriedMerge",
    "check_rule",
    "merge",
    "name_of",
    "normal",
    "person_of",
    "probable_matches",
    "spellings",
    "split",
    "trial",
    "undo",
]


def __getattr__(name: str) -> Any:
    # Arrow is imported when rows are to be moved.
    if name not in {"Replay", "Replayed"}:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module("giljabi.resolve.replay"), name)
