"""How events and feedback come in: read, checked, and accepted or refused for a reason.

``preview`` looks at a source, ``read_events`` and ``read_feedback`` read it. Nothing is dropped in silence:
accepted and refused rows together are all rows of the source.
"""

from giljabi.collect.accept import REASONS, Reason, Refusal
from giljabi.collect.calls import Call, pack
from giljabi.collect.door import Refused
from giljabi.collect.events import Reading
from giljabi.collect.feedback import FeedbackReading
from giljabi.collect.forgetting import FileEraser, InboxEraser, RefusalEraser
from giljabi.collect.forgotten import LeftOut
from giljabi.collect.hiding import HIDDEN, masked, unmasked
from giljabi.collect.importing import Importer, ImportReport, new_import, report
from giljabi.collect.inbox import GroupInbox, InboxFull, Measure
from giljabi.collect.looking import Look, look
from giljabi.collect.packed import TYPES, Calls, Ints
from giljabi.collect.plan import departures
from giljabi.collect.plan_proposal import propose_plan
from giljabi.collect.plugs import KINDS as SOURCE_KINDS
from giljabi.collect.plugs import Field, Plug, plug
from giljabi.collect.preview import ColumnPreview, Preview, preview
from giljabi.collect.pulling import is_due, pull
from giljabi.collect.read import read_events, read_feedback
from giljabi.collect.refusals import Replayed, replay_refusals
from giljabi.collect.roles import FeedbackRoles, Roles
from giljabi.collect.rows import RowRoles, calls_of_rows, read_roles
from giljabi.collect.sealing import Sealed, Sealer
from giljabi.collect.segment import Taken, clean_taken, read_calls
from giljabi.collect.segment_body import Opened, SegmentPath, body_limit, open_body, unpack_body
from giljabi.collect.sources.files import UnpackLimit, source_digest
from giljabi.collect.uploads import Uploads
from giljabi.collect.write_keys import WriteKeys

__all__ = [
    "HIDDEN",
    "REASONS",
    "SOURCE_KINDS",
    "TYPES",
    "Call",
    "Calls",
    "ColumnPreview",
    "FeedbackReading",
    "FeedbackRoles",
    "Field",
    "FileEraser",
    "GroupInbox",
    "ImportReport",
    "Importer",
    "InboxEraser",
    "InboxFull",
    "Ints",
    "LeftOut",
    "Look",
    "Measure",
    "Opened",
    "Plug",
    "Preview",
    "Reading",
    "Reason",
    "Refusal",
    "RefusalEraser",
    "Refused",
    "Replayed",
    "Roles",
    "RowRoles",
    "Sealed",
    "Sealer",
    "SegmentPath",
    "Taken",
    "UnpackLimit",
    "Uploads",
    "WriteKeys",
    "body_limit",
    "calls_of_rows",
    "clean_taken",
    "departures",
    "is_due",
    "look",
    "masked",
    "new_import",
    "open_body",
    "pack",
    "plug",
    "preview",
    "propose_plan",
    "pull",
    "read_calls",
    "read_events",
    "read_feedback",
    "read_roles",
    "replay_refusals",
    "report",
    "source_digest",
    "unmasked",
    "unpack_body",
]
