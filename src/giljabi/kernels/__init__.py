"""Kernels: arrays in, arrays out, over one bucket; partial answers merge. No clock, no I/O, no framework."""

from giljabi.kernels import merge, partition
from giljabi.kernels.align import AlignPartial, align_bucket, gap_quantile, merge_alignments
from giljabi.kernels.audiences import copy_runs, count_matches, first_values, runs_within
from giljabi.kernels.automaton import MAX_STAGES, Automaton, automaton
from giljabi.kernels.bins import bin_floors, histogram_quantile
from giljabi.kernels.changes import (
    Openings,
    PeriodCounts,
    Periods,
    count_periods,
    merge_periods,
    open_journeys,
    period_durations,
    rank_sum,
)
from giljabi.kernels.compare import (
    Difference,
    Overlap,
    count_names,
    count_overlap,
    median_difference,
    overlap_difference,
)
from giljabi.kernels.drift import (
    GROUPS,
    count_windows,
    drift_by_chance,
    drift_contributions,
    drift_distances,
)
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
from giljabi.kernels.funnel import (
    MAX_FUNNEL_STEPS,
    MAX_STEPS,
    FunnelLevels,
    FunnelRules,
    Order,
    funnel_levels,
    gaps_by_step,
)
from giljabi.kernels.funnel_rules import NO_WINDOW
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
from giljabi.kernels.journey_steps import count_links, count_steps
from giljabi.kernels.lifecycle import LifecycleCounts, active_days, lifecycle_bucket
from giljabi.kernels.loops import LoopCounts, count_loops, merge_loops
from giljabi.kernels.medoids import add_medoid, cover_in_turn, swap_medoids
from giljabi.kernels.membership import TextSet, among, text_set
from giljabi.kernels.occupancy import Frames, count_on_edges, token_moves
from giljabi.kernels.pairs import Chances, measure_pairs, see_chances
from giljabi.kernels.periods import time_extent
from giljabi.kernels.precedence import (
    Precedence,
    extent_bucket,
    merge_precedence,
    precedence_bucket,
    spread_bucket,
)
from giljabi.kernels.prefixes import Level, count_prefixes
from giljabi.kernels.ratios import share_ratio
from giljabi.kernels.retention import RetentionCounts, merge_retention, retention_bucket
from giljabi.kernels.sessions import (
    Cuts,
    SessionTally,
    cut_gaps,
    cut_pairs,
    gap_bin_ends,
    gap_bins,
    otsu,
    score_boundaries,
    session_values,
    spread_rank_bins,
    spread_values,
    tally_sessions,
)
from giljabi.kernels.significance import benjamini_hochberg, share_difference, share_p_value
from giljabi.kernels.stages import OCTAVES, succession_octaves, visit_histograms, visit_values
from giljabi.kernels.variants import group_hashes, hash_journeys
from giljabi.kernels.visits import first_visits, journeys_between, last_events_before
from giljabi.kernels.waiting import MAX_WAITING, Waits, count_waits

__all__ = [
    "BINS",
    "GROUPS",
    "MAX_FUNNEL_STEPS",
    "MAX_STAGES",
    "MAX_STEPS",
    "MAX_WAITING",
    "NO_BIN",
    "NO_WINDOW",
    "OCTAVES",
    "AlignPartial",
    "Automaton",
    "Chances",
    "Cuts",
    "Difference",
    "EdgeIndex",
    "Frames",
    "FrictionCounts",
    "FunnelLevels",
    "FunnelRules",
    "GraphCounts",
    "Level",
    "LifecycleCounts",
    "Limits",
    "LoopCounts",
    "Openings",
    "Order",
    "Overlap",
    "PeriodCounts",
    "Periods",
    "Precedence",
    "RetentionCounts",
    "SessionTally",
    "TextSet",
    "UsualVisits",
    "Waits",
    "active_days",
    "add_medoid",
    "align_bucket",
    "among",
    "automaton",
    "benjamini_hochberg",
    "bin_floors",
    "copy_runs",
    "count_edges",
    "count_links",
    "count_loops",
    "count_matches",
    "count_names",
    "count_on_edges",
    "count_overlap",
    "count_periods",
    "count_prefixes",
    "count_steps",
    "count_waits",
    "count_windows",
    "cover_in_turn",
    "cut_gaps",
    "cut_pairs",
    "drift_by_chance",
    "drift_contributions",
    "drift_distances",
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
    "gaps_by_step",
    "group_hashes",
    "hash_journeys",
    "histogram_quantile",
    "index_edges",
    "journeys_between",
    "last_events_before",
    "lifecycle_bucket",
    "measure_durations",
    "measure_pairs",
    "median_difference",
    "merge",
    "merge_alignments",
    "merge_edges",
    "merge_loops",
    "merge_periods",
    "merge_precedence",
    "merge_retention",
    "merge_usual",
    "nearest_patterns",
    "open_journeys",
    "otsu",
    "overlap_difference",
    "partition",
    "period_durations",
    "precedence_bucket",
    "quantile_interval",
    "rank_sum",
    "retention_bucket",
    "runs_within",
    "score_boundaries",
    "see_chances",
    "session_values",
    "share_difference",
    "share_p_value",
    "share_ratio",
    "spread_bucket",
    "spread_rank_bins",
    "spread_values",
    "succession_octaves",
    "swap_medoids",
    "tally_sessions",
    "text_set",
    "time_extent",
    "token_moves",
    "usual_limits",
    "usual_visits",
    "visit_histograms",
    "visit_values",
    "wilson",
]
