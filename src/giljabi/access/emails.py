"""E-mail addresses, as they are kept and compared."""

from __future__ import annotations

from giljabi.model.errors import BadParameter

LONGEST_EMAIL = 254


def normal_email(text: str) -> str:
    """Give an e-mail address as it is kept: without spaces around it, its domain in small letters.

    Raises
    ------
    BadParameter
        If it is none.
    """
    from email_validator import EmailNotValidError, validate_email

    try:
        # Whether it takes mail is found out by the mail; names that companies use inside are fine.
        found = validate_email(text.strip(), check_deliverability=False, globally_deliverable=False)
    except EmailNotValidError:
        raise BadParameter("this is no e-mail address; write one as in mina@example.com") from None
    if len(found.normalized) > LONGEST_EMAIL:
        raise BadParameter(f"an e-mail address has at most {LONGEST_EMAIL} characters")
    return found.normalized


def email_key(text: str) -> str:
    """Give what two spellings of one e-mail address have in common, and what is no address as it is."""
    try:
        return normal_email(text).casefold()
    except BadParameter:
        return text.strip().casefold()[:LONGEST_EMAIL]
