"""Files that are missing, hostile, cut or not what they say get one sentence."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from layers.files import guards
from support.harness.refusals import refusal
from support.makers import broken_files as broken


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
        ("x.csv", b"id,lon\n1,\x00\n", "Line 2 of"),
        ("x.csv", b"\x89PNG\r\n\x1a\n\x00", "expected CSV; rename it"),
        ("x.geojson", b'{\n"a": \x00}', "Line 2 of"),
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
        ("x.geojson", b'{"a": "\xc8\xfd"}', "is GB18030 text"),
        ("x.geojson", b'{"a": "\xd2\xbb"}', "is GB18030 text"),
        ("x.geojson", b'{"a": "\xe9"}', "not UTF-8"),
        ("x.geojson", '{"a": 1}'.encode("utf-16"), "holds UTF-16 text"),
        ("x.geojson", '{"a": 1}'.encode("utf-16-le"), "holds UTF-16 text"),
        ("x.geojson", '{"a": 1}'.encode("utf-16-be"), "holds UTF-16 text"),
        ("x.csv", "编号,x\n一,1\n".encode("utf-16-le"), "holds UTF-16 text"),
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


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_cut_file_of_any_binary_format_is_refused(tmp_path: Path, share: float) -> None:
    for path in broken.one_of_each(tmp_path):
        if path.suffix not in (".csv", ".shp"):
            broken.cut(path, share)
            assert refusal(path)


@pytest.mark.parametrize("name", ["x.csv", "x.geojson", "x.parquet"])
def test_file_of_too_many_columns_is_refused(tmp_path: Path, name: str) -> None:
    values = {f"p{n}": n for n in range(guards.MAX_COLUMNS + 1)}
    path = tmp_path / name
    if name == "x.csv":
        text = ",".join(values) + "\n" + ",".join(map(str, values.values())) + "\n"
        broken.csv_file(path, text)
    elif name == "x.geojson":
        broken.geojson(path, [broken.feature(values, [broken.square(120.0, 30.0)])])
    else:
        broken.parquet(path, pd.DataFrame([values]))
    assert "has 2,001 columns or properties, expected at most 2,000" in refusal(path)


def test_features_that_share_no_property_are_refused_before_a_table_is_laid_out(
    tmp_path: Path,
) -> None:
    """Laid out it would have 20 million cells."""
    features = [
        broken.feature({f"p{row}_{n}": n for n in range(50)}, [1, 2], "Point")
        for row in range(640)
    ]
    path = broken.geojson(tmp_path / "x.geojson", list(features))
    assert "has 32,000 columns or properties" in refusal(path)
