"""What customers have a say in: consent, what is kept of them and how long, and being forgotten."""

from giljabi.privacy.at_the_door import CONSENT_EVENTS, AtTheDoor
from giljabi.privacy.consent import ConsentState, ConsentWord, check_word, present, stands
from giljabi.privacy.consent_file import LARGEST_FILE, FileMistake, read_file
from giljabi.privacy.door_book import DoorBook
from giljabi.privacy.erasing import Eraser, Person, Progress, person_of, together
from giljabi.privacy.export import FORMAT, Section, write_json, write_tables
from giljabi.privacy.fields import MOST_RULES, Cleaner, FieldRules, check_rule
from giljabi.privacy.gate import ANY_KIND, Gate, GateKeeper, digests_of
from giljabi.privacy.hashing import hashed, is_hash
from giljabi.privacy.mentions import ERASED, Mentions
from giljabi.privacy.places import (
    ConsentEraser,
    LakeEraser,
    LogEraser,
    MentionEraser,
    Naming,
    TableEraser,
    fitting,
)
from giljabi.privacy.purposes import MOST_PURPOSES, check_purpose
from giljabi.privacy.record import sections_of
from giljabi.privacy.suppression import Forgotten, let_in_again, suppress
from giljabi.privacy.writing import Keyed, Writing

__all__ = [
    "ANY_KIND",
    "CONSENT_EVENTS",
    "ERASED",
    "FORMAT",
    "LARGEST_FILE",
    "MOST_PURPOSES",
    "MOST_RULES",
    "AtTheDoor",
    "Cleaner",
    "ConsentEraser",
    "ConsentState",
    "ConsentWord",
    "DoorBook",
    "Eraser",
    "FieldRules",
    "FileMistake",
    "Forgotten",
    "Gate",
    "GateKeeper",
    "Keyed",
    "LakeEraser",
    "LogEraser",
    "MentionEraser",
    "Mentions",
    "Naming",
    "Person",
    "Progress",
    "Section",
    "TableEraser",
    "Writing",
    "check_purpose",
    "check_rule",
    "check_word",
    "digests_of",
    "fitting",
    "hashed",
    "is_hash",
    "let_in_again",
    "person_of",
    "present",
    "read_file",
    "sections_of",
    "stands",
    "suppress",
    "together",
    "write_json",
    "write_tables",
]
