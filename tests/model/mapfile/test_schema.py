import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from tests.oracles.json_schema import accepts
from tests.strategies.journey_maps import journey_maps

from giljabi.model import JourneyMap, map_schema, parse_map, write_map
from giljabi.model.mapfile.form import MAP

ROOT = Path(__file__).resolve().parents[3]
SCHEMA = map_schema()


def test_the_published_schema_is_the_schema_of_the_reader() -> None:
    published = (ROOT / "docs" / "journey-map.schema.json").read_text("utf-8")
    assert published == json.dumps(SCHEMA, indent=2, ensure_ascii=False) + "\n", (
        "the map form has changed: write the schema anew, as CONTRIBUTING.md says"
    )


def test_every_reference_in_the_schema_leads_somewhere_and_every_definition_is_used() -> None:
    text = json.dumps(SCHEMA)
    for name in SCHEMA["$defs"]:
        assert f'"#/$defs/{name}"' in text
    assert text.count('"$ref"') == sum(text.count(f'"#/$defs/{name}"') for name in SCHEMA["$defs"])


def test_every_key_of_a_map_is_described() -> None:
    records = [SCHEMA, *SCHEMA["$defs"].values()]
    for record in records:
        assert record["title"]
        if record.get("type") == "object":
            assert record["description"]
            assert all(field["description"] for field in record["properties"].values())


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(journey_maps())
def test_the_schema_accepts_every_right_map(map_: JourneyMap) -> None:
    assert accepts(SCHEMA, MAP.plain(map_))


def test_the_schema_accepts_the_examples() -> None:
    examples = list((ROOT / "examples").glob("*.journey.yaml"))
    assert examples
    for path in examples:
        assert accepts(SCHEMA, yaml.safe_load(write_map(parse_map(path.read_text("utf-8"), path.name))))


@pytest.mark.parametrize(
    "stage",
    [
        {},
        {"id": "a b"},
        {"id": 3},
        {"id": "a", "phase": True},
        {"id": "a", "required": "yes"},
        {"id": "a", "within": "7 days"},
        {"id": "a", "within": 7},
        {"id": "a", "feelings": {"believed": 3}},
        {"id": "a", "feelings": {}},
        {"id": "a", "colour": "red"},
        {"id": "a", "cards": {"pain": ["x"]}},
        {"id": "a", "cards": {"pains": "x"}},
        {"id": "a", "cards": {"x-": ["x"]}},
        {"id": "a", "claims": [{"reach": "a"}]},
        {"id": "a", "claims": [{"reach": "a", "at_least": 0.1, "at_most": 0.2}]},
        {"id": "a", "claims": [{"reach": "a", "at_least": 60}]},
        {"id": "a", "claims": [{"at_least": 0.6}]},
        {"id": "a", "claims": [{"score": "nps", "at_least": 101}]},
        {"id": "a", "claims": [{"score": "csat", "at_least": 0.5}]},
        {"id": "a", "claims": [{"score": "stars", "at_least": 1}]},
        {"id": "a", "touchpoints": [{"title": "x"}]},
        {"id": "a", "touchpoints": [{"id": "x", "moment": "ZMOT"}]},
        {"id": "a", "touchpoints": [{"id": "x", "match": {}}]},
        {"id": "a", "touchpoints": [{"id": "x", "match": {"event": []}}]},
        {"id": "a", "touchpoints": [{"id": "x", "match": {"any": [], "event": "a"}}]},
        {"id": "a", "touchpoints": [{"id": "x", "match": {"where": {"b": {"above": 3}}}}]},
        {"id": "a", "touchpoints": [{"id": "x", "match": {"where": {"b": {"exists": "yes"}}}}]},
    ],
)
def test_the_schema_and_the_reader_refuse_the_same(stage: dict[str, Any]) -> None:
    map_ = {"title": "m", "stages": [stage]}
    assert accepts(SCHEMA, {"title": "m", "stages": [{"id": "a"}]})
    assert not accepts(SCHEMA, map_)
    with pytest.raises(ValueError, match="mistake"):
        parse_map(json.dumps(map_))
