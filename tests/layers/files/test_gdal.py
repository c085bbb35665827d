"""GDAL is loaded by the files that need it, and by no other."""

import subprocess
import sys

import pytest

from gis.synthetic import make_s_town

AFTER_READING = (
    "import sys; from layers.files import read_events; "
    "read_events(sys.argv[1]); print('pyogrio' in sys.modules)"
)


@pytest.mark.parametrize(
    ("suffix", "is_loaded"), [(".parquet", "False"), (".gpkg", "True")]
)
def test_only_formats_of_gdal_load_it(tmp_path, suffix, is_loaded):
    path = tmp_path / f"grids{suffix}"
    grids = make_s_town().grids
    grids.to_parquet(path) if suffix == ".parquet" else grids.to_file(path)
    run = subprocess.run(
        [sys.executable, "-c", AFTER_READING, path],
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.strip() == is_loaded


def test_drivers_that_read_other_files_are_off():
    text = (
        "from layers.files.gdal import gdal; "
        "print(*{'OGR_VRT', 'VRT', 'GDALG'} & {*gdal().list_drivers()})"
    )
    run = subprocess.run(
        [sys.executable, "-c", text], capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == ""
