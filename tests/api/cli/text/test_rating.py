"""Lines of codes and colours: the most urgent first, names where there are some."""

import datetime as dt
import re
from dataclasses import replace

import orjson
import pytest

from api.cli.text.rating import due_lines, risk_lines, safety_lines
from api.service.rating.documents import area_text
from gis.models import RiskLevel, SafetyCode
from layers import Cutoff, read_risk_day
from layers.packs.rulebook import Imprint
from layers.packs.scenario_files import scenarios
from layers.rating.day import RiskDay, rate_day
from layers.rating.due import list_due
from layers.schema.sharing import LOOPBACK
from layers.stores import Store

NAMES = {0: "no data"} | {level.value: level.name.lower() for level in RiskLevel}


@pytest.fixture(scope="module")
def rated(s_town_store: Store) -> RiskDay:
    return read_risk_day(s_town_store, Cutoff(dt.date(2026, 9, 30)))


def test_red_places_stand_most_urgent_first(rated: RiskDay) -> None:
    listed = re.findall(r"^red (\S+)  ", "\n".join(safety_lines(rated)), re.M)
    places = rated.places.set_index("place_id")
    red = places[places["code"] == SafetyCode.RED]["overdue_days"]
    assert listed == sorted(red.index, key=lambda place: (-red[place], place))[:20]


def test_place_lines_end_in_the_name_where_there_is_one(rated: RiskDay) -> None:
    grid_id = list_due(rated)[0].grid_id
    known = next(one.place_id for one in list_due(rated, grid_id))
    red = rated.places.loc[rated.places["code"] == SafetyCode.RED, "place_id"].iloc[0]
    places = rated.places.assign(
        name=rated.places["place_id"].map({known: "好味面馆", red: "老街浴室"})
    )
    named = replace(rated, base=replace(rated.base, places=places))
    for lines, place_id, name in (
        (due_lines(named, grid_id), known, "好味面馆"),
        (safety_lines(named), red, "老街浴室"),
    ):
        for line in lines:
            assert line.endswith(f"  {name}") == (f" {place_id}  " in line)


def test_level_that_is_held_says_which_its_score_asks_for(rated: RiskDay) -> None:
    said = list(risk_lines(rated))
    shown = rated.grids.set_index("grid_id")
    listed = [line for line in said if "in 7 days" in line]
    assert len(listed) == 10
    for line in listed:
        area = shown.loc[line.split()[0]]
        level, raw_level = NAMES[area["level"]], NAMES[area["raw_level"]]
        why = f" (held: {raw_level} needs {rated.method.steady_days} days)"
        if area["floor"]:
            why = f" (floor rule: {raw_level} by its score)"
        assert line.endswith(f"in 7 days  {level}{why if level != raw_level else ''}")
    assert any("(held: " in line for line in listed)


def test_geojson_has_both_levels(rated: RiskDay) -> None:
    told = orjson.loads(area_text(rated, ["grids", "tier4"], LOOPBACK))["features"]
    frames = [rated.tiers[name].frame for name in ("grids", "tier4")]
    for name in ("level", "raw_level"):
        levels = [level for frame in frames for level in frame[name]]
        assert [feature["properties"][name] or 0 for feature in told] == levels


def test_no_line_and_no_feature_names_a_sensitive_category(rated: RiskDay) -> None:
    assert len(rated.sensitive_events)
    for name in scenarios().sensitive_kinds:
        assert name not in "\n".join(risk_lines(rated))
        assert name not in str(
            orjson.loads(area_text(rated, ["grids", "tier1"], LOOPBACK))
        )


def test_tiers_are_called_as_the_imprint_says(rated: RiskDay) -> None:
    book = rated.facts.rulebook
    imprint = Imprint(tiers={4: ("片区", "Precincts")})
    facts = replace(rated.facts, rulebook=replace(book, imprint=imprint))
    captions = [line[:26].strip() for line in risk_lines(rate_day(facts, 0))]
    assert captions[2:4] == ["Precincts", "Emergency circles"]


def test_a_town_without_a_name_is_the_town(rated: RiskDay) -> None:
    rulebook = replace(rated.facts.rulebook, imprint=Imprint())
    nameless = replace(rated, facts=replace(rated.facts, rulebook=rulebook))
    assert next(iter(risk_lines(nameless))).startswith("The town on 2026-")
