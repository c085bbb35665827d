"""One command from real files to a map of one's own, counted a second way."""

import gzip
import io
import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from api.cli import main
from gis.crs import convert, parse_datum
from support.makers.drawn_maps import model_of

pytestmark = pytest.mark.real_data


@pytest.fixture
def draw(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable:
    """Run `pagoda map` and return what its page draws, with what was printed."""

    def run(*options: object) -> tuple[dict, str]:
        page, printed = tmp_path / "map.html", io.StringIO()
        command = ("pagoda", "map", *map(str, options), "--out", str(page))
        monkeypatch.setattr(sys, "argv", list(command))
        with redirect_stdout(printed):
            main()
        assert page.stat().st_size < 2e6
        return model_of(page.read_bytes().decode()), printed.getvalue()

    return run


def counted(grids: gpd.GeoDataFrame, key: str, points: np.ndarray) -> dict[str, int]:
    """Number of points of each id: a point on a border is the lowest id's."""
    tree = shapely.STRtree(grids.geometry.to_numpy())
    pairs = pd.DataFrame(
        tree.query(points, predicate="intersects").T, columns=["point", "grid"]
    )
    pairs["id"] = grids[key].astype(str).to_numpy()[pairs["grid"]]
    owners = pairs.groupby("point")["id"].min().value_counts()
    ids = sorted(set(grids[key].astype(str)))
    return {grid: int(owners.get(grid, 0)) for grid in ids}


def drawn_counts(model: dict) -> dict[str, float]:
    """What the page says of each grid."""
    tier = model["tiers"][0]
    return dict(zip(tier["ids"], tier["scores"], strict=True))


def test_chicago_is_drawn_from_its_files_in_one_command(
    real_data: Path, draw: Callable
) -> None:
    chicago = real_data / "chicago"
    crimes = chicago / "crimes_2015_sample.csv"
    files = ("--grids", chicago / "beats.geojson", "--id", "beat_num")
    model, lines = draw(
        *files, "--events", crimes, "--title", "Chicago", "--breaks", "quantiles"
    )
    beats = gpd.read_file(chicago / "beats.geojson")
    rows = pd.read_csv(crimes)[["longitude", "latitude"]].dropna()
    expected = counted(beats, "beat_num", shapely.points(rows.to_numpy()))
    assert len(expected) == 275
    assert drawn_counts(model) == expected
    assert model["title"] == ["Chicago", ""]
    gaps = {en: count for _, en, count in model["gaps"]}
    assert gaps["Events in no grid"] == 15
    assert sum(gaps.values()) + sum(expected.values()) == 10_084
    # five classes, each of a fifth of the beats as far as equal counts let it
    levels = model["tiers"][0]["levels"]
    assert all(50 <= levels.count(level) <= 60 for level in "12345")
    assert "275 grids" in lines


def test_chicago_by_area_is_its_counts_over_its_areas(
    real_data: Path, draw: Callable
) -> None:
    chicago = real_data / "chicago"
    files = ("--grids", chicago / "districts.geojson", "--id", "dist_num")
    events = ("--events", chicago / "sanitation_311_2013_2015.csv.gz")
    model, _ = draw(*files, *events, "--per", "km2", "--breaks", "equal")
    [tier] = model["tiers"]
    districts = gpd.read_file(chicago / "districts.geojson").dissolve("dist_num")
    km2 = districts.to_crs("EPSG:6933").area / 1e6
    np.testing.assert_allclose(tier["bases"], km2.loc[tier["ids"]], rtol=1e-4)
    rates = np.array(tier["events"]) / np.array(tier["bases"])
    np.testing.assert_allclose(tier["scores"], rates, rtol=1e-4)
    assert len(tier["breaks"]) == 4


def test_hangzhou_is_drawn_in_its_own_datum(real_data: Path, draw: Callable) -> None:
    hangzhou = real_data / "hangzhou"
    path = hangzhou / "hangzhou_districts_gcj02.geojson"
    points = hangzhou / "hangzhou_division_codes.csv.gz"
    datums = ("--grids-datum", "gcj02", "--datum", "gcj02")
    model, _ = draw("--grids", path, "--id", "adcode", "--events", points, *datums)
    table = pd.read_csv(io.BytesIO(gzip.decompress(points.read_bytes())))
    xy = table[["longitude", "latitude"]].dropna().to_numpy()
    districts = gpd.read_file(path)
    assert drawn_counts(model) == counted(districts, "adcode", shapely.points(xy))
    # the map itself is in WGS 84, half a kilometre from the numbers of the file
    west, south = districts.total_bounds[:2]
    corner = convert(
        np.array([west]), np.array([south]), parse_datum("gcj02"), parse_datum("wgs84")
    )
    drawn_south, drawn_west = model["bounds"][0]
    assert (drawn_west, drawn_south) == pytest.approx(np.ravel(corner), abs=5e-4)
    assert abs(drawn_west - west) > 0.003


def test_shanghai_names_every_point_that_is_in_no_district(
    real_data: Path, draw: Callable
) -> None:
    shanghai = real_data / "shanghai"
    grids = shanghai / "districts_wgs84_gbk_shapefile.zip"
    events = shanghai / "poi_wgs84.csv.gz"
    model, _ = draw("--grids", grids, "--id", "NAME", "--events", events)
    gaps = {en: count for _, en, count in model["gaps"]}
    assert gaps["Events in no grid"] == 3
    assert sum(drawn_counts(model).values()) == 39_450 - 3
    assert "浦东新区" in model["tiers"][0]["ids"]
