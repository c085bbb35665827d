"""Rated areas and the method as JSON documents."""

import orjson

from api.service.rating.documents import (
    area_bytes,
    area_text,
    level_document,
    map_bytes,
    method_document,
)
from layers.maps import tianditu
from layers.rating.day import RiskDay
from layers.rating.map import risk_day_model
from layers.schema.sharing import LOOPBACK
from support.makers.square_town import DAY


def test_areas_of_every_layer_are_features(rating: RiskDay) -> None:
    document = orjson.loads(area_text(rating, ["grids", "tier2", "tier1"], LOOPBACK))
    ids = [feature["id"] for feature in document["features"]]
    assert ids == ["G1", "G2", "G3", "G4", "E", "W", "C"]
    assert document["on"] == DAY.isoformat()
    assert document["boundary_version"] == 1
    assert document["is_synthetic"] is True
    assert document["left_out"] == {"no_position": 1, "no_event_grid": 2}


def test_circles_have_their_tier_and_grids_have_none(rating: RiskDay) -> None:
    document = orjson.loads(area_text(rating, ["grids", "tier2"], LOOPBACK))
    tiers = {f["id"]: f["properties"].get("tier") for f in document["features"]}
    assert tiers == {**dict.fromkeys(("G1", "G2", "G3", "G4")), "E": 2, "W": 2}


def test_feature_says_its_figures_and_its_parent(rating: RiskDay) -> None:
    first = orjson.loads(area_text(rating, ["grids"], LOOPBACK))["features"][0]
    figures = first["properties"]
    assert (figures["parent_id"], figures["name"]) == ("W", None)
    assert (figures["places"], figures["red"], figures["events"]) == (1, 1, 1)
    assert figures["drivers"]
    assert first["geometry"]["type"] == "MultiPolygon"


def test_area_without_data_has_no_level_and_no_score(rating: RiskDay) -> None:
    document = orjson.loads(area_text(rating, ["grids"], LOOPBACK))
    [g4] = [f["properties"] for f in document["features"] if f["id"] == "G4"]
    assert (g4["level"], g4["raw_level"], g4["score"]) == (None, None, None)


def test_levels_of_a_layer_are_those_of_its_features(rating: RiskDay) -> None:
    for layer, tiers in {
        "grids": ["grids"],
        "circles": ["tier2", "tier1"],
        "communities": ["communities"],
    }.items():
        features = orjson.loads(area_text(rating, tiers, LOOPBACK))["features"]
        document = level_document(rating, layer)
        assert document["levels"] == {
            f["id"]: f["properties"]["level"] for f in features
        }
        assert document["levels"]
        assert {*map(str, filter(None, document["levels"].values()))} <= {
            *document["colours"]
        }
        assert (document["on"], document["boundary_version"]) == (DAY.isoformat(), 1)


def test_documents_are_strict_json(rating: RiskDay) -> None:
    document = orjson.loads(area_text(rating, ["grids", "tier2", "tier1"], LOOPBACK))
    text = orjson.dumps(document)
    assert orjson.dumps(orjson.loads(text)) == text
    assert b"NaN" not in text


def test_method_says_who_owns_it_and_what_moving_its_breaks_changes(
    rating: RiskDay,
) -> None:
    document = method_document(rating)
    assert document["owner"] == rating.method.owner
    assert document["on"] == DAY.isoformat()
    moves = rating.tiers["grids"].sensitivity
    assert len(document["sensitivity"]) == len(moves) > 0
    assert document["rule_version"] == rating.card.rule_version


def test_layers_are_written_once_for_each_day(rating: RiskDay) -> None:
    text = area_bytes(rating, ["grids"], LOOPBACK)
    assert area_bytes(rating, ("grids",), LOOPBACK) is text
    assert text == orjson.dumps(orjson.loads(area_text(rating, ["grids"], LOOPBACK)))
    assert area_bytes(rating, ["tier1"], LOOPBACK) != text


def test_what_a_map_is_drawn_from_is_written_once_for_each_base(
    rating: RiskDay,
) -> None:
    plain, pictures = (map_bytes(rating, base) for base in (None, tianditu("0123abcd")))
    assert orjson.loads(plain) == risk_day_model(rating)
    assert map_bytes(rating, None) is plain
    assert orjson.loads(plain)["base_map"] is None
    assert orjson.loads(pictures)["base_map"] is not None
