"""What is read is never written over, however it is named."""

from pathlib import Path

import pytest

from api.service.inputs.outputs import refuse_own_input
from gis.errors import SettingError


def test_file_that_is_read_is_refused_by_any_of_its_names(tmp_path: Path) -> None:
    grids = tmp_path / "grids.geojson"
    grids.write_text("{}")
    link = tmp_path / "link.geojson"
    link.symlink_to(grids)
    for out in (grids, link, tmp_path / "." / "grids.geojson"):
        with pytest.raises(SettingError, match="is also an input"):
            refuse_own_input(out, [None, grids])


def test_other_and_new_files_are_not(tmp_path: Path) -> None:
    grids = tmp_path / "grids.geojson"
    grids.write_text("{}")
    other = tmp_path / "map.html"
    refuse_own_input(other, [grids, None, tmp_path / "absent.csv"])
    other.write_text("before")
    refuse_own_input(other, [grids])
