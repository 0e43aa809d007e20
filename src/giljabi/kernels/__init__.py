"""Kernels: arrays in, arrays out, over one bucket; partial answers merge. No clock, no I/O, no framework."""

from giljabi.kernels import merge, partition
from giljabi.kernels.align import AlignPartial, align_bucket, gap_quantile, merge_alignments
from giljabi.kernels.audiences import copy_runs, count_matches, first_values, runs_within
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
from giljabi.kernels.membership import TextSet, among, text_set
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
    "TextSet",
    "UsualVisits",
    "align_bucket",
    "among",
    "automaton",
    "benjamini_hochberg",
    "copy_runs",
    "count_edges",
    "count_matches",
    "edge_histograms",
    "edge_values",
    "extent_bucket",
    "first_values",
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
    "merge",
    "merge_alignments",
    "merge_edges",
    "merge_precedence",
    "partition",
    "precedence_bucket",
    "quantile_interval",
    "runs_within",
    "share_difference",
    "share_p_value",
    "spread_bucket",
    "text_set",
    "usual_visits",
    "wilson",
]
