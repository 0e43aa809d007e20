from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from giljabi.kernels import partition
from giljabi.kernels.partition import Array

_TEXTS = st.lists(st.one_of(st.text(max_size=20), st.sampled_from(("a", "b", "ab", "x" * 33))), max_size=60)


def _buffers(texts: list[str]) -> tuple[Array, Array]:
    raw = [text.encode() for text in texts]
    offsets = np.cumsum([0, *map(len, raw)]).astype(np.int32)
    return offsets, np.frombuffer(b"".join(raw), np.uint8)


def _murmur3(data: bytes) -> int:
    """MurmurHash3_x86_32 with seed 0, word by word as its author wrote it down."""
    h, bits = 0, 0xFFFFFFFF
    for at in range(0, len(data), 4):
        word = data[at : at + 4]
        k = int.from_bytes(word, "little") * 0xCC9E2D51 & bits
        k = (k << 15 | k >> 17) & bits
        h ^= k * 0x1B873593 & bits
        if len(word) == 4:
            h = (h << 13 | h >> 19) & bits
            h = (h * 5 + 0xE6546B64) & bits
    h ^= len(data)
    h = (h ^ h >> 16) * 0x85EBCA6B & bits
    h = (h ^ h >> 13) * 0xC2B2AE35 & bits
    return h ^ h >> 16


@given(_TEXTS, st.sampled_from((1, 2, 6, 16, 32_767)))
@settings(max_examples=60, deadline=None)
def test_buckets_are_those_of_murmur3(texts: list[str], buckets: int) -> None:
    expected = [(_murmur3(text.encode()) & 0x7FFFFFFF) % buckets for text in texts]
    assert partition.bucket_of(*_buffers(texts), buckets).tolist() == expected


def test_the_hash_is_the_one_of_the_iceberg_specification() -> None:
    assert partition.bucket_of(*_buffers(["iceberg"]), 32_767).tolist() == [1210000089 % 32_767]


@given(_TEXTS, st.integers(1, 9))
@settings(max_examples=60, deadline=None)
def test_rows_are_laid_out_by_bucket_and_keep_their_order_within(texts: list[str], buckets: int) -> None:
    offsets, data = _buffers(texts)
    bucket = partition.bucket_of(offsets, data, buckets)
    starts, destination = partition.destinations(bucket, buckets)
    order = sorted(range(len(texts)), key=lambda i: bucket[i])
    assert partition.scatter(np.arange(len(texts)), destination).tolist() == order
    lengths, packed, text_starts = partition.scatter_texts(offsets, data, bucket, buckets, destination)
    assert packed.tobytes() == b"".join(texts[i].encode() for i in order)
    assert lengths.tolist() == [len(texts[i].encode()) for i in order]
    for b in range(buckets):
        members = [i for i in range(len(texts)) if bucket[i] == b]
        assert starts[b + 1] - starts[b] == len(members)
        assert text_starts[b + 1] - text_starts[b] == sum(len(texts[i].encode()) for i in members)


@given(st.lists(_TEXTS, min_size=1, max_size=4))
@settings(max_examples=60, deadline=None)
def test_texts_are_numbered_by_their_first_appearance_over_all_calls(calls: list[list[str]]) -> None:
    state = (np.zeros(4, np.uint64), np.zeros(2, np.int64), np.empty(1, np.uint8), 0)
    known: dict[str, int] = {}
    for texts in calls:
        offsets, data = _buffers(texts)
        *state, codes = partition.intern(*state, np.diff(offsets).astype(np.int32), data)  # type: ignore[assignment]
        assert codes.tolist() == [known.setdefault(text, len(known)) for text in texts]
    _, offsets, arena, count = state
    assert [arena[offsets[i] : offsets[i + 1]].tobytes().decode() for i in range(count)] == list(known)


def test_very_many_texts_are_numbered_alike() -> None:
    numbers = np.random.default_rng(1).integers(0, 30_000, 100_000)
    offsets, data = _buffers([str(number) for number in numbers])
    state = (np.zeros(4, np.uint64), np.zeros(2, np.int64), np.empty(1, np.uint8), 0)
    *_, count, codes = partition.intern(*state, np.diff(offsets).astype(np.int32), data)
    _, first, inverse = np.unique(numbers, return_index=True, return_inverse=True)
    rank = np.argsort(np.argsort(first))
    assert count == len(first)
    assert np.array_equal(codes, rank[inverse])


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 6)), max_size=300))
@settings(max_examples=60, deadline=None)
def test_events_are_ordered_by_customer_time_and_arrival(events: list[tuple[int, int]]) -> None:
    customer = np.array([c for c, _ in events], np.int32)
    time = np.array([t for _, t in events], np.int64)
    offsets, ordered, row = partition.order_events(customer, 5, time)
    assert row.tolist() == sorted(range(len(events)), key=lambda i: events[i])
    assert ordered.tolist() == [events[i][1] for i in row]
    assert np.diff(offsets).tolist() == [sum(c == k for c, _ in events) for k in range(5)]


@given(st.lists(st.integers(0, 3), max_size=40), st.lists(st.integers(0, 8), max_size=5))
@settings(max_examples=40, deadline=None)
def test_events_and_customers_are_counted_per_name(codes: list[int], cuts: list[int]) -> None:
    offsets = np.array([0, *sorted(min(cut, len(codes)) for cut in cuts), len(codes)], np.int64)
    events, customers = partition.tally(offsets, np.array(codes, np.uint16), 4)
    runs = [codes[a:b] for a, b in pairwise(offsets)]
    assert events.tolist() == [codes.count(code) for code in range(4)]
    assert customers.tolist() == [sum(code in run for run in runs) for code in range(4)]
