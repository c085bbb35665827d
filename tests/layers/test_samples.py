"""The sample layers are those of the generator, to the byte, and open as layers."""

import hashlib
from pathlib import Path

import geopandas as gpd
import pytest

from gis.synthetic import make_s_lines, make_s_town, make_x_town
from layers.samples import line_files, merged_files, sample_files

ROOT = Path(__file__).parents[2] / "sample_geodata"


def digests(files):
    return {name: hashlib.sha256(content).hexdigest() for name, content in files}


@pytest.mark.parametrize(
    ("folder", "files"),
    [
        ("s_town", lambda: sample_files(make_s_town()) | line_files(make_s_lines())),
        ("x_town", lambda: merged_files(make_x_town())),
    ],
    ids=["s_town", "x_town"],
)
def test_committed_samples_equal_what_the_generator_makes(folder, files):
    made = digests(files().items())
    kept = digests((path.name, path.read_bytes()) for path in (ROOT / folder).iterdir())
    assert kept == made


def test_samples_stay_below_8_mb():
    files = (path for path in ROOT.rglob("*") if path.is_file())
    assert sum(path.stat().st_size for path in files) < 8_000_000


@pytest.mark.parametrize(
    ("name", "rows", "kind"),
    [
        ("s_town/grids.geojson", 125, "Polygon"),
        ("s_town/circles.geojson", 49, "Polygon"),
        ("s_town/communities.geojson", 43, "Polygon"),
        ("s_town/lines.geojson", 793, "LineString"),
        ("s_town/enterprises.csv", 20_000, "Point"),
        ("s_town/events.csv", 21_000, "Point"),
        ("x_town/grids.geojson", 32, "Polygon"),
        ("x_town/circles.geojson", 5, "Polygon"),
        ("x_town/communities.geojson", 22, "Polygon"),
        ("x_town/party_building_grids.geojson", 24, "Polygon"),
        ("x_town/public_order_grids.geojson", 27, "Polygon"),
        ("x_town/enterprises.csv", 1_200, "Point"),
        ("x_town/events.csv", 1_200, "Point"),
    ],
)
def test_gis_software_opens_each_layer_with_its_geometry_and_crs(name, rows, kind):
    layer = gpd.read_file(ROOT / name)
    assert len(layer) == rows
    assert set(layer.geometry.dropna().geom_type) == {kind}
    assert layer.crs.is_geographic


def test_readme_says_that_it_is_synthetic_and_describes_every_column():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "synthetic" in text.lower()
    for path in ROOT.rglob("*.csv"):
        header = path.read_text(encoding="utf-8").partition("\n")[0]
        for column in header.split(","):
            assert f"`{column}`" in text, column


def test_readme_lists_every_layer():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for path in (*ROOT.rglob("*.geojson"), *ROOT.rglob("*.csv")):
        assert f"`{path.relative_to(ROOT)}`" in text
