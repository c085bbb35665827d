"""Inspections of a small town: rows of checks and drills that tell one story."""

import datetime as dt
import json

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from gis.models import Scene
from gis.synthetic.inspections import (
    ABOUT,
    COLUMNS,
    DRILL_DAYS,
    SEVERITIES,
    age_of_quarters,
    json_text,
    local_times,
    make_hazards,
    make_inspections,
)
from gis.synthetic.patrols import Patrols
from support.makers.square_grids import square_grids

PATROLS = Patrols(dt.date(2026, 8, 1), 30, 900, 100, ())
SHARE = {Scene.STREET_SHOP: 180, Scene.CROWDED_PLACE: 60, Scene.GENERAL_ENTERPRISE: 60}


def chance(seed=1):
    return np.random.default_rng(seed)


@pytest.fixture(scope="module")
def enterprises():
    """Three hundred coded places, the last twenty of 320 without a code."""
    scenes = [scene.value for scene, count in SHARE.items() for _ in range(count)]
    scenes += [Scene.GENERAL_ENTERPRISE.value] * 20
    return gpd.GeoDataFrame(
        {
            "place_id": [f"E{number:03}" for number in range(320)],
            "scene": scenes,
            "is_coded": np.arange(320) < 300,
            "hazard": ["high"] * 5 + [""] * 315,
        },
        geometry=shapely.points(np.zeros((320, 2))),
        crs="EPSG:4490",
    )


@pytest.fixture(scope="module")
def inspections(enterprises):
    return make_inspections(enterprises, np.ones(320), PATROLS, chance())


def test_quarters_in_the_middle_are_older_than_those_outside():
    polygons = square_grids(9).geometry.to_numpy()
    ages = [age_of_quarters(polygons, chance(seed)) for seed in range(20)]
    age = np.mean(ages, axis=0)
    assert age.argmax() == 40
    assert age[[0, 8, 72, 80]].max() < age[40] / 3
    assert np.min(ages) >= 0.4 * 0.75
    assert np.max(ages) <= 2.0 * 1.25


def test_few_coded_places_and_no_others_have_a_hazard_of_their_own():
    many = gpd.GeoDataFrame(
        {"is_coded": np.arange(20_000) < 10_000},
        geometry=shapely.points(np.zeros((20_000, 2))),
    )
    words = np.array(make_hazards(many, chance()))
    assert set(words) == {"high", "medium", ""}
    assert 20 <= (words == "high").sum() <= 60
    assert 330 <= (words == "medium").sum() <= 470
    assert (words[10_000:] == "").all()


def test_rows_are_those_of_the_layer_in_order_of_time(inspections):
    assert tuple(inspections.columns) == COLUMNS
    assert inspections["inspected_at"].is_monotonic_increasing
    count = len(inspections)
    assert inspections["inspection_id"].tolist() == [
        f"I{number:06d}" for number in range(1, count + 1)
    ]


def test_checks_and_fixes_are_as_many_as_the_patrols_did(inspections):
    checks = inspections[inspections["kind"] == "check"]
    assert len(checks) == 900
    fixed = [name for text in checks["fixed"] if text for name in json.loads(text)]
    assert len(fixed) == len(set(fixed)) == 100


def test_only_coded_places_are_inspected(enterprises, inspections):
    coded = enterprises.loc[enterprises["is_coded"], "place_id"]
    assert set(inspections["place_id"]) == set(coded)


def test_finding_is_fixed_at_its_place_after_it_was_found(inspections):
    open_findings = {}
    for row in inspections.itertuples():
        for finding_id in json.loads(row.fixed or "[]"):
            place, at = open_findings.pop(finding_id)
            assert place == row.place_id
            assert at < row.inspected_at
        for finding in json.loads(row.findings or "[]"):
            about = ABOUT[SEVERITIES.index(finding["severity"])]
            assert finding["about"] in about
            open_findings[finding["finding_id"]] = row.place_id, row.inspected_at
    assert open_findings


def test_drills_are_of_scenes_that_owe_them_in_the_year_before_the_last_day(
    enterprises, inspections
):
    drills = inspections[inspections["kind"] == "drill"]
    scene = enterprises.set_index("place_id")["scene"]
    assert set(scene.loc[drills["place_id"]]) == {
        scene.value for scene in SHARE if scene in DRILL_DAYS
    }
    days = drills["inspected_at"].str[:10]
    assert days.min() >= "2025-08-31"
    assert days.max() <= "2026-08-30"
    assert set(drills["result"]) == {"passed", "failed"}
    assert not drills[["findings", "fixed", "campaign"]].any(axis=None)


def test_inspections_are_done_by_day(inspections):
    times = inspections["inspected_at"].str[11:19]
    assert times.min() >= "08:30:00"
    assert times.max() < "17:30:00"


def test_same_chance_gives_the_same_inspections(enterprises, inspections):
    again = make_inspections(enterprises, np.ones(320), PATROLS, chance())
    pd.testing.assert_frame_equal(again, inspections)


def test_local_times_count_days_and_seconds_from_the_first_day():
    times = local_times(dt.date(2026, 8, 31), np.array([0, 1]), np.array([0, 86_399]))
    assert times == ["2026-08-31T00:00:00+08:00", "2026-09-01T23:59:59+08:00"]


@pytest.mark.parametrize(
    ("values", "text"), [(None, ""), ([], ""), (["F1", "F2"], '["F1","F2"]')]
)
def test_list_is_compact_json_and_empty_without_entries(values, text):
    assert json_text(values) == text
