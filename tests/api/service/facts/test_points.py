"""Positions of a file of facts: each that cannot be used is named with its value."""

from pathlib import Path

import pytest

from api.service.facts.load import FactJob, load_facts
from gis.errors import InvalidLayerError
from layers.stores import open_store
from support.makers import broken_files as broken
from support.makers.square_town import FOUNDED, TIMEZONE, SquareTown

STATIONS = "station_id,kind,lon,lat\n"
PLACES = "place_id,scene,is_coded,credit_code,lon,lat\n"


def faults_of(
    town: SquareTown, path: Path, layer: str, **options: str
) -> dict[tuple[int, str], str]:
    """What is wrong with a file, by row and field; nothing of it is recorded."""
    before = town.store.last_link()
    job = FactJob(layer, FOUNDED, TIMEZONE, source="tax", **options)
    with pytest.raises(InvalidLayerError) as refused:
        load_facts(town.store, path, job)
    assert town.store.last_link() == before
    return {(fault.row, fault.field): fault.rule for fault in refused.value.faults}


def test_every_faulty_row_is_named_with_its_value_and_what_to_do(
    squares: SquareTown, tmp_path: Path
) -> None:
    rows = (
        "P1,street_shop,true,,30.005,120.005\n"
        "P2,street_shop,true,123,120.005,30.005\n"
        "P3,hotel,true,,500000,3300000\n"
        "P4,street_shop,true,,120;0,30\n"
        'P5,street_shop,true,,"120,5",30\n'
        "P6,street_shop,true,,,\n"
    )
    path = broken.csv_file(tmp_path / "x.csv", PLACES + rows)
    faults = faults_of(squares, path, "enterprises")
    assert list(faults) == [
        (1, "geometry"),
        (2, "credit_code"),
        (3, "geometry"),
        (3, "scene"),
        (4, "geometry"),
        (5, "geometry"),
    ]
    assert faults[1, "geometry"] == (
        "30.005, 120.005 has lon and lat exchanged, expected lon first; exchange the "
        "two"
    )
    assert faults[3, "geometry"].startswith(
        "500000, 3300000 lies outside the area of use of wgs84"
    )
    assert faults[3, "geometry"].endswith("--datum what it is in") or (
        "say so with --datum" in faults[3, "geometry"]
    )
    assert faults[4, "geometry"].startswith("'120;0', '30' is no pair of numbers")
    assert "has a decimal comma" in faults[5, "geometry"]


def test_place_that_is_in_the_town_only_when_exchanged_is_named(
    squares: SquareTown, tmp_path: Path
) -> None:
    """In the west of China both are below 90 degrees: the grids tell them apart."""
    text = STATIONS + "S1,fire,3300556.4,40500482.3\n"
    path = broken.csv_file(tmp_path / "x.csv", text)
    faults = faults_of(squares, path, "stations", datum="EPSG:4528")
    assert "x and y exchanged" in faults[1, "geometry"] or (
        "lies outside" in faults[1, "geometry"]
    )


def test_geometry_that_is_no_point_is_named_by_its_kind(
    squares: SquareTown, tmp_path: Path
) -> None:
    row = {"station_id": "S1", "kind": "fire"}
    line = broken.feature(row, [[120, 30], [120.1, 30]], "LineString")
    path = broken.geojson(tmp_path / "x.geojson", [line])
    faults = faults_of(squares, path, "stations")
    assert faults == {(1, "geometry"): "LineString where a point was expected"}


def test_store_without_grids_knows_what_cannot_be_lon_lat(tmp_path: Path) -> None:
    path = broken.csv_file(tmp_path / "x.csv", STATIONS + "S1,fire,30,120\n")
    with pytest.raises(InvalidLayerError, match="has lon and lat exchanged"):
        load_facts(open_store("memory:"), path, FactJob("stations", FOUNDED, TIMEZONE))
