"""Files in, one page out: the same answers as `pagoda assign`, nothing written over."""

import re
from collections import Counter
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from api.service.assignment.files import AssignJob, assign_file
from api.service.inputs.events import EventFile
from api.service.inputs.territory import TerritoryFiles
from api.service.rating.exploration import STAGES, ExploreJob, explore_files
from gis.errors import InputFileError, SettingError
from layers.rating.measures import Measure
from support.makers import broken_files as broken
from support.makers.drawn_maps import model_of

EVENTS = """\
id,lon,lat
e1,120.05,30.05
e2,120.05,29.999
e3,,
e4,abc,30.05
e5,120.1,30.05
"""


def job_of(folder: Path, **options: object) -> ExploreJob:
    """Five events on three squares, with options."""
    grids = broken.grids_geojson(folder / "grids.geojson")
    events = broken.csv_file(folder / "events.csv", EVENTS)
    parts = {
        "territory": TerritoryFiles(grids, "code"),
        "events": EventFile(events),
        "measure": Measure(),
        "out": folder / "map.html",
    }
    return ExploreJob(**parts | options)  # type: ignore[arg-type]  # as declared


def test_counts_are_those_of_the_answers_to_the_same_files(tmp_path: Path) -> None:
    job = job_of(tmp_path)
    grids = explore_files(job, lambda _: None).exploration.grids
    out = tmp_path / "assigned.csv"
    files = job.territory
    assert job.events is not None
    assign_file(
        AssignJob(files.grids, files.id_column, job.events.path, out), lambda _: None
    )
    owners = Counter(pd.read_csv(out)["grid_id"].dropna())
    assert owners.total() == 2
    counts = dict(zip(grids["grid_id"], grids["score"], strict=True))
    assert counts == {grid: owners.get(grid, 0) for grid in ("G1", "G2", "G3")}


def test_page_says_what_became_of_every_row(tmp_path: Path) -> None:
    job = job_of(tmp_path, title="T 镇")
    explore_files(job, lambda _: None)
    model = model_of(job.out.read_bytes().decode())
    gaps = {en: count for _, en, count in model["gaps"]}
    assert sum(gaps.values()) == 3
    assert gaps["Events in no grid"] == 1
    card = {row[1]: row[3] for row in model["card"]}
    assert (
        "events.csv, rows 5, in wgs84 (declared by nobody); in a grid 2"
        in card["Source"]
    )
    assert model["boundary_version"] == ["grids.geojson", ""]
    assert model["title"] == ["T 镇", ""]
    assert model["dates"] == []


def test_notices_are_those_of_reading(tmp_path: Path) -> None:
    notices = explore_files(job_of(tmp_path), lambda _: None).notices
    assert any("events declare no CRS" in notice for notice in notices)
    assert any("columns 'lon' and 'lat'" in notice for notice in notices)


def test_positions_of_another_crs_are_named_with_the_likely_one(tmp_path: Path) -> None:
    xy = gpd.GeoSeries([shapely.Point(120.05, 30.05)] * 3, crs=4326).to_crs(4549)
    rows = "".join(f"{point.x},{point.y}\n" for point in xy)
    events = broken.csv_file(tmp_path / "metres.csv", "x,y\n" + rows)
    report = explore_files(job_of(tmp_path, events=EventFile(events)), lambda _: None)
    assert any("3 positions" in n and "EPSG:4549" in n for n in report.notices)


def test_stages_are_told_in_order(tmp_path: Path) -> None:
    stages: list[str] = []
    explore_files(job_of(tmp_path), stages.append)
    assert tuple(stages) == STAGES
    stages.clear()
    grids = gpd.read_file(tmp_path / "grids.geojson").assign(beds=[1, 2, 3])
    grids.to_file(tmp_path / "beds.gpkg")
    files = TerritoryFiles(tmp_path / "beds.gpkg", "code")
    job = job_of(tmp_path, territory=files, events=None, measure=Measure(value="beds"))
    explore_files(job, stages.append)
    assert stages == [STAGES[0], STAGES[3]]
    assert re.search(r'"scores":\[1\.0,2\.0,3\.0\]', job.out.read_text("utf-8"))


@pytest.mark.parametrize("name", ["grids.geojson", "events.csv"])
def test_output_that_is_an_input_is_refused_and_stays(
    tmp_path: Path, name: str
) -> None:
    job = job_of(tmp_path, out=tmp_path / name)
    before = job.out.read_bytes()
    with pytest.raises(SettingError, match="is also an input"):
        explore_files(job, lambda _: None)
    assert job.out.read_bytes() == before


def test_nothing_is_written_where_a_file_is_broken(tmp_path: Path) -> None:
    job = job_of(tmp_path)
    (tmp_path / "events.csv").write_text('id,lon,lat\n1,"2,3\n')
    with pytest.raises(InputFileError):
        explore_files(job, lambda _: None)
    assert not job.out.exists()
