"""Generated files of every format: each row is answered right, or named."""

import csv
import io
import json
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import geopandas
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from api.service.assignment.files import AssignJob, assign_file
from gis.errors import InputFileError
from support.makers import broken_files as broken

EXAMPLES = 2000 if os.environ.get("PAGODA_SOAK") else 20
"""Files of each format."""
DECIMAL = re.compile(r"[+-]?\d+\.\d+", re.ASCII)
HEAD = ("编号", "note", "lon", "lat")
QUOTINGS = (csv.QUOTE_MINIMAL, csv.QUOTE_ALL)

# what a spreadsheet or a phone may write; no NUL and no half of a pair
notes = st.text(
    st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=12
)
han = st.text(st.sampled_from("三墩镇西湖区道路破损一丁街乐坊"), min_size=3, max_size=9)
offsets = st.integers(-50_000, 250_000) | st.sampled_from([0, 100_000, 200_000])


def degrees(start: int, shifts: st.SearchStrategy[int]) -> st.SearchStrategy[str]:
    """Degrees in the town and round it, with six decimals."""
    return shifts.map(lambda shift: f"{start + shift / 1e6:.6f}")


spots = st.tuples(degrees(120, offsets), degrees(30, offsets))
oddities = st.sampled_from(["", " ", "abc", "120,05", "NaN", "inf", "None", "0x1"])


@dataclass(frozen=True)
class Row:
    """An event as a file has it; the place is text in a table, a shape elsewhere."""

    event_id: str
    note: str
    lon: str
    lat: str


@st.composite
def tables(draw: st.DrawFn, texts: st.SearchStrategy[str] = notes) -> list[Row]:
    """Draw a few events, some without a usable place."""
    rows = []
    for number in range(draw(st.integers(1, 6))):
        lon, lat = draw(spots)
        lat = draw(oddities) if draw(st.integers(0, 4)) == 0 else lat
        event_id = draw(
            st.sampled_from([f"{number:03d}", f"e-{number}", f"{10**17 + number}"])
        )
        rows.append(Row(event_id, draw(texts), lon, lat))
    return rows


def owner(lon: str, lat: str) -> str:
    """The grid of a place by fractions: the first that holds it, borders included."""
    if not (DECIMAL.fullmatch(lon) and DECIMAL.fullmatch(lat)):
        return ""
    x, y = Fraction(float(lon)), Fraction(float(lat))
    for name, (west, south) in sorted(broken.SQUARES.items()):
        east, north = Fraction(west + 0.1), Fraction(south + 0.1)
        if Fraction(west) <= x <= east and Fraction(south) <= y <= north:
            return name
    return ""


def answered(folder: Path, events: Path) -> list[dict[str, str]]:
    """The rows of the answers to a file, read by another reader."""
    grids = broken.grids_geojson(folder / "grids.geojson")
    out = folder / "out.csv"
    assign_file(AssignJob(grids, "code", events, out), lambda _: None)
    text = out.read_bytes().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def assert_answers(
    answers: list[dict[str, str]], rows: list[Row], id_name: str
) -> None:
    """Hold every row to its own place, none lost and none made up."""
    assert sorted(a[id_name] for a in answers) == sorted(row.event_id for row in rows)
    places = {row.event_id: row for row in rows}
    for answer in answers:
        row = places[answer[id_name]]
        assert answer["grid_id"] == owner(row.lon, row.lat)
        if not (DECIMAL.fullmatch(row.lon) and DECIMAL.fullmatch(row.lat)):
            assert answer["status"] == "unlocated"
            assert answer["reason"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose files are replaced from example to example."""
    return tmp_path_factory.mktemp("generated")


dialects = st.fixed_dictionaries(
    {
        "delimiter": st.sampled_from(",;\t"),
        "quoting": st.sampled_from(QUOTINGS),
        "lineterminator": st.sampled_from(["\n", "\r\n"]),
    }
)
encodings = st.sampled_from(["utf-8", "utf-8-sig", "gb18030"])
names = st.sampled_from(["events.csv", "events.csv.gz"])


@settings(max_examples=EXAMPLES)
@given(encodings, dialects, names, st.data())
def test_any_csv_is_answered_row_by_row_or_refused_for_a_reason(
    folder: Path, encoding: str, dialect: Any, name: str, data: st.DataObject
) -> None:
    rows = data.draw(tables(han if encoding == "gb18030" else notes))
    text = io.StringIO(newline="")
    writer = csv.writer(text, **dialect)
    writer.writerows([HEAD, *((r.event_id, r.note, r.lon, r.lat) for r in rows)])
    path = broken.csv_file(folder / name, text.getvalue(), encoding)
    try:
        answers = answered(folder, path)
    except InputFileError:
        # a text of several lines may look like rows that a quote swallowed
        is_refusable = any(re.search("[\r\n]", row.note) for row in rows)
    else:
        is_refusable = True
        assert [answer["note"] for answer in answers] == [row.note for row in rows]
        assert_answers(answers, rows, "编号")
    assert is_refusable


kinds = st.sampled_from(["point", "point", "point", "none", "line", "collection"])


@st.composite
def features(draw: st.DrawFn, texts: st.SearchStrategy[str]) -> list[tuple[Row, Any]]:
    """Draw events with shapes; a row without a point has no place in its text."""
    pairs = []
    for number in range(draw(st.integers(1, 6))):
        lon, lat = draw(spots)
        point = shapely.Point(float(lon), float(lat))
        shapes = {
            "point": point,
            "none": None,
            "line": shapely.LineString([(120, 30), (120.1, 30.1)]),
            "collection": shapely.GeometryCollection([point]),
        }
        kind = draw(kinds)
        place = (lon, lat) if kind == "point" else ("", "")
        pairs.append((Row(f"e-{number}", draw(texts), *place), shapes[kind]))
    return pairs


def frame_of(pairs: list[tuple[Row, Any]]) -> geopandas.GeoDataFrame:
    """Events as a frame."""
    columns = {
        "event_id": [row.event_id for row, _ in pairs],
        "note": [row.note for row, _ in pairs],
    }
    shapes = [shape for _, shape in pairs]
    return geopandas.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4326")


def write_geojson(path: Path, pairs: list[tuple[Row, Any]]) -> None:
    """GeoJSON by the standard library."""
    items = [
        {
            "type": "Feature",
            "properties": {"event_id": row.event_id, "note": row.note},
            "geometry": None if shape is None else shapely.geometry.mapping(shape),
        }
        for row, shape in pairs
    ]
    text = json.dumps({"type": "FeatureCollection", "features": items})
    path.write_text(text, encoding="utf-8")


def write_points(path: Path, pairs: list[tuple[Row, Any]]) -> None:
    """A Shapefile, which holds shapes of one kind."""
    for part in path.parent.glob(f"{path.stem}.*"):
        part.unlink()
    broken.vector(path, frame_of(pairs))


def write_frame(path: Path, pairs: list[tuple[Row, Any]]) -> None:
    """A GeoPackage or FlatGeobuf of shapes of any kind."""
    path.unlink(missing_ok=True)
    frame_of(pairs).to_file(path, engine="pyogrio", geometry_type="Unknown")


def write_parquet(path: Path, pairs: list[tuple[Row, Any]]) -> None:
    """GeoParquet."""
    broken.parquet(path, frame_of(pairs))


printed = st.text(st.characters(categories=("L", "N", "P", "S")), max_size=9)
FORMATS: dict[str, tuple[Callable[[Path, Any], None], st.SearchStrategy[str]]] = {
    "events.geojson": (write_geojson, notes),
    "events.parquet": (write_parquet, notes),
    "events.gpkg": (write_frame, printed),
    "events.fgb": (write_frame, printed),
    "points.shp": (write_points, han),
}


@pytest.mark.parametrize("name", FORMATS)
def test_any_file_with_shapes_is_answered_row_by_row(folder: Path, name: str) -> None:
    write, texts = FORMATS[name]

    @settings(max_examples=EXAMPLES)
    @given(features(texts))
    def hold(pairs: list[tuple[Row, Any]]) -> None:
        if name.endswith((".shp", ".fgb")):
            # one kind of shape in a Shapefile, none missing in an indexed FlatGeobuf
            is_point = name.endswith(".shp")
            pairs = [p for p in pairs if p[0].lon or (p[1] and not is_point)]
            assume(pairs)
        write(folder / name, pairs)
        answers = answered(folder, folder / name)
        notes_written = {row.event_id: row.note for row, _ in pairs}
        assert {a["event_id"]: a["note"] for a in answers} == notes_written
        assert_answers(answers, [row for row, _ in pairs], "event_id")

    hold()
