"""Kernels: arrays in, arrays out, over one bucket; partial answers merge. No clock, no I/O, no framework."""

from giljabi.kernels.align import AlignPartial, align_bucket, gap_quantile, merge_alignments
from giljabi.kernels.automaton import Automaton, automaton
from giljabi.kernels.durations import measure_durations
from giljabi.kernels.funnel import MAX_STEPS, NO_WINDOW, FunnelLevels, Order, funnel_levels
from giljabi.kernels.graph import (
    BINS,
    NONE,
    EdgeIndex,
    GraphCounts,
    bin_floor,
    count_edges,
    edge_histograms,
    edge_values,
    index_edges,
    merge_edges,
)
from giljabi.kernels.variants import group_hashes, hash_journeys

__all__ = [
    "BINS",
    "MAX_STEPS",
    "NONE",
    "NO_WINDOW",
    "AlignPartial",
    "Automaton",
    "EdgeIndex",
    "FunnelLevels",
    "GraphCounts",
    "Order",
    "align_bucket",
    "automaton",
    "bin_floor",
    "count_edges",
    "edge_histograms",
    "edge_values",
    "funnel_levels",
    "gap_quantile",
    "group_hashes",
    "hash_journeys",
    "index_edges",
    "measure_durations",
    "merge_alignments",
    "merge_edges",
]
