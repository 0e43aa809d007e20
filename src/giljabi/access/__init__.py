"""Who may do what: accounts, roles, keys, and the record of who did it."""

from giljabi.access.emails import email_key, normal_email
from giljabi.access.letters import Occasion, write_letter
from giljabi.access.lockout import FORGOTTEN, LIMITS, Tried, Tries
from giljabi.access.mail import Letter, MailServer
from giljabi.access.news import Change, write_news
from giljabi.access.oidc import Known, Provider
from giljabi.access.opaque import new_secret, secret_digest
from giljabi.access.outward import Outward
from giljabi.access.outward_client import outward_connections, outward_transport
from giljabi.access.passphrase import lock_key, unlock_key
from giljabi.access.passwords import (
    LEAST_LENGTH,
    LONGEST_LENGTH,
    check_password,
    hash_password,
    is_outdated,
    is_password,
)
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
    scope_rights,
)
from giljabi.access.second_factor import (
    TotpOffer,
    code_step,
    new_offer,
    new_recovery_codes,
    normal_recovery_code,
)
from giljabi.access.vault import Vault, has_key, installation_key, keep_key
from giljabi.access.visit import SignedIn, Visit

__all__ = [
    "FORGOTTEN",
    "GUEST_ROLES",
    "LEAST_LENGTH",
    "LIMITS",
    "LOCAL",
    "LONGEST_LENGTH",
    "RIGHTS",
    "ROLES",
    "SCOPES",
    "Change",
    "Known",
    "Letter",
    "MailServer",
    "Occasion",
    "Outward",
    "Principal",
    "Provider",
    "Right",
    "Role",
    "Scope",
    "SignedIn",
    "TotpOffer",
    "Tried",
    "Tries",
    "Vault",
    "Visit",
    "at_least",
    "check_password",
    "code_step",
    "email_key",
    "has_key",
    "hash_password",
    "installation_key",
    "is_outdated",
    "is_password",
    "keep_key",
    "lock_key",
    "new_offer",
    "new_recovery_codes",
    "new_secret",
    "normal_email",
    "normal_recovery_code",
    "outward_connections",
    "outward_transport",
    "scope_rights",
    "secret_digest",
    "unlock_key",
    "write_letter",
    "write_news",
]
