"""The second factor: time-based codes of an authenticator (RFC 6238), and recovery codes for its loss."""

from __future__ import annotations

import base64
import re
import secrets
from datetime import datetime

import msgspec

STEP = 30
"""Seconds for which a code holds; the one before and the one after are taken too, as clocks differ."""

RECOVERY_CODES = 10

_ISSUER = "Giljabi"
_GROUPS, _LETTERS = 4, 6
_BORDER = 4


class TotpOffer(msgspec.Struct, frozen=True):
    """What an authenticator needs to know.

    Attributes
    ----------
    secret
        To type in.
    uri
        The same and whose it is, as a URI.
    size, path
        The URI as a QR code: what is dark, as the path of an SVG whose view box is ``0 0 size size``; the
        light border that readers need is part of it.
    """

    secret: str
    uri: str
    size: int
    path: str


def new_offer(email: str) -> TotpOffer:
    """Make a secret for an authenticator, under the name of an account."""
    import pyotp

    secret = pyotp.random_base32()
    return _offer(secret, pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=_ISSUER))


def code_step(secret: str, code: str, now: datetime) -> int | None:
    """Give the time step a code stands for; None where it is wrong, or too old or too new."""
    import pyotp

    said = re.sub(r"\s", "", code)
    if not re.fullmatch(r"[0-9]{6}", said):
        return None
    present = int(now.timestamp()) // STEP
    codes = pyotp.TOTP(secret)
    right = [
        step
        for step in (present - 1, present, present + 1)
        if secrets.compare_digest(codes.at(step * STEP), said)
    ]
    return max(right, default=None)


def new_recovery_codes() -> list[str]:
    """Make recovery codes of 120 random bits each, so that their digests can be kept plainly."""
    return [_recovery_code() for _ in range(RECOVERY_CODES)]


def normal_recovery_code(text: str) -> str:
    """Give a recovery code as it is kept, whatever hyphens, spaces and small letters it was typed with."""
    return re.sub(r"[\s-]", "", text).upper()[:100]


def _recovery_code() -> str:
    letters = base64.b32encode(secrets.token_bytes(15)).decode()
    return "-".join(letters[at : at + _LETTERS] for at in range(0, _GROUPS * _LETTERS, _LETTERS))


def _offer(secret: str, uri: str) -> TotpOffer:
    import segno

    code = segno.make(uri, error="m", micro=False)
    rows = [bytes(row) for row in code.matrix]
    parts = []
    for y, row in enumerate(rows):
        for run in re.finditer(rb"[^\x00]+", row):
            x, width = run.start() + _BORDER, run.end() - run.start()
            parts.append(f"M{x} {y + _BORDER}h{width}v1h-{width}z")
    return TotpOffer(secret, uri, len(rows) + 2 * _BORDER, "".join(parts))
