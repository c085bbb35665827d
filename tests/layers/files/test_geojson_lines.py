"""Features of GeoJSON, one a line, are those of the same collection."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.errors import InputFileError
from layers.files import geojson_lines
from layers.files.geojson import read_geojson
from layers.files.geojson_lines import read_geojson_lines

values = st.one_of(
    *(st.none(), st.booleans(), st.integers(-(2**63), 2**64 - 1), st.just("text")),
    *(st.floats(allow_nan=False, allow_infinity=False), st.just([1, {"a": None}])),
)
shapes = st.sampled_from(
    [
        *(None, {"type": "Point", "coordinates": [120, 30.5]}, {"type": "Curve"}),
        {"type": "LineString", "coordinates": [[120, 30], [121, 31]]},
    ]
)
features = st.lists(
    st.fixed_dictionaries(
        {
            "type": st.just("Feature"),
            "properties": st.none() | st.dictionaries(st.sampled_from("abc"), values),
            "geometry": shapes,
        },
        optional={"id": st.integers(0, 9) | st.just("x")},
    ),
    min_size=1,
    max_size=8,
)


def write(path: Path, items: list[dict[str, object]]) -> Path:
    """Features, one a line, and lines without anything."""
    path.write_text("".join(f"{json.dumps(item)}\n\n" for item in items))
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose files are replaced from example to example."""
    return tmp_path_factory.mktemp("lines")


@given(features, st.integers(1, 4))
def test_lines_are_the_collection(
    folder: Path, items: list[dict[str, object]], rows: int
) -> None:
    document = {"type": "FeatureCollection", "features": items}
    (folder / "whole.geojson").write_text(json.dumps(document))
    whole = read_geojson(folder / "whole.geojson")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(geojson_lines, "PART_ROWS", rows)
        lines = read_geojson_lines(write(folder / "lines.geojsonl", items))
    assert lines.columns.num_rows == whole.columns.num_rows == len(items)
    assert lines.columns.to_pydict() == whole.columns.to_pydict()
    assert lines.columns.schema.equals(whole.columns.schema, check_metadata=True)
    assert lines.geometry is not None
    assert whole.geometry is not None
    assert lines.geometry.tolist() == whole.geometry.tolist()
    assert (lines.faults, lines.crs) == (whole.faults, whole.crs)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('{"lon": 120}', "Line 3 of .* is no GeoJSON 'Feature'"),
        ('{"type": "Feature", "properties": {', "Line 3 of .* is no JSON"),
        ("[1]", "is no object in JSON"),
        ('{"type": "Feature", "properties": {"a": 1, "a": 2}}', "has the name 'a' 2"),
    ],
)
def test_line_that_is_no_feature_is_refused_by_its_number(
    tmp_path: Path, line: str, words: str
) -> None:
    path = write(tmp_path / "lines.geojsonl", [{"type": "Feature", "properties": {}}])
    path.write_text(path.read_text() + line)
    with pytest.raises(InputFileError, match=words):
        read_geojson_lines(path)
