"""Accounts: who may come in, who is in, and as what."""

from giljabi.bootstrap.accounts.desk import UNFINISHED, Note, principal_of
from giljabi.bootstrap.accounts.inviting import Invitation, Link
from giljabi.bootstrap.accounts.members import Guest
from giljabi.bootstrap.accounts.own import EmailChange
from giljabi.bootstrap.accounts.providers import Accounts

__all__ = ["UNFINISHED", "Accounts", "EmailChange", "Guest", "Invitation", "Link", "Note", "principal_of"]
