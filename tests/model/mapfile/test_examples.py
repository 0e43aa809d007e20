from pathlib import Path

import pytest

from giljabi.model import read_map

EXAMPLES = sorted((Path(__file__).resolve().parents[3] / "examples").glob("*.journey.yaml"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_every_example_is_a_right_map(path: Path) -> None:
    assert read_map(path).stages


def test_the_help_desk_map_is_the_four_steps_judged_strictly() -> None:
    map_ = read_map(EXAMPLES[0].with_name("helpdesk.journey.yaml"))
    matches = [stage.touchpoints[0].match for stage in map_.stages]
    names = ["Assign seriousness", "Take in charge ticket", "Resolve ticket", "Closed"]
    assert [match.names for match in matches if match is not None] == [(name,) for name in names]  # type: ignore[attr-defined]
    assert not any(stage.repeats for stage in map_.stages)
    assert (map_.unmatched, map_.ends) == ("count", "last")
