"""Which customer is it: identifiers tied to customers while events arrive, and put right afterwards.

``LiveResolver`` says whose each call is, and learns from it who is who, by `Rules` of identifiers.
"""

from giljabi.resolve.live import LiveResolver
from giljabi.resolve.rules import DEFAULTS, Rules, check_rule, spellings

__all__ = [
    "DEFAULTS",
    "LiveResolver",
    "Rules",
    "check_rule",
    "spellings",
]
