"""Which events come before which, counted by hand."""

from __future__ import annotations

import numpy as np

from giljabi.kernels import extent_bucket, merge_precedence, precedence_bucket, spread_bucket

OFFSETS = np.array([0, 4, 7])
EVENT = np.array([0, 1, 3, 0, 1, 1, 0], np.uint16)
NUMBER = np.array([1, 2, 0, 0])


def test_first_events_make_the_order_and_left_out_events_are_jumped() -> None:
    found = precedence_bucket(OFFSETS, EVENT, NUMBER, 2)
    assert found.customers.tolist() == [2, 2]
    assert found.before.tolist() == [[0, 1], [1, 0]]
    assert found.follows.tolist() == [[0, 1, 1], [2, 0, 1], [0, 2, 1]]
    assert found.again.tolist() == [0, 1]


def test_parts_add_up_to_the_whole() -> None:
    parts = [
        precedence_bucket(np.array([0, 4]), EVENT[:4], NUMBER, 2),
        precedence_bucket(np.array([0, 3]), EVENT[4:], NUMBER, 2),
    ]
    for total, whole in zip(
        merge_precedence(parts), precedence_bucket(OFFSETS, EVENT, NUMBER, 2), strict=True
    ):
        np.testing.assert_array_equal(total, whole)


def test_customers_are_counted_once_per_event() -> None:
    assert spread_bucket(OFFSETS, EVENT, 4).tolist() == [2, 2, 0, 1]


def test_the_furthest_stage_is_told_apart_from_the_stages_had() -> None:
    found = extent_bucket(OFFSETS, EVENT, np.array([2, 1, 0, 0], np.uint8), 2)
    assert found.tolist() == [[0, 2, 2], [0, 0, 2]]
