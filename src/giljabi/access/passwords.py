"""Passwords: which ones will do, and how they are kept and compared.

Which ones will do follows OWASP's Application Security Verification Standard 5.0, section 6.2: their length
counts, not which kinds of characters they have, and none that is easily guessed is taken. How they are kept
follows OWASP's Password Storage Cheat Sheet: argon2id with 19 MiB, two passes and one lane.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

from giljabi.model.errors import BadParameter

if TYPE_CHECKING:
    from argon2 import PasswordHasher

LEAST_LENGTH = 12
LONGEST_LENGTH = 256

_FEWEST_GUESSES = 10**8
"""How many guesses a password must withstand: more than years of guessing past the lock-out."""

_ESTIMATED = 64
"""How many characters are looked at for what is easily guessed; longer ones are hard to guess anyway."""

_AT_ONCE = threading.BoundedSemaphore(4)
"""Each comparison takes 19 MiB and a core for a while; more at once would only make all of them wait."""


def check_password(password: str, *about: str) -> None:
    """Say whether a password will do.

    Parameters
    ----------
    password
        As it was typed.
    about
        What others know of its owner: e-mail address, name.

    Raises
    ------
    BadParameter
        If it is too short, too long, or among the first that anybody would try.
    """
    text = _normal(password)
    if len(text) < LEAST_LENGTH:
        raise BadParameter(f"the password is too short; take at least {LEAST_LENGTH} characters")
    if len(text) > LONGEST_LENGTH:
        raise BadParameter(f"the password is too long; take at most {LONGEST_LENGTH} characters")
    if _guesses(text, about) < _FEWEST_GUESSES:
        raise BadParameter(
            "the password is easily guessed; take several words that do not belong together, or let a "
            "password manager make one"
        )


def hash_password(password: str) -> str:
    """Give a password as it is kept."""
    with _AT_ONCE:
        return _hasher().hash(_normal(password))


def is_password(password: str, kept: str | None) -> bool:
    """Say whether a password is the one that was kept; it takes as long where none was."""
    from argon2.exceptions import InvalidHashError, VerificationError

    with _AT_ONCE:
        try:
            right = _hasher().verify(kept or _nobodys(), _normal(password)[: LONGEST_LENGTH + 1])
        except (VerificationError, InvalidHashError):
            return False
    return right and bool(kept)


def is_outdated(kept: str) -> bool:
    """Say whether a password was kept under other parameters than today's."""
    return _hasher().check_needs_rehash(kept)


def _normal(password: str) -> str:
    """Give one spelling of what looks alike: Hangul in parts is Hangul in syllables."""
    return unicodedata.normalize("NFKC", password.encode("utf-8", "replace").decode())


def _guesses(text: str, about: tuple[str, ...]) -> float:
    from zxcvbn import zxcvbn

    words = {"giljabi", "길잡이"}
    for one in about:
        said = _normal(one).casefold()
        parts = re.split(r"[\W_]+", said)
        words.update([said, said.partition("@")[0], "".join(parts), "".join(parts[:2]), *parts])
    words.discard("")
    return float(zxcvbn(text[:_ESTIMATED], user_inputs=sorted(words))["guesses"])


@cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher, Type

    return PasswordHasher(
        time_cost=2, memory_cost=19 * 1024, parallelism=1, hash_len=32, salt_len=16, type=Type.ID
    )


@cache
def _nobodys() -> str:
    """Give the hash that is compared with where there is no account: the time is to say nothing."""
    return _hasher().hash("nobody has this password")
