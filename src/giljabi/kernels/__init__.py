"""Kernels: arrays in, arrays out, over one bucket; partial answers merge. No clock, no I/O, no framework."""

from giljabi.kernels import partition
from giljabi.kernels.align import AlignPartial, align_bucket, gap_quantile, merge_alignments
from giljabi.kernels.automaton import MAX_STAGES, Automaton, automaton
from giljabi.kernels.durations import measure_durations
from giljabi.kernels.friction import Limits, UsualVisits, friction_bucket, usual_visits
from giljabi.kernels.funnel import MAX_STEPS, NO_WINDOW, FunnelLevels, Order, funnel_levels
from giljabi.kernels.graph import (
    BINS,
    NO_BIN,
    EdgeIndex,
    GraphCounts,
    count_edges,
    edge_histograms,
    edge_values,
    index_edges,
    merge_edges,
)
from giljabi.kernels.intervals import quantile_interval, wilson
from giljabi.kernels.precedence import (
    Precedence,
    extent_bucket,
    merge_precedence,
    precedence_bucket,
    spread_bucket,
)
from giljabi.kernels.significance import benjamini_hochberg, share_difference, share_p_value
from giljabi.kernels.variants import group_hashes, hash_journeys
from giljabi.kernels.visits import first_visits, journeys_between, last_events_before

__all__ = [
    "BINS",
    "MAX_STAGES",
    "MAX_STEPS",
    "NO_BIN",
    "NO_WINDOW",
    "AlignPartial",
    "Automaton",
    "EdgeIndex",
    "FunnelLevels",
    "GraphCounts",
    "Limits",
    "Order",
    "Precedence",
    "UsualVisits",
    "align_bucket",
    "automaton",
    "benjamini_hochberg",
    "count_edges",
    "edge_histograms",
    "edge_values",
    "extent_bucket",
    "first_visits",
    "friction_bucket",
    "funnel_levels",
    "gap_quantile",
    "group_hashes",
    "hash_journeys",
    "index_edges",
    "journeys_between",
    "last_events_before",
    "measure_durations",
    "merge_alignments",
    "merge_edges",
    "merge_precedence",
    "partition",
    "precedence_bucket",
    "quantile_interval",
    "share_difference",
    "share_p_value",
    "spread_bucket",
    "usual_visits",
    "wilson",
]
