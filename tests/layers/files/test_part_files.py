"""Part files are of one schema, whole, and stay as they are while they are read."""

from pathlib import Path

import geopandas
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

from gis.errors import InputFileError
from layers.files.part_files import read_part_files


def write(path: Path, **columns: object) -> Path:
    pq.write_table(pa.table({"lon": [120.1], "lat": [30.3], **columns}), path)
    return path


def points(path: Path, crs: object) -> Path:
    frame = geopandas.GeoDataFrame({"id": [1]}, geometry=[shapely.Point(1, 2)], crs=crs)
    frame.to_parquet(path)
    return path


def test_folder_and_file_are_read(tmp_path: Path) -> None:
    for name in ("b.parquet", "a.parquet", "_SUCCESS", ".a.parquet.crc"):
        write(tmp_path / name)
    parts = read_part_files(tmp_path)
    assert [path.name for path in parts.paths] == ["a.parquet", "b.parquet"]
    assert (parts.geometry, parts.crs) == (None, None)
    single = read_part_files(tmp_path / "a.parquet")
    assert single.paths == (tmp_path / "a.parquet",)
    assert single.schema == parts.schema


def test_points_and_their_crs_are_told(tmp_path: Path) -> None:
    parts = read_part_files(points(tmp_path / "p.parquet", "EPSG:4490"))
    assert parts.geometry == "geometry"
    assert parts.crs is not None
    assert parts.crs.to_epsg() == 4490


def test_a_null_crs_is_none(tmp_path: Path) -> None:
    parts = read_part_files(points(tmp_path / "p.parquet", None))
    assert (parts.geometry, parts.crs) == ("geometry", None)


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        ({"note": ["x"]}, r"\['note: string'\] where 'a.parquet' has \[\]"),
        ({"lat": ["30.3"]}, "'lat: string' where 'a.parquet' has 'lat: double'"),
    ],
    ids=["one more", "another type"],
)
def test_a_part_with_another_schema_is_refused(
    tmp_path: Path, columns: dict, sentence: str
) -> None:
    write(tmp_path / "a.parquet")
    write(tmp_path / "b.parquet", **columns)
    with pytest.raises(InputFileError, match=sentence):
        read_part_files(tmp_path)


@pytest.mark.parametrize("crs", [None, "EPSG:4549"], ids=["null", "another"])
def test_a_part_with_another_crs_is_refused(tmp_path: Path, crs: str | None) -> None:
    points(tmp_path / "a.parquet", "EPSG:4326")
    points(tmp_path / "b.parquet", crs)
    with pytest.raises(InputFileError, match=r"b\.parquet' declares its points as"):
        read_part_files(tmp_path)


def test_a_cut_part_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "a.parquet")
    cut = write(tmp_path / "b.parquet")
    cut.write_bytes(cut.read_bytes()[: cut.stat().st_size // 2])
    with pytest.raises(InputFileError, match=r"b\.parquet' is cut or damaged"):
        read_part_files(tmp_path)


def test_other_things_in_the_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputFileError, match=r"holds \[\], expected Parquet"):
        read_part_files(tmp_path)
    write(tmp_path / "a.parquet")
    (tmp_path / "day=1").mkdir()
    (tmp_path / "notes.txt").touch()
    with pytest.raises(InputFileError, match=r"'day=1', 'notes.txt'"):
        read_part_files(tmp_path)
    with pytest.raises(InputFileError, match=r"There is no '.*gone'"):
        read_part_files(tmp_path / "gone")


def test_a_part_that_grows_or_goes_is_refused(tmp_path: Path) -> None:
    part = write(tmp_path / "a.parquet")
    parts = read_part_files(tmp_path)
    parts.refuse_changes()
    write(part, more=[1])
    with pytest.raises(InputFileError, match="changed while it was read"):
        parts.refuse_changes()
    part.unlink()
    with pytest.raises(InputFileError, match="changed while it was read"):
        parts.refuse_changes()
