from hypothesis import HealthCheck, given, settings
from tests.strategies.journey_maps import journey_maps, matchers

from giljabi.model import JourneyMap, Matcher, Stage, Touchpoint, map_mistakes, parse_map, write_map


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(journey_maps())
def test_a_written_map_reads_back_equal_and_prints_the_same(map_: JourneyMap) -> None:
    text = write_map(map_)
    assert map_mistakes(text) == []
    assert parse_map(text) == map_
    assert write_map(parse_map(text)) == text


@settings(max_examples=60, deadline=None)
@given(matchers)
def test_every_matcher_survives_with_its_structure(matcher: Matcher) -> None:
    stage = Stage("a", touchpoints=(Touchpoint("b", match=matcher),))
    read = parse_map(write_map(JourneyMap("m", (stage,)))).stages[0].touchpoints[0].match
    assert _shape(read) == _shape(matcher)


def _shape(value: object) -> object:
    """Show a matcher so that true and 1 differ, as they do not by ``==``."""
    if isinstance(value, tuple):
        return [_shape(part) for part in value]
    if isinstance(value, Matcher):
        return [type(value), *(_shape(getattr(value, field)) for field in value.__struct_fields__)]
    return isinstance(value, bool), value
