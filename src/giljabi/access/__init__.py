"""Who may do what: accounts, roles, keys, and the record of who did it."""

from giljabi.access.roles import (
    GUEST_ROLES,
    LOCAL,
    RIGHTS,
    ROLES,
    SCOPES,
    Principal,
    Right,
    Role,
    Scope,
    at_least,
)
from giljabi.access.vault import Vault, installation_key

__all__ = [
    "GUEST_ROLES",
    "LOCAL",
    "RIGHTS",
    "ROLES",
    "SCOPES",
    "Principal",
    "Right",
    "Role",
    "Scope",
    "Vault",
    "at_least",
    "installation_key",
]
