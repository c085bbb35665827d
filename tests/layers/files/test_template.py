"""Templates can be filled in and loaded; their example is sound and never data."""

import re
import sqlite3
import zipfile
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from gis.errors import InvalidLayerError, SettingError
from layers.files.heads import EXAMPLE, head_of, read_layer
from layers.files.layer_columns import FILE_LAYERS
from layers.files.table import to_frame
from layers.files.template import NOTES, SUFFIXES, example_of, write_template
from layers.schema.layer import convert
from support.makers.workbooks import with_part


@pytest.mark.parametrize("name", FILE_LAYERS)
def test_example_obeys_the_schema(name: str) -> None:
    columns = FILE_LAYERS[name]
    frame = pd.DataFrame([example_of(columns)])
    _, faults = convert(frame, name, columns.fields)
    assert faults == []


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("name", FILE_LAYERS)
def test_template_is_read_as_a_layer_without_rows(
    tmp_path: Path, name: str, suffix: str
) -> None:
    columns = FILE_LAYERS[name]
    path = tmp_path / f"a{suffix}"
    if columns.needs_geometry and suffix != ".gpkg":
        with pytest.raises(SettingError, match=r"are polygons, .*--out FILE\.gpkg"):
            write_template(path, columns)
        assert not path.exists()
        return
    write_template(path, columns)
    table = read_layer(path, columns)
    assert table.columns.num_rows == 0
    assert "is the example of the template" in table.notices[0]
    names = [name for name in table.columns.column_names if name != table.row_key]
    in_geometry = {"lon", "lat"} if table.geometry is not None else set()
    assert names == [f.name for f in columns.fields if f.name not in in_geometry]


def fill(path: Path, cells: list[str]) -> None:
    """Type a row below the example of a workbook."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    row = "".join(
        f'<c r="{letters[place]}3" t="inlineStr"><is><t>{cell}</t></is></c>'
        for place, cell in enumerate(cells)
        if cell
    )
    with_part(
        path,
        "xl/worksheets/sheet1.xml",
        lambda part: part.replace(
            b"</sheetData>", f'<row r="3">{row}</row></sheetData>'.encode()
        ),
    )


def checked(path: Path, name: str) -> pd.DataFrame:
    """The rows of a file, refused where they break the schema."""
    columns = FILE_LAYERS[name]
    frame, faults = convert(
        to_frame(path, read_layer(path, columns).plain), name, columns.fields
    )
    if faults:
        raise InvalidLayerError("; ".join(map(str, faults)), faults)
    return frame


def test_filled_workbook_keeps_ids_and_refuses_a_scene_of_its_own(
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.xlsx"
    write_template(path, FILE_LAYERS["enterprises"])
    fill(path, ["007", "street_shop", "是", "低"])
    row = checked(path, "enterprises").iloc[0]
    assert (row["place_id"], row["scene"], row["hazard"]) == (
        "007",
        "street_shop",
        "low",
    )
    assert row["is_coded"]
    other = tmp_path / "b.xlsx"
    write_template(other, FILE_LAYERS["enterprises"])
    fill(other, ["008", "Streetshop", "true", "very high"])
    with pytest.raises(InvalidLayerError) as found:
        checked(other, "enterprises")
    text = str(found.value)
    assert "'Streetshop' is scene 'street_shop' in another spelling" in text
    assert "the nearest is 'high'" in text


def test_workbook_offers_lists_and_keeps_text_as_text(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write_template(path, FILE_LAYERS["enterprises"])
    with zipfile.ZipFile(path) as book:
        page = book.read("xl/worksheets/sheet1.xml").decode()
        names = book.read("xl/workbook.xml").decode()
        styles = book.read("xl/styles.xml").decode()
    lists = re.findall(r'sqref="(\w+):\w+"[^>]*><formula1>"([^"]*)"', page)
    heads = [field.name for field in FILE_LAYERS["enterprises"].fields]
    offered = {heads[ord(cell[0]) - ord("A")]: entries for cell, entries in lists}
    assert offered["hazard"] == "low,medium,high"
    assert offered["scene"].startswith("street_shop,key_security_place,")
    assert offered["is_coded"] == "true,false"
    assert 'name="场所"' in names
    assert f'name="{NOTES}"' in names
    assert 'formatCode="@"' in styles  # text
    assert 'state="frozen"' in page


def test_geopackage_has_chinese_names_and_lists_for_qgis(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    write_template(path, FILE_LAYERS["posts"])
    with sqlite3.connect(path) as connection:
        names = dict(
            connection.execute("SELECT column_name, name FROM gpkg_data_columns")
        )
        roles = connection.execute(
            "SELECT value, description FROM gpkg_data_column_constraints "
            "WHERE constraint_name = 'posts_role'"
        ).fetchall()
    connection.close()
    assert names["post_id"] == "岗位编号"
    assert ("grid_leader", "网格长") in roles


def test_grids_drawn_in_a_template_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    write_template(path, FILE_LAYERS["grids"])
    drawn = gpd.read_file(path)
    drawn.loc[1] = drawn.loc[0]
    drawn.loc[1, "grid_id"] = "G1"
    drawn.loc[1, "geometry"] = shapely.box(120, 30, 120.1, 30.1)
    drawn.to_file(path, layer="grids", driver="GPKG")
    table = read_layer(path, FILE_LAYERS["grids"])
    assert table.columns["grid_id"].to_pylist() == ["G1"]
    assert table.geometry is not None
    assert shapely.bounds(table.geometry[0]).tolist() == [120, 30, 120.1, 30.1]


def test_filled_file_is_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("mine")
    with pytest.raises(SettingError, match="already, which somebody may have filled"):
        write_template(path, FILE_LAYERS["posts"])
    assert path.read_text() == "mine"
    with pytest.raises(SettingError, match=r"expected one of \['\.csv'"):
        write_template(tmp_path / "a.txt", FILE_LAYERS["posts"])


def test_csv_has_both_names_in_its_heads(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    write_template(path, FILE_LAYERS["communities"])
    head = ",".join(head_of(field) for field in FILE_LAYERS["communities"].fields)
    assert path.read_text("utf-8-sig") == f"{head}\n{EXAMPLE},社区名称\n"


@pytest.mark.parametrize(
    ("language", "text"), [("en", "Id of the place."), ("zh", "场所的编号。")]
)
def test_template_says_what_columns_are_as_its_user_speaks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str, text: str
) -> None:
    monkeypatch.setenv("PAGODA_LANG", language)
    write_template(tmp_path / "a.xlsx", FILE_LAYERS["enterprises"])
    notes = pd.read_excel(tmp_path / "a.xlsx", sheet_name=NOTES, engine="calamine")
    assert text in set(notes["说明 What"])
