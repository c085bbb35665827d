"""A file read part by part is the file read at once."""

import gzip
import json
import os
from collections.abc import Callable
from pathlib import Path

import geopandas
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet as pq
import pytest
import shapely

from gis.errors import InputFileError
from layers.files import (
    archives,
    arrow_files,
    geojson_lines,
    parquet,
    parts,
    read_events,
    vector,
)
from layers.files.parts import event_parts
from layers.files.table import joined_parts
from support.makers import broken_files as broken

ROWS = 500


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "FEWEST_PART_ROWS", 64)
    monkeypatch.setattr(parquet, "MOST_PART_ROWS", 64)
    monkeypatch.setattr(parts, "CSV_BLOCK_BYTES", 2048)
    monkeypatch.setattr(vector, "PART_ROWS", 64)
    monkeypatch.setattr(arrow_files, "PART_ROWS", 64)
    monkeypatch.setattr(geojson_lines, "PART_ROWS", 64)


def frame(rows: int = ROWS) -> pd.DataFrame:
    """Events with values of several types."""
    rng = np.random.default_rng(1)
    kinds = rng.choice(["fire", "道路", 'a "word"'], rows)
    return pd.DataFrame(
        {"id": np.arange(rows), "kind": kinds, "lon": 120 + rng.uniform(size=rows)}
    ).assign(lat=30.5)


def points(rows: int = ROWS) -> geopandas.GeoDataFrame:
    """The same with points, some of which are missing."""
    plain = frame(rows)
    shapes = shapely.points(plain["lon"], plain["lat"])
    shapes[::7] = None
    return geopandas.GeoDataFrame(plain, geometry=shapes, crs=4490)


def csv_text(folder: Path, rows: int) -> Path:
    """A CSV of events."""
    path = folder / "events.csv"
    frame(rows).to_csv(path, index=False)
    return path


def gzipped(source: Path) -> Path:
    """A file packed."""
    path = source.with_name(f"{source.name}.gz")
    path.write_bytes(gzip.compress(source.read_bytes()))
    return path


def feather(path: Path, rows: int) -> Path:
    """An Arrow file with a geometry, compressed as pandas writes it."""
    points(rows).to_feather(path)
    return path


def arrow_stream(path: Path, rows: int) -> Path:
    """An Arrow stream of record batches of several sizes."""
    table = pa.Table.from_pandas(frame(rows))
    with pa.ipc.new_stream(path, table.schema) as writer:
        for batch in table.to_batches(max_chunksize=150):
            writer.write_batch(batch)
    return path


def flatgeobuf(path: Path, rows: int) -> Path:
    """Features in their order; an index would want a place of each."""
    points(rows).to_file(path, engine="pyogrio", SPATIAL_INDEX="NO")
    return path


def lines(path: Path, rows: int) -> Path:
    """Features of GeoJSON, one a line."""
    if not rows:
        pytest.skip("a file without lines is an empty file, which is refused")
    features = json.loads(points(rows).to_crs(4326).to_json())["features"]
    path.write_text("".join(f"{json.dumps(f)}\n" for f in features))
    return path


MAKERS: dict[str, Callable[[Path, int], Path]] = {
    "parquet": lambda folder, rows: broken.parquet(folder / "e.parquet", frame(rows)),
    "geoparquet": lambda folder, rows: broken.parquet(
        folder / "g.parquet", points(rows)
    ),
    "csv": csv_text,
    "gzipped csv": lambda folder, rows: gzipped(csv_text(folder, rows)),
    "arrow file": lambda folder, rows: feather(folder / "e.feather", rows),
    "arrow stream": lambda folder, rows: arrow_stream(folder / "e.arrows", rows),
    "geopackage": lambda folder, rows: broken.vector(folder / "e.gpkg", points(rows)),
    "geojson lines": lambda folder, rows: lines(folder / "e.geojsonl", rows),
    "shapefile": lambda folder, rows: broken.vector(
        folder / "e.shp", points(rows).dropna(), "GBK"
    ),
    "zipped shapefile": lambda folder, rows: broken.zipped_shapefile(
        folder / "e.zip", broken.vector(folder / "e.shp", points(rows).dropna(), "GBK")
    ),
    "flatgeobuf": lambda folder, rows: flatgeobuf(folder / "e.fgb", rows),
}


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
@pytest.mark.parametrize("rows", [0, 1, ROWS])
def test_parts_are_the_whole(
    tmp_path: Path, make: Callable[[Path, int], Path], rows: int
) -> None:
    path = make(tmp_path, rows)
    tables = list(event_parts(path))
    assert (len(tables) > 3) == (rows == ROWS)
    whole, again = read_events(path), joined_parts(tables)
    assert again.columns.equals(whole.columns)
    assert again.columns.schema.equals(whole.columns.schema, check_metadata=True)
    assert (again.crs, again.row_key) == (whole.crs, whole.row_key)
    assert again.notices == whole.notices
    if whole.geometry is not None and again.geometry is not None:
        assert again.geometry.tolist() == whole.geometry.tolist()


def test_parquet_damaged_in_its_middle_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "events.parquet"
    pq.write_table(pa.Table.from_pandas(frame()), path, row_group_size=100)
    offset = pq.read_metadata(path).row_group(3).column(2).data_page_offset
    content = bytearray(path.read_bytes())
    content[offset : offset + 200] = b"\xff" * 200
    path.write_bytes(bytes(content))
    tables = event_parts(path)
    next(tables)
    with pytest.raises(InputFileError, match="is cut or damaged"):
        list(tables)


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_file_cut_in_its_middle_is_refused(
    tmp_path: Path, make: Callable[[Path, int], Path]
) -> None:
    path = make(tmp_path, ROWS)
    content = path.read_bytes()
    # within the last record of the half
    half = content.rfind(b"\n", 0, len(content) // 2) + 3
    path.write_bytes(content[:half])
    with pytest.raises(InputFileError):
        list(event_parts(path))


def test_file_that_grows_while_it_is_read_is_refused(tmp_path: Path) -> None:
    path = csv_text(tmp_path, ROWS)
    tables = event_parts(path)
    next(tables)
    with path.open("a") as stream:
        stream.write("500,late,120.5,30.5\n")
    with pytest.raises(InputFileError, match="was written to while it was read"):
        list(tables)


def test_file_that_another_takes_the_name_of_is_refused(tmp_path: Path) -> None:
    path = csv_text(tmp_path, ROWS)
    tables = event_parts(path)
    next(tables)
    other = csv_text(tmp_path / "..", ROWS)
    os.replace(other, path)
    with pytest.raises(InputFileError, match="was written to while it was read"):
        list(tables)


def test_file_over_the_cap_of_whole_files_is_read_in_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("layers.files.guards.MAX_FILE_BYTES", 100)
    path = csv_text(tmp_path, ROWS)
    assert sum(t.columns.num_rows for t in event_parts(path)) == ROWS
    with pytest.raises(InputFileError, match="expected at most"):
        read_events(path)


def test_gzip_that_unpacks_without_measure_is_refused_in_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "SMALL_BYTES", 4_000)
    path = tmp_path / "events.csv"
    path.write_text("id,lon,lat\n" + "1,120.5,30.5\n" * 100_000)
    tables = event_parts(gzipped(path))
    with pytest.raises(InputFileError, match="unpacks to too much"):
        list(tables)
    gzipped(tmp_path / "events.csv").write_bytes(gzip.compress(b""))
    with pytest.raises(InputFileError, match="unpacks to an empty file"):
        list(event_parts(tmp_path / "events.csv.gz"))


def test_halves_of_characters_are_said_of_all_parts_as_of_the_whole(
    tmp_path: Path,
) -> None:
    events = points().dropna()
    # ten bytes hold three characters of UTF-8 and a half
    events["kind"] = np.where(np.arange(len(events)) % 50 == 40, "道路破损", "fire")
    path = broken.vector(tmp_path / "e.shp", events)
    table = path.with_suffix(".dbf")
    content = table.read_bytes()
    whole = "道路破损".encode()
    table.write_bytes(content.replace(whole, whole[:10] + b"  "))
    again = joined_parts(event_parts(path))
    assert again.notices == read_events(path).notices
    assert "row 41, field 'kind'" in again.notices[0]
    assert "; and 5 more" in again.notices[0]
    assert set(again.columns["kind"].to_pylist()) == {"fire", "道路破"}


@pytest.mark.parametrize("suffix", [".shp", ".dbf", ".shx", ".prj"])
def test_part_of_a_shapefile_that_is_written_to_meanwhile_is_refused(
    tmp_path: Path, suffix: str
) -> None:
    path = MAKERS["shapefile"](tmp_path, ROWS)
    coming = event_parts(path)
    next(coming)
    (tmp_path / "e.csv").write_text("lies beside it, and is none of it")
    part = path.with_suffix(suffix)
    part.write_bytes(part.read_bytes() + b" ")
    with pytest.raises(InputFileError, match="was written to while it was read"):
        list(coming)
