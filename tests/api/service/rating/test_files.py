"""Codes of places and colours of areas as files."""

import codecs
import csv
import re
from pathlib import Path

import orjson
import pytest

from api.service.rating.files import write_areas, write_codes
from gis.errors import SettingError
from layers.files import read_events
from layers.rating.day import RiskDay


def rows_of(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def test_codes_are_written_in_words(rating: RiskDay, tmp_path: Path) -> None:
    path = tmp_path / "deep" / "codes.csv"
    write_codes(rating, path)
    rows = {row["place_id"]: row for row in rows_of(path)}
    assert {place: row["code"] for place, row in rows.items()} == {
        "P1": "red",
        "P2": "green",
        "P4": "yellow",
    }
    assert rows["P1"]["criteria"] == "critical-finding;serious-finding"
    assert rows["P1"]["due_on"] == "2026-09-21"
    assert "geometry" not in rows["P1"]


def test_areas_of_all_layers_are_one_table(rating: RiskDay, tmp_path: Path) -> None:
    path = tmp_path / "areas.csv"
    write_areas(rating, path)
    rows = rows_of(path)
    layers = [(row["layer"], row["area_id"]) for row in rows]
    assert layers[:4] == [("grids", f"G{n}") for n in range(1, 5)]
    assert {layer for layer, _ in layers} == set(rating.tiers)
    assert ("communities", "K2") in layers
    assert rows[0]["drivers"]


def test_tables_for_people_begin_with_the_mark_of_utf_8(
    rating: RiskDay, tmp_path: Path
) -> None:
    codes, areas = tmp_path / "codes.csv", tmp_path / "areas.csv"
    write_codes(rating, codes)
    write_areas(rating, areas)
    for path in (codes, areas):
        assert path.read_bytes().startswith(codecs.BOM_UTF8)
        # and are read again without it
        assert not read_events(path).columns.column_names[0].startswith("\ufeff")


@pytest.mark.parametrize("name", ["areas.json", "areas.geojson"])
def test_polygons_come_without_communities(
    rating: RiskDay, tmp_path: Path, name: str
) -> None:
    write_areas(rating, tmp_path / name)
    features = orjson.loads((tmp_path / name).read_bytes())["features"]
    assert [f["id"] for f in features] == ["G1", "G2", "G3", "G4", "E", "W", "C"]


def test_other_ending_is_refused(rating: RiskDay, tmp_path: Path) -> None:
    path = tmp_path / "areas.xls"
    with pytest.raises(SettingError, match=re.escape("ends in '.xls', expected .csv")):
        write_areas(rating, path)
    assert not path.exists()


def test_file_that_cannot_be_written_is_refused(
    rating: RiskDay, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(SettingError, match="cannot be written"):
        write_codes(rating, tmp_path / "file" / "codes.csv")
    assert (tmp_path / "file").read_text() == "mine"


def test_workbooks_say_what_the_csv_says(rating: RiskDay, tmp_path: Path) -> None:
    for name, write in (("places", write_codes), ("areas", write_areas)):
        plain, book = tmp_path / f"{name}.csv", tmp_path / f"{name}.xlsx"
        write(rating, plain)
        write(rating, book)
        rows = rows_of(plain)
        told = read_events(book, name).columns
        assert told.column_names == list(rows[0])
        for head in ("name", "place_id", "due_on", "code", "area_id", "drivers"):
            if head in rows[0]:
                assert told[head].to_pylist() == [row[head] for row in rows]
