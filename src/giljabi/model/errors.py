"""Everything that can go wrong, in one tree.

::

    GiljabiError
    ├── InputError                 what came in is not what it should be
    │   ├── UnreadableFile         the file is broken, too large when unpacked, or of no known format
    │   ├── RolesUnclear           no column could be taken as customer, event or time
    │   ├── NoUsableRow            every row was refused; holds the count of each reason
    │   ├── MapMistakes            a map file is wrong; holds every mistake with line and column
    │   ├── AudienceMistakes       an audience's text is wrong; holds every mistake with line and column
    │   └── QuestionError          a question was asked that this log cannot answer
    │       ├── UnknownEvent       an event name that never occurs; offers near names
    │       ├── UnknownColumn      a column that the log does not have; offers near names
    │       └── BadParameter       a parameter out of its range
    ├── NotFound                   no such map, import, log or workspace
    ├── NotAllowed                 whoever asks may not do that
    ├── SignInNeeded               nobody is signed in, or no longer
    │   └── SignInFailed           what was given to sign in is not right
    ├── TooMany                    something was tried too often; holds the seconds to wait
    ├── LogError
    │   ├── LogMissing             there is no log at that place
    │   ├── LogDamaged             a checksum or a length does not fit
    │   └── TooManyNames           more event names than a code can hold
    ├── StorageUnavailable         the database or the lake does not answer
    │   └── LakeMoved              another writer changed the lake in the meantime; nothing was added
    └── SourceUnavailable          a source of events does not answer, or turns us away

Each message says what is wrong, where, and what would be right.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence

import msgspec


class GiljabiError(Exception):
    """Root of all errors Giljabi raises on purpose."""


class InputError(GiljabiError, ValueError):
    """What came in is not what it should be."""


class UnreadableFile(InputError):
    """The file is broken, unpacks beyond the limit, or has no known format."""


class RolesUnclear(InputError):
    """No column could be taken as customer, event or time."""


class NoUsableRow(InputError):
    """Every row of a file was refused.

    Parameters
    ----------
    message
        What happened, with the file's name.
    reasons
        How many rows were refused for each reason.
    """

    def __init__(self, message: str, reasons: Mapping[str, int]) -> None:
        super().__init__(message)
        self.reasons = dict(reasons)


class Mistake(msgspec.Struct, frozen=True):
    """One mistake in a map file: where it is, what is wrong, what would be right.

    ``line`` and ``column`` count from 1; ``hint`` may be empty.
    """

    line: int
    column: int
    message: str
    hint: str = ""

    def __str__(self) -> str:
        hint = f" ({self.hint})" if self.hint else ""
        return f"line {self.line}, column {self.column}: {self.message}{hint}"


class MapMistakes(InputError):
    """A map file is wrong; ``mistakes`` holds all of them, in the file's order."""

    def __init__(self, source: str, mistakes: Sequence[Mistake]) -> None:
        self.source = source
        self.mistakes = tuple(mistakes)
        lines = "\n".join(f"  {mistake}" for mistake in self.mistakes)
        count = len(self.mistakes)
        super().__init__(f"{source}: {count} mistake{'s' if count != 1 else ''}\n{lines}")


class AudienceMistakes(InputError):
    """The text of an audience is wrong; ``mistakes`` holds all of them, in the text's order."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        lines = "; ".join(f"{one.message}{f' ({one.hint})' if one.hint else ''}" for one in self.mistakes)
        super().__init__(f"this is no audience: {lines}")


class QuestionError(InputError):
    """A question was asked that this log cannot answer."""


def _near(word: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(word, list(known), n=3, cutoff=0.6)
    return f"; did you mean {' or '.join(repr(name) for name in near)}?" if near else ""


class UnknownEvent(QuestionError):
    """An event name that never occurs in the log."""

    def __init__(self, name: str, known: Iterable[str]) -> None:
        names = list(known)
        shown = ", ".join(names[:8]) + (" …" if len(names) > 8 else "")
        super().__init__(f"no event is named {name!r}{_near(name, names) or f'; the log has: {shown}'}")
        self.name = name


class UnknownColumn(QuestionError):
    """A column that the log does not have."""

    def __init__(self, name: str, known: Iterable[str]) -> None:
        names = list(known)
        has = f"; the log has: {', '.join(names)}" if names else "; the log has no such columns"
        super().__init__(f"no column is named {name!r}{_near(name, names) or has}")
        self.name = name


class BadParameter(QuestionError):
    """A parameter is out of its range."""


class NotFound(GiljabiError, LookupError):
    """No such map, import, log or workspace."""


class NotAllowed(GiljabiError):
    """Whoever asks may not do that."""


class SignInNeeded(GiljabiError):
    """Nobody is signed in, or no longer."""


class SignInFailed(SignInNeeded):
    """What was given to sign in is not right; the message does not say which part."""


class TooMany(GiljabiError):
    """Something was tried too often.

    Parameters
    ----------
    message
        What was tried.
    seconds
        How long to wait before the next try.
    """

    def __init__(self, message: str, seconds: int) -> None:
        super().__init__(message)
        self.seconds = seconds


class LogError(GiljabiError):
    """The event log cannot be built or read."""


class LogMissing(LogError, FileNotFoundError):
    """There is no event log at that place."""


class LogDamaged(LogError):
    """A checksum or a length of the event log does not fit."""


class TooManyNames(LogError, ValueError):
    """More event names than a code can hold (65,535)."""


class StorageUnavailable(GiljabiError):
    """The database or the lake does not answer."""


class LakeMoved(StorageUnavailable):
    """Another writer changed the lake in the meantime; nothing of ours was added."""


class SourceUnavailable(GiljabiError):
    """A source of events does not answer, or turns us away."""
