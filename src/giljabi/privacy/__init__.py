"""What customers have a say in: consent, what is kept of them and how long, and being forgotten."""

from giljabi.privacy.erasing import Eraser, Person, Progress, person_of, together
from giljabi.privacy.export import FORMAT, Section, write_json, write_tables
from giljabi.privacy.gate import ANY_KIND, Gate, GateKeeper, Keyed, Writing, digests_of
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
from giljabi.privacy.record import sections_of
from giljabi.privacy.suppression import let_in_again, suppress

__all__ = [
    "ANY_KIND",
    "ERASED",
    "FORMAT",
    "ConsentEraser",
    "Eraser",
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
    "digests_of",
    "fitting",
    "let_in_again",
    "person_of",
    "sections_of",
    "suppress",
    "together",
    "write_json",
    "write_tables",
]
