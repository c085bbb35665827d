"""Codes of places and colours of areas as files."""

from pathlib import Path
from typing import Final

import pandas as pd

from api.service.rating.documents import area_text
from gis.errors import SettingError
from gis.models import SafetyCode
from gis.os_reasons import os_reason
from layers.files.sheets import sheet_of, workbook_bytes
from layers.files.spreadsheets import csv_bytes
from layers.rating.day import RiskDay
from layers.rating.drivers import driver_line
from layers.schema.sharing import LOOPBACK

WORDS: Final = {int(code): code.name.lower() for code in SafetyCode}
AREA_COLUMNS: Final = (
    "name",
    "score",
    "level",
    "raw_level",
    "floor",
    "change",
    "events",
    "places",
    "green",
    "yellow",
    "red",
    "overdue",
)


def write_codes(rating: RiskDay, path: Path) -> None:
    """Write the code, reasons and due date of every place for spreadsheets.

    Parameters
    ----------
    rating
        The day.
    path
        The file: ``.xlsx`` is a workbook, any other CSV.

    Raises
    ------
    SettingError
        If the file cannot be written.
    """
    table = pd.DataFrame(rating.places.drop(columns="geometry"))
    table["code"] = table["code"].map(WORDS)
    for name in ("due_on", "last_check"):
        table[name] = table[name].dt.strftime("%Y-%m-%d")
    _write(path, _table_bytes(path, "places", table))


def write_areas(rating: RiskDay, path: Path) -> None:
    """Write every area with its level, score and drivers.

    Parameters
    ----------
    rating
        The day.
    path
        ``.csv`` or ``.xlsx`` for figures alone, ``.json`` or ``.geojson`` with the
        polygons.

    Raises
    ------
    SettingError
        If the file has another ending or cannot be written.
    """
    if path.suffix in {".csv", ".xlsx"}:
        _write(path, _table_bytes(path, "areas", _area_table(rating)))
    elif path.suffix in {".json", ".geojson"}:
        names = [name for name in rating.tiers if name != "communities"]
        _write(path, area_text(rating, names, LOOPBACK))
    else:
        raise SettingError(
            "The file {name!r} ends in {suffix!r}, expected .csv, .xlsx, .json or "
            ".geojson; name it so.",
            name=path.name,
            suffix=path.suffix,
        )


def _area_table(rating: RiskDay) -> pd.DataFrame:
    """Return all areas of all tiers, one row each."""
    tables = []
    for name, areas in rating.tiers.items():
        frame = pd.DataFrame(areas.frame)
        table = frame[list(AREA_COLUMNS)].copy()
        table.insert(0, "area_id", frame.iloc[:, 0])
        table.insert(0, "layer", name)
        table["drivers"] = [
            "; ".join(
                driver_line(driver, rating.scenarios, rating.rule).line
                for driver in drivers
            )
            for drivers in frame["drivers"]
        ]
        tables.append(table)
    return pd.concat(tables, ignore_index=True)


def _table_bytes(path: Path, name: str, table: pd.DataFrame) -> bytes:
    """Return a table as a workbook where the file is to be one, else as CSV."""
    if path.suffix.lower() == ".xlsx":
        return workbook_bytes({name: sheet_of(table)})
    return csv_bytes(table)


def _write(path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        raise SettingError(
            "The file {path!r} cannot be written ({strerror}); name another.",
            path=str(path),
            strerror=os_reason(error),
        ) from error
