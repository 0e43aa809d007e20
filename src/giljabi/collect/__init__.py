"""How events and feedback come in: read, checked, and accepted or refused for a reason.

``preview`` looks at a source, ``read_events`` and ``read_feedback`` read it. Nothing is dropped in silence:
accepted and refused rows together are all rows of the source.
"""

from giljabi.collect.accept import REASONS, Reason, Refusal
from giljabi.collect.events import Reading
from giljabi.collect.feedback import FeedbackReading
from giljabi.collect.importing import Importer, ImportReport, new_import, report
from giljabi.collect.plan import departures
from giljabi.collect.preview import ColumnPreview, Preview, preview
from giljabi.collect.read import read_events, read_feedback
from giljabi.collect.roles import FeedbackRoles, Roles
from giljabi.collect.sources.files import UnpackLimit, source_digest
from giljabi.collect.uploads import Uploads

__all__ = [
    "REASONS",
    "ColumnPreview",
    "FeedbackReading",
    "FeedbackRoles",
    "ImportReport",
    "Importer",
    "Preview",
    "Reading",
    "Reason",
    "Refusal",
    "Roles",
    "UnpackLimit",
    "Uploads",
    "departures",
    "new_import",
    "preview",
    "read_events",
    "read_feedback",
    "report",
    "source_digest",
]
