"""A file answered in parts is the file answered at once, and so is what is said."""

import json
from pathlib import Path

import geopandas
import numpy as np
import pandas as pd
import pytest
import shapely

from api.service.assignment.files import AssignJob, AssignReport, assign_file
from api.service.assignment.run import FileRun
from api.service.inputs.events import EventFile
from layers.files import parquet, parts, read_events, vector
from support.makers import broken_files as broken

ROWS = 400


def events(seed: int = 3) -> pd.DataFrame:
    """Events in and around the squares, with times and radii of every kind."""
    rng = np.random.default_rng(seed)
    times = ["2026-09-01T08:00:00+08:00", "2026-09-01 08:00", "2026-09-01", ""]
    return pd.DataFrame(
        {
            "id": np.arange(ROWS),
            "lon": rng.choice(["120.05", "119.99", "30", "500", "", "x"], ROWS),
            "lat": rng.choice(["30.05", "30.15", "abc", "120.5"], ROWS),
            "at": rng.choice(times, ROWS),
            "radius": rng.choice(["30", "±5 m", "1,5", "-3", ""], ROWS),
        }
    )


def answered(
    folder: Path, path: Path, suffix: str, **options: object
) -> tuple[bytes, AssignReport]:
    """What is written and said."""
    out = folder / f"out{suffix}"
    out.unlink(missing_ok=True)
    grids = broken.grids_geojson(folder / "grids.geojson")
    job = AssignJob(grids=grids, id_column="code", events=path, out=out, **options)
    out.unlink(missing_ok=True)
    report = assign_file(job, lambda _: None)
    if suffix == ".parquet":
        return pd.read_parquet(out).to_csv().encode(), report
    if suffix == ".arrows":
        return repr(read_events(out).columns.to_pylist()).encode(), report
    return out.read_bytes(), report


@pytest.mark.parametrize("name", ["events.csv", "events.parquet"])
@pytest.mark.parametrize("suffix", [".csv", ".parquet", ".arrows", ".geojsonl"])
def test_parts_have_the_answers_and_the_notices_of_the_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, suffix: str
) -> None:
    path, frame = tmp_path / name, events()
    if path.suffix == ".csv":
        frame.to_csv(path, index=False)
    else:
        frame.to_parquet(path, index=False)
    anchors = broken.csv_file(tmp_path / "anchors.csv", "lon,lat\n120.05,30.05\n")
    options = {
        "at_column": "at",
        "accuracy_column": "radius",
        "anchors": anchors,
        "candidates_m": 50.0,
        "snap_m": 100.0,
    }
    text, report = answered(tmp_path, path, suffix, **options)
    numbers: list[int] = []
    answer = FileRun.answer

    def count(run: FileRun, part: object) -> object:
        numbers.append(1)
        return answer(run, part)  # type: ignore[arg-type]

    monkeypatch.setattr(FileRun, "answer", count)
    monkeypatch.setattr(parquet, "FEWEST_PART_ROWS", 64)
    monkeypatch.setattr(parquet, "MOST_PART_ROWS", 64)
    monkeypatch.setattr(parts, "CSV_BLOCK_BYTES", 2048)
    text_in_parts, report_in_parts = answered(tmp_path, path, suffix, **options)
    assert len(numbers) > 3
    assert text_in_parts == text
    assert report_in_parts.notices == report.notices
    assert report_in_parts.statuses == report.statuses
    assert report_in_parts.reasons == report.reasons
    assert report.rows == sum(report.statuses.values()) == ROWS


def test_row_of_a_later_part_is_counted_from_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet, "FEWEST_PART_ROWS", 64)
    monkeypatch.setattr(parquet, "MOST_PART_ROWS", 64)
    frame = events()
    frame.loc[333, "at"] = "soon"
    frame.to_parquet(tmp_path / "events.parquet", index=False)
    with pytest.raises(OSError, match="Row 334 of the events has 'soon'"):
        answered(tmp_path, tmp_path / "events.parquet", ".csv", at_column="at")
    assert not (tmp_path / "out.csv").exists()
    assert not list(tmp_path.glob(".*part*"))


def test_parts_of_a_file_have_the_rows_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    events().to_csv(path, index=False)
    whole = EventFile(path).read()
    [part] = EventFile(path).parts()
    assert part.table.columns.equals(whole.table.columns)
    assert (part.datum, part.notice) == (whole.datum, whole.notice)


def test_lines_of_geojson_are_the_features_of_the_collection(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(5)
    x, y = rng.uniform((119.9, 29.9), (120.3, 30.2), (ROWS, 2)).T
    frame = geopandas.GeoDataFrame(
        {"id": np.arange(ROWS)}, geometry=shapely.points(x, y), crs=4490
    )
    frame.loc[7, "geometry"] = shapely.LineString([(120, 30), (120.1, 30)])
    frame.loc[9, "geometry"] = shapely.Point(500, 30)
    path = broken.vector(tmp_path / "events.gpkg", frame)
    whole, _ = answered(tmp_path, path, ".geojson")
    monkeypatch.setattr(vector, "PART_ROWS", 64)
    text, _ = answered(tmp_path, path, ".geojsonl")
    lines = [json.loads(line) for line in text.splitlines()]
    features = json.loads(whole)["features"]
    assert [line["geometry"] for line in lines] == [f["geometry"] for f in features]
    for line, feature in zip(lines, features, strict=True):
        names = list(lines[0]["properties"])
        assert list(line["properties"]) == names
        assert line["properties"].items() >= feature["properties"].items()
    assert lines[7]["properties"]["reported_geometry"].startswith("LINESTRING")
    assert lines[9]["properties"]["reported_x"] == 500
    assert read_events(tmp_path / "out.geojsonl").columns.num_rows == ROWS
