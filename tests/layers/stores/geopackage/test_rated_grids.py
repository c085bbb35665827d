"""Grids in their colours are a layer of an export, and no part of the store."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import pyogrio
import pytest
import shapely

from gis.errors import StoreError
from layers.stores.geopackage import GeoPackageStore
from layers.stores.geopackage.listed import RATED, RATED_LAYER
from layers.stores.geopackage.rated_grids import drop_rated_grids, write_rated_grids
from support.harness.geopackage_faults import filled_store, now

CRS = "EPSG:4490"


def rated():
    rows = {field.name: [None, None] for field in RATED_LAYER.fields}
    rows |= {"grid_id": ["G1", "G2"], "level": [5, None], "score": [99.5, None]}
    counts = dict.fromkeys(("events", "places", "green", "yellow", "red", "overdue"), 3)
    rows |= {name: [count] * 2 for name, count in counts.items()}
    rows |= {"day": ["2026-09-30"] * 2}
    shapes = [shapely.box(120, 30, 120.1, 30.1), shapely.box(120.1, 30, 120.2, 30.1)]
    return gpd.GeoDataFrame(rows, geometry=shapes, crs=CRS)


@pytest.fixture
def export(tmp_path):
    filled_store(tmp_path / "town.gpkg")
    with closing(GeoPackageStore(tmp_path / "town.gpkg", now=now)) as store:
        store.export(tmp_path / "copy.gpkg")
    return tmp_path / "copy.gpkg"


def contents(path):
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


def test_gis_software_reads_levels_and_no_data(export):
    write_rated_grids(export, rated(), CRS)
    frame = pyogrio.read_dataframe(export, layer=RATED)
    assert frame.crs == CRS
    assert frame["grid_id"].tolist() == ["G1", "G2"]
    assert frame["level"].tolist()[0] == 5
    assert frame["level"].isna().tolist() == [False, True]
    assert shapely.equals(frame.geometry.to_numpy(), rated().geometry.to_numpy()).all()
    assert pyogrio.read_info(export, layer=RATED)["total_bounds"] == pytest.approx(
        (120, 30, 120.2, 30.1)
    )


def test_export_with_colours_is_the_same_store(export, tmp_path):
    (tmp_path / "other").mkdir()
    copy = Path(shutil.copy(export, tmp_path / "other"))
    write_rated_grids(copy, rated(), CRS)
    with (
        closing(GeoPackageStore(copy, now=now)) as store,
        closing(GeoPackageStore(export, now=now)) as origin,
    ):
        assert list(store.strays()) == []
        assert store.last_link() == origin.last_link()
        store.export(tmp_path / "again.gpkg")
    # yesterday's colours are not handed on
    assert RATED not in dict(pyogrio.list_layers(tmp_path / "again.gpkg"))


def test_layer_that_is_dropped_leaves_nothing(export):
    before = contents(export)
    write_rated_grids(export, rated(), CRS)
    assert contents(export) != before
    with closing(sqlite3.connect(export)) as connection, connection:
        drop_rated_grids(connection)
    assert contents(export) == before


def test_layer_that_is_there_is_not_written_twice(export):
    write_rated_grids(export, rated(), CRS)
    before = contents(export)
    with pytest.raises(StoreError, match="refused"):
        write_rated_grids(export, rated(), CRS)
    assert contents(export) == before
