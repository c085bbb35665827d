"""Empty files to fill in: heads in both languages, lists to choose from, an example."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import pandas as pd
import shapely

from gis.errors import SettingError
from gis.sentences import sentence, spoken
from layers.files.gdal import gdal
from layers.files.heads import EXAMPLE, head_of
from layers.files.layer_columns import LayerColumns
from layers.files.sheets import CREATED
from layers.files.spreadsheets import csv_bytes
from layers.files.whole_file import whole_file
from layers.schema.layer import Field
from layers.styles import SHEET_COLOURS

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

SUFFIXES: Final = (".csv", ".xlsx", ".gpkg")
ROWS: Final = 10_000
"""Rows of a sheet that offer their lists."""
NOTES: Final = "说明 Notes"
"""Name of the sheet that says what the columns are."""

_POINT: Final = (120.05, 30.05)
_EXAMPLES: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "parent_id": "C1",
        "area_id": "330101001001001",
        "grid_id": "330101001001001",
        "community_id": "330101001001",
        "post_id": "P1",
        "place_id": "S1",
        "department_id": "police",
        "destination_id": "hotline",
        "holder_id": "L001",
        "scene": "street_shop",
        "source": "register",
        "source_id": "E1",
        "credit_code": "91350100M000100Y43",
        "phone": "0571-00000000",
        "tier": 4,
        "rank": 1,
        "severity": 2,
        "trust": 0.9,
        "accuracy_m": 30,
        "every_days": 7,
        "residents": 1200,
        "registered": 900,
        "households": 400,
        "lon": _POINT[0],
        "lat": _POINT[1],
        "datum": "gcj02",
        "members": "L001;L002",
        "findings": '[{"finding_id":"F1","severity":"serious","about":"通道堵塞"}]',
        "fixed": '["F1"]',
        "kind_map": '{"占道":"street_trading"}',
        "body": '{"days":["2026-10-01"]}',
        "rule_id": "holidays",
        "url": "https://hotline.example/pagoda",
        "secret_id": "HOTLINE_SECRET",
        "kind": "street_trading",
        "valid_to": None,
        "cancelled": None,
        "ends_at": "2026-01-02 08:00",
        "until": "2026-12-31 08:00",
    }
)
"""What the example has in a column, where its kind alone does not say it."""
_OF_KIND: Final[Mapping[str, Any]] = MappingProxyType(
    {"integer": 1, "number": 1.0, "flag": "true", "instant": "2026-01-01 08:00"}
)


def write_template(path: Path, columns: LayerColumns) -> None:
    """Write an empty file of a layer with one example, which is never read as data.

    A workbook offers the lists of its columns, keeps ids as text and times as times,
    and says on a second sheet what the columns are; a GeoPackage has Chinese names and
    lists where QGIS looks for them.

    Parameters
    ----------
    path
        A new file ``.csv``, ``.xlsx`` or ``.gpkg``.
    columns
        What it may have.

    Raises
    ------
    SettingError
        For another extension, a file that is there, and a layer of polygons in a file
        that holds none.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise SettingError(
            "The output {path!r} has an extension that is not written here, expected "
            "one of {suffixes!r}; rename it.",
            path=str(path),
            suffixes=list(SUFFIXES),
        )
    if suffix != ".gpkg" and columns.needs_geometry:
        raise SettingError(
            "The {layer} are polygons, which {suffix} does not hold; write a "
            "GeoPackage: --out FILE.gpkg.",
            layer=columns.name,
            suffix=suffix,
        )
    if path.exists():
        raise SettingError(
            "There is a file {path!r} already, which somebody may have filled in; "
            "choose another name.",
            path=str(path),
        )
    write = {".csv": _write_csv, ".xlsx": _write_xlsx, ".gpkg": _write_geopackage}
    with whole_file(path) as part:
        write[suffix](part, columns)


def example_of(columns: LayerColumns) -> dict[str, Any]:
    """Return the example of a layer, by the name of its columns.

    Parameters
    ----------
    columns
        What its files may have.

    Examples
    --------
    >>> from layers.files.layer_columns import FILE_LAYERS
    >>> example_of(FILE_LAYERS["communities"])
    {'community_id': 'EXAMPLE', 'name': '社区名称'}
    """
    return {
        field.name: EXAMPLE if field.name == columns.key else _example(field)
        for field in columns.fields
    }


def _example(field: Field) -> Any:
    """Return what the example has in a column: of a list the first entry."""
    if field.values:
        return field.values[0]
    if field.name in _EXAMPLES:
        return _EXAMPLES[field.name]
    return _OF_KIND.get(field.kind, field.zh)


def _write_csv(path: Path, columns: LayerColumns) -> None:
    """Write heads and the example as CSV that spreadsheets open."""
    values = [[value] for value in example_of(columns).values()]
    heads = [head_of(field) for field in columns.fields]
    path.write_bytes(csv_bytes(pd.DataFrame(dict(zip(heads, values, strict=True)))))


def _write_xlsx(path: Path, columns: LayerColumns) -> None:
    """Write a workbook of two sheets: one to fill in, and one that says how."""
    import xlsxwriter  # noqa: PLC0415  few files are workbooks

    book = xlsxwriter.Workbook(path)
    book.set_properties({"created": CREATED})
    _fill_sheet(book, book.add_worksheet(columns.zh), columns)
    _fill_notes(book, book.add_worksheet(NOTES), columns)
    book.close()


def _fill_sheet(book: "Workbook", page: "Worksheet", columns: LayerColumns) -> None:
    """Write the sheet to fill in: heads, lists, and the example in grey."""
    formats = {
        kind: book.add_format(
            {"num_format": form, "font_color": SHEET_COLOURS["example"]}
        )
        for kind, form in _FORMS.items()
    }
    plain = {kind: book.add_format({"num_format": f}) for kind, f in _FORMS.items()}
    required = book.add_format(
        {"bold": True, "bg_color": SHEET_COLOURS["required"], "bottom": 1}
    )
    optional = book.add_format(
        {"bold": True, "bg_color": SHEET_COLOURS["head"], "bottom": 1}
    )
    values = example_of(columns)
    for place, field in enumerate(columns.fields):
        width = max(2 * len(field.zh) + len(field.name) + 3, 14)
        page.set_column(place, place, width, plain[field.kind])
        head = required if field.required else optional
        page.write_string(0, place, head_of(field), head)
        page.write_comment(0, place, " ".join(_notes(field)), {"x_scale": 2})
        value = values[field.name]
        if field.kind == "instant" and value is not None:
            page.write_datetime(
                1, place, pd.Timestamp(value).to_pydatetime(), formats["instant"]
            )
        elif value is not None:
            page.write(1, place, value, formats[field.kind])
        _offer_list(page, place, field)
    page.freeze_panes(1, 0)
    page.autofilter(0, 0, 1, len(columns.fields) - 1)


_FORMS: Final = MappingProxyType(
    {
        "text": "@",
        "integer": "0",
        "number": "General",
        "flag": "@",
        "instant": "yyyy-mm-dd hh:mm",
    }
)
"""Format of the cells of each kind: what is text stays text."""


def _offer_list(page: "Worksheet", place: int, field: Field) -> None:
    """Offer the list of a column in its cells; a closed one takes nothing else."""
    entries = ("true", "false") if field.kind == "flag" else field.entries
    if not entries:
        return
    words = field.values_zh or ("是", "否")
    pairs = "\n".join(f"{e} {w}" for e, w in zip(entries, words, strict=True))
    page.data_validation(
        1,
        place,
        ROWS,
        place,
        {
            "validate": "list",
            "source": list(entries),
            "input_title": head_of(field)[:32],
            "input_message": pairs[:255],
            "error_title": head_of(field)[:32],
            "error_message": "请从列表中选择。Choose an entry of the list.",
            "show_error": bool(field.values) or field.kind == "flag",
        },
    )


def _fill_notes(book: "Workbook", page: "Worksheet", columns: LayerColumns) -> None:
    """Write the sheet that says what the columns are."""
    bold = book.add_format({"bold": True, "bottom": 1})
    heads = ("列 Column", "必填 Required", "类型 Kind", "说明 What", "列表 List")
    for place, (head, width) in enumerate(
        zip(heads, (32, 14, 12, 72, 60), strict=True)
    ):
        page.set_column(place, place, width)
        page.write_string(0, place, head, bold)
    for row, field in enumerate(columns.fields, start=1):
        pairs = zip(field.entries, field.values_zh, strict=True)
        cells = (
            head_of(field),
            "是 yes" if field.required else "",
            field.kind,
            _about(field) + (f" ({field.unit})" if field.unit else ""),
            ", ".join(f"{entry} {word}" for entry, word in pairs),
        )
        for place, cell in enumerate(cells):
            page.write_string(row, place, cell)
    page.freeze_panes(1, 0)


def _about(field: Field) -> str:
    """Return what a column is, in the language of the user."""
    return spoken(sentence(field.description))


def _notes(field: Field) -> list[str]:
    """Return what stands at the head of a column."""
    need = "必填 required." if field.required else "选填 optional."
    unit = [f"({field.unit})"] if field.unit else []
    return [need, _about(field), *unit]


def _write_geopackage(path: Path, columns: LayerColumns) -> None:
    """Write the example as a layer, and what QGIS shows of its columns."""
    values = example_of(columns)
    frame = pd.DataFrame({name: [value] for name, value in values.items()})
    for field in columns.fields:
        frame[field.name] = frame[field.name].astype(_DTYPES[field.kind])
    if columns.geometry is None:
        gdal().write_dataframe(frame, path, layer=columns.name, driver="GPKG")
    else:
        shape: shapely.Geometry = shapely.Point(_POINT)
        if columns.geometry == "polygon":
            shape = shapely.box(120.05, 30.05, 120.051, 30.051)
        gdal().write_dataframe(
            gpd.GeoDataFrame(
                frame.drop(columns=["lon", "lat"], errors="ignore"),
                geometry=[shape],
                crs="EPSG:4326",
            ),
            path,
            layer=columns.name,
            driver="GPKG",
            promote_to_multi=columns.geometry == "polygon",
        )
    with closing(sqlite3.connect(path)) as connection, connection:
        _name_columns(connection, columns)


_DTYPES: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "text": "object",
        "instant": "object",
        "integer": "Int64",
        "number": "float64",
        "flag": "object",
    }
)


def _name_columns(connection: sqlite3.Connection, columns: LayerColumns) -> None:
    """Say the Chinese names and the lists of columns as the schema extension does."""
    connection.executescript(_SCHEMA_EXTENSION)
    present = {
        row[1] for row in connection.execute(f"PRAGMA table_info({columns.name})")
    }
    for field in columns.fields:
        if field.name not in present:
            continue
        domain = f"{columns.name}_{field.name}" if field.values else None
        connection.execute(
            "INSERT INTO gpkg_data_columns VALUES (?, ?, ?, ?, ?, NULL, ?)",
            (columns.name, field.name, field.zh, field.zh, _about(field), domain),
        )
        connection.executemany(
            "INSERT INTO gpkg_data_column_constraints VALUES "
            "(?, 'enum', ?, NULL, NULL, NULL, NULL, ?)",
            [
                (domain, entry, word)
                for entry, word in zip(field.values, field.values_zh, strict=False)
            ],
        )


_SCHEMA_EXTENSION: Final = """
CREATE TABLE IF NOT EXISTS gpkg_extensions (
  table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL,
  definition TEXT NOT NULL, scope TEXT NOT NULL,
  CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name));
CREATE TABLE gpkg_data_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT,
  description TEXT, mime_type TEXT, constraint_name TEXT,
  CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),
  CONSTRAINT gdc_tn UNIQUE (table_name, name));
CREATE TABLE gpkg_data_column_constraints (
  constraint_name TEXT NOT NULL, constraint_type TEXT NOT NULL, value TEXT,
  min NUMERIC, min_is_inclusive BOOLEAN, max NUMERIC, max_is_inclusive BOOLEAN,
  description TEXT,
  CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value));
INSERT INTO gpkg_extensions VALUES
  ('gpkg_data_columns', NULL, 'gpkg_schema',
   'http://www.geopackage.org/spec121/#extension_schema', 'read-write'),
  ('gpkg_data_column_constraints', NULL, 'gpkg_schema',
   'http://www.geopackage.org/spec121/#extension_schema', 'read-write');
"""
