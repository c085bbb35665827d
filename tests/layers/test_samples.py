"""The sample layers are those of the generator, to the byte, and open as layers."""

import hashlib
from pathlib import Path

import geopandas as gpd
import pytest

from gis.synthetic import make_s_town
from layers.samples import sample_files

FOLDER = Path(__file__).parents[2] / "sample_geodata" / "s_town"


def digests(files):
    return {name: hashlib.sha256(content).hexdigest() for name, content in files}


def test_committed_samples_equal_what_the_generator_makes():
    made = digests(sample_files(make_s_town()).items())
    kept = digests((path.name, path.read_bytes()) for path in FOLDER.iterdir())
    assert kept == made


def test_samples_stay_below_5_mb():
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 5_000_000


@pytest.mark.parametrize(
    ("name", "rows", "kind"),
    [
        ("grids.geojson", 125, "Polygon"),
        ("circles.geojson", 49, "Polygon"),
        ("communities.geojson", 43, "Polygon"),
        ("enterprises.csv", 20_000, "Point"),
        ("events.csv", 21_000, "Point"),
    ],
)
def test_gis_software_opens_each_layer_with_its_geometry_and_crs(name, rows, kind):
    layer = gpd.read_file(FOLDER / name)
    assert len(layer) == rows
    assert set(layer.geometry.dropna().geom_type) == {kind}
    assert layer.crs.is_geographic


def test_readme_says_that_it_is_synthetic_and_describes_every_column():
    text = (FOLDER.parent / "README.md").read_text(encoding="utf-8")
    assert "synthetic" in text.lower()
    for path in FOLDER.glob("*.csv"):
        header = path.read_text(encoding="utf-8").partition("\n")[0]
        for column in header.split(","):
            assert f"`{column}`" in text, column
