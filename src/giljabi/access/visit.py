"""From where somebody comes in, and what they get when they do."""

from __future__ import annotations

import msgspec

from giljabi.access.roles import Principal

_LONGEST_AGENT = 300


class Visit(msgspec.Struct, frozen=True):
    """From where a request comes: its network address, and what its browser calls itself."""

    address: str = ""
    agent: str = ""

    @property
    def short_agent(self) -> str:
        """What the browser calls itself, as far as it is kept."""
        return self.agent.replace("\0", "")[:_LONGEST_AGENT]


class SignedIn(msgspec.Struct, frozen=True):
    """A new session.

    Attributes
    ----------
    token
        Its secret, for the cookie; it is kept as a digest only.
    complete
        False while a second factor is still to be given.
    principal
        Who is signed in; None while it is not complete.
    """

    token: str
    complete: bool
    principal: Principal | None = None
