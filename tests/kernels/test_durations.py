import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.oracles.durations import duration
from tests.oracles.journeys import Journey, columns, journeys

from giljabi.kernels import measure_durations

CODES = st.sets(st.integers(0, 3))


@given(drawn=journeys(4), start=CODES, end=CODES)
@settings(max_examples=60, deadline=None)
def test_durations_are_those_of_the_oracle(drawn: list[Journey], start: set[int], end: set[int]) -> None:
    lut = np.array([(code in start) + 2 * (code in end) for code in range(4)], np.uint64)
    value, customer, started = measure_durations(*columns(drawn), lut)
    expected = {i: took for i, one in enumerate(drawn) if (took := duration(one, start, end)) is not None}
    assert dict(zip(customer.tolist(), value.tolist(), strict=True)) == expected
    assert started == sum(any(code in start for code, _ in one) for one in drawn)
