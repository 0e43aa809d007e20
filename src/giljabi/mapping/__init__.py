"""Journey maps held against events: the lens, the alignment, the proof of claims, a first proposal."""

from giljabi.mapping.align import Alignment, Deviation, StageReach, align
from giljabi.mapping.check import Check, Proven, check
from giljabi.mapping.curves import Curves, Friction, Point
from giljabi.mapping.distribution import Bin, Distribution
from giljabi.mapping.evidence import Detail, Journey, Quote, Sources, claim_evidence
from giljabi.mapping.feedback import Voices, link
from giljabi.mapping.lens import Lens
from giljabi.mapping.propose import Proposal, propose_map
from giljabi.mapping.sentences import sentence
from giljabi.mapping.sources import events_by_source
from giljabi.mapping.template import template

__all__ = [
    "Alignment",
    "Bin",
    "Check",
    "Curves",
    "Detail",
    "Deviation",
    "Distribution",
    "Friction",
    "Journey",
    "Lens",
    "Point",
    "Proposal",
    "Proven",
    "Quote",
    "Sources",
    "StageReach",
    "Voices",
    "align",
    "check",
    "claim_evidence",
    "events_by_source",
    "link",
    "propose_map",
    "sentence",
    "template",
]
