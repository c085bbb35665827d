"""Files that are missing, hostile, cut or not what they say get one sentence."""

import gzip
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from gis.errors import GovernanceError, InputFileError
from layers.files import archives, guards, read_events
from support.makers import broken_files as broken


def refusal(path: Path) -> str:
    """Return the sentence that refuses a file, once it is one sentence."""
    with pytest.raises(InputFileError) as caught:
        read_events(path)
    text = str(caught.value)
    assert text.endswith(".")
    assert "\n" not in text
    return text


def written(data: bytes) -> Callable[[Path], Path]:
    """Return a maker of a file with these bytes."""

    def make(path: Path) -> Path:
        path.write_bytes(data)
        return path

    return make


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("x.geojson", b"", "is an empty file"),
        ("x.csv", b"", "is an empty file"),
        ("x.gpkg", b"", "is an empty file"),
        ("x.kml", b"<kml/>", "extension that is not read"),
        ("x.gpkg", b"hello, this is text", "expected GeoPackage"),
        ("x.fgb", b"PK\x03\x04", "a zip archive"),
        ("x.parquet", b"SQLite format 3\x00", "a SQLite database"),
        ("x.shp", b"PAR1", "holds 'Parquet'"),
        ("x.zip", b"\x1f\x8b\x08", "holds 'gzip'"),
        ("x.csv", b"PK\x03\x04 an xlsx", "a zip archive"),
        ("x.csv", "id,lon\n".encode("utf-16"), "UTF-16"),
        ("x.csv", b"id,lon\n1,\x00\n", "expected CSV"),
        ("x.csv.gz", b"id,lon\n", "expected gzipped CSV"),
        ("x.geojson", b"[1, 2]", "expected GeoJSON"),
        ("x.geojson", b'{"type": "Topology"}', "'Topology'"),
        ("x.json", b'{"type": "gdal_streamed_alg"}', "'gdal_streamed_alg'"),
        ("x.geojson", b'{"type": "FeatureCollection"}', "'features'"),
        (
            "x.geojson",
            b'{"type": "FeatureCollection", "features": [1]}',
            "Row 1",
        ),
        ("x.geojson", b'{"a": "\xc8\xfd"}', "not UTF-8"),
        ("x.geojson", b'{"a": NaN}', "write null instead"),
        ("x.geojson", b'{"a": -Infinity}', "write null instead"),
        ("x.geojson", b'{"a": 1e400}', "too large"),
        ("x.geojson", b'{"type": "Feature', "is cut"),
        ("x.geojson", b'{"a": 1} {"b": 2}', "line 1, column 10"),
        ("x.geojson", b'{"a": ' + b"[" * 5000, "nests too deep"),
    ],
)
def test_content_that_does_not_fit_is_refused(
    tmp_path: Path, name: str, data: bytes, said: str
) -> None:
    assert said in refusal(written(data)(tmp_path / name))


@pytest.mark.parametrize("name", ["a!b.fgb", "a;b.gpkg"])
def test_name_that_means_another_file_is_refused(tmp_path: Path, name: str) -> None:
    suffix = Path(name).suffix
    plain = broken.vector(tmp_path / f"plain{suffix}", broken.events_frame())
    assert "rename" in refusal(plain.rename(tmp_path / name))


@pytest.mark.parametrize("name", ["网 格 #1?&.gpkg", "http:x.gpkg", "a|layer=1.gpkg"])
def test_strange_names_of_plain_files_are_read(tmp_path: Path, name: str) -> None:
    plain = broken.vector(tmp_path / "plain.gpkg", broken.events_frame())
    path = plain.rename(tmp_path / name)
    assert read_events(path).columns.num_rows == 3
    assert read_events(f"/{path}").columns.num_rows == 3


def test_missing_file_and_folder_are_refused(tmp_path: Path) -> None:
    assert "There is no file" in refusal(tmp_path / "none.csv")
    assert "not a regular file" in refusal(tmp_path)


def test_file_over_the_cap_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guards, "MAX_FILE_BYTES", 10)
    assert "at most 10" in refusal(broken.csv_file(tmp_path / "x.csv", "a,b\n" * 9))


def test_vrt_under_a_geojson_name_is_refused(tmp_path: Path) -> None:
    path = broken.ogr_vrt(tmp_path / "x.geojson", tmp_path / "secret.csv")
    assert "holds 'XML'" in refusal(path)


def test_gdal_has_no_driver_that_reads_other_files() -> None:
    import pyogrio  # noqa: PLC0415  after the reader has set what GDAL skips

    assert not {"OGR_VRT", "VRT", "GDALG"} & set(pyogrio.list_drivers())


def test_json_values_nested_too_deep_are_refused(tmp_path: Path) -> None:
    deep: object = 1
    for _ in range(100):
        deep = [deep]
    path = broken.geojson(
        tmp_path / "x.geojson", [broken.feature({"deep": deep}, [1, 2], "Point")]
    )
    assert "nests deeper" in refusal(path)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_cut_file_of_any_binary_format_is_refused(tmp_path: Path, share: float) -> None:
    for path in broken.one_of_each(tmp_path):
        if path.suffix not in (".csv", ".shp"):
            broken.cut(path, share)
            assert refusal(path)


@pytest.mark.parametrize("part", [".shp", ".shx", ".dbf"])
def test_shapefile_with_a_cut_part_is_refused(tmp_path: Path, part: str) -> None:
    shapefile = broken.vector(tmp_path / "x.shp", broken.grids_frame())
    broken.cut(shapefile.with_suffix(part), 0.7)
    assert "cut or damaged" in refusal(shapefile)


@pytest.mark.parametrize("part", [".shx", ".dbf"])
def test_shapefile_without_a_part_is_refused(tmp_path: Path, part: str) -> None:
    shapefile = broken.vector(tmp_path / "x.shp", broken.grids_frame())
    shapefile.with_suffix(part).unlink()
    assert f"no {part!r} part" in refusal(shapefile)


def test_zip_of_zeros_is_refused(tmp_path: Path) -> None:
    assert "unpacks to too much" in refusal(broken.zip_of_zeros(tmp_path / "x.zip"))


def test_gzip_of_zeros_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.csv.gz"
    path.write_bytes(gzip.compress(bytes(archives.SMALL_BYTES + 1)))
    assert "unpacks to too much" in refusal(path)


@pytest.mark.parametrize(
    ("members", "said"),
    [
        (["../layer.shp"], "points outside"),
        (["/etc/layer.shp"], "points outside"),
        (["inner.zip"], "holds the archive"),
        (["notes.txt"], "0 Shapefiles"),
        (["a.shp", "b.shp"], "2 Shapefiles"),
        (["a.shp"], "no '.shx' part"),
        ([f"{n}.txt" for n in range(100)], "100 members"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_zip_with_other_members_is_refused(
    tmp_path: Path, members: list[str], said: str
) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in members:
            archive.writestr(name, b"")
    assert said in refusal(path)


def geopackage_with(path: Path, sql: str) -> Path:
    """A GeoPackage with one more definition in it."""
    broken.vector(path, broken.events_frame())
    connection = sqlite3.connect(path)
    connection.execute(sql)
    connection.commit()
    connection.close()
    return path


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE VIRTUAL TABLE spy USING fts5(x)",
        "CREATE VIEW spy AS SELECT 1",
        "CREATE TEMPORARY TABLE t (x)",
    ],
    ids=["virtual", "view", "harmless"],
)
def test_geopackage_that_reaches_outside_is_refused(tmp_path: Path, sql: str) -> None:
    path = geopackage_with(tmp_path / "x.gpkg", sql)
    if "spy" in sql:
        assert "may read other files" in refusal(path)
    else:
        assert read_events(path).columns.num_rows == 3


def test_sqlite_database_that_is_no_geopackage_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.gpkg"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE t (x)")
    connection.commit()
    connection.close()
    assert "gpkg_contents" in refusal(path)


def test_geopackage_with_two_layers_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.gpkg"
    broken.events_frame().to_file(path, layer="one")
    broken.events_frame().to_file(path, layer="two", mode="a")
    assert "['one', 'two']" in refusal(path)


def test_unknown_crs_is_named(tmp_path: Path) -> None:
    member = {"type": "name", "properties": {"name": "EPSG:999999"}}
    path = broken.grids_geojson(tmp_path / "x.geojson", crs=member)
    with pytest.raises(GovernanceError, match="'EPSG:999999'"):
        read_events(path)
