"""Kernels: arrays in, arrays out, over one bucket; partial answers merge. No clock, no I/O, no framework."""

from giljabi.kernels import merge, partition
from giljabi.kernels.align import AlignPartial, align_bucket, gap_quantile, merge_alignments
from giljabi.kernels.audiences import copy_runs, count_matches, first_values, runs_within
from giljabi.kernels.automaton import MAX_STAGES, Automaton, automaton
from giljabi.kernels.bins import bin_floors, histogram_quantile
from giljabi.kernels.durations import measure_durations
from giljabi.kernels.edit_distance import edit_distances, nearest_patterns
from giljabi.kernels.friction import (
    FrictionCounts,
    Limits,
    UsualVisits,
    friction_bucket,
    merge_usual,
    usual_limits,
    usual_visits,
)
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
from giljabi.kernels.lifecycle import LifecycleCounts, active_days, lifecycle_bucket
from giljabi.kernels.medoids import add_medoid, cover_in_turn, swap_medoids
from giljabi.kernels.membership import TextSet, among, text_set
from giljabi.kernels.precedence import (
    Precedence,
    extent_bucket,
    merge_precedence,
    precedence_bucket,
    spread_bucket,
)
from giljabi.kernels.retention import RetentionCounts, merge_retention, retention_bucket
from giljabi.kernels.sessions import (
    Cuts,
    cut_gaps,
    cut_pairs,
    gap_bin_ends,
    gap_bins,
    otsu,
    score_boundaries,
    spread_bins,
    spread_rank_bins,
    values_in_bins,
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
    "Cuts",
    "EdgeIndex",
    "FrictionCounts",
    "FunnelLevels",
    "GraphCounts",
    "LifecycleCounts",
    "Limits",
    "Order",
    "Precedence",
    "RetentionCounts",
    "TextSet",
    "UsualVisits",
    "active_days",
    "add_medoid",
    "align_bucket",
    "among",
    "automaton",
    "benjamini_hochberg",
    "bin_floors",
    "copy_runs",
    "count_edges",
    "count_matches",
    "cover_in_turn",
    "cut_gaps",
    "cut_pairs",
    "edge_histograms",
    "edge_values",
    "edit_distances",
    "extent_bucket",
    "first_values",
    "first_visits",
    "friction_bucket",
    "funnel_levels",
    "gap_bin_ends",
    "gap_bins",
    "gap_quantile",
    "group_hashes",
    "hash_journeys",
    "histogram_quantile",
    "index_edges",
    "journeys_between",
    "last_events_before",
    "lifecycle_bucket",
    "measure_durations",
    "merge",
    "merge_alignments",
    "merge_edges",
    "merge_precedence",
    "merge_retention",
    "merge_usual",
    "nearest_patterns",
    "otsu",
    "partition",
    "precedence_bucket",
    "quantile_interval",
    "retention_bucket",
    "runs_within",
    "score_boundaries",
    "share_difference",
    "share_p_value",
    "spread_bins",
    "spread_bucket",
    "spread_rank_bins",
    "swap_medoids",
    "text_set",
    "usual_limits",
    "usual_visits",
    "values_in_bins",
    "wilson",
]
