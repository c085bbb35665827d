"""A merger of two grid systems as files: groups of grids in, what is to publish out."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import geopandas as gpd
import pandas as pd

from gis.crosswalk.merging import Pair
from gis.errors import SettingError
from gis.os_reasons import os_reason
from gis.sentences import sentence
from layers.files.drafts import LAYER
from layers.files.formats import read_events
from layers.files.spreadsheets import csv_bytes
from layers.files.table import to_frame
from layers.schema.layer import Field, convert, refusal

GROUP_FIELDS: Final = (
    Field("source_id", "text", False, "open", "Grid of the first system."),
    Field("target_id", "text", False, "open", "Grid of the second system."),
    Field("grid_id", "text", False, "open", "New grid that their ground goes to."),
)
GRIDS_FILE: Final = "grids.gpkg"


def read_groups(path: Path) -> dict[str, list[Pair]]:
    r"""Return the pairs of former grids of each new grid.

    Parameters
    ----------
    path
        A table with the columns ``source_id``, ``target_id`` and ``grid_id``, such as
        the pieces of a crosswalk with a column more. Rows without ``grid_id`` are left
        out; without one of the others only one system has ground there.

    Raises
    ------
    InvalidLayerError
        If no row names a new grid; its `faults` name the values that cannot be read.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp(), "groups.csv")
    >>> _ = path.write_text("source_id,target_id,grid_id\nA,P,M1\nB,,M1\nB,Q,\n")
    >>> read_groups(path)
    {'M1': [('A', 'P'), ('B', None)]}
    """
    rows, faults = convert(
        to_frame(path, read_events(path).plain), "groups", GROUP_FIELDS
    )
    if faults:
        raise refusal("groups", faults, sentence("merge again"))
    groups: dict[str, list[Pair]] = {}
    columns = (_texts(rows, field.name) for field in GROUP_FIELDS)
    for source, target, grid in zip(*columns, strict=True):
        if grid is not None:
            groups.setdefault(grid, []).append((source, target))
    if not groups:
        raise SettingError(
            "No row of {path!r} has a 'grid_id', expected the new grid of each pair "
            "of grids; fill the column.",
            path=str(path),
        )
    return groups


def write_merger(
    folder: Path, grids: gpd.GeoDataFrame, tables: Mapping[str, pd.DataFrame]
) -> None:
    """Write merged grids and the tables that go with them, whole or not at all.

    Parameters
    ----------
    folder
        A new one; the grids are its ``grids.gpkg``.
    grids
        With their ids.
    tables
        By the name of the file without ``.csv``.

    Raises
    ------
    SettingError
        If the folder is there already or cannot be written.
    """
    if folder.exists():
        raise SettingError(
            "The folder {folder!r} is there already, expected a new one; name another "
            "or remove it.",
            folder=str(folder),
        )
    temporary = folder.with_name(f".{folder.name}.{os.getpid()}.part")
    try:
        temporary.mkdir()
        grids.to_file(temporary / GRIDS_FILE, layer=LAYER, driver="GPKG")
        for name, table in tables.items():
            (temporary / f"{name}.csv").write_bytes(csv_bytes(table))
        temporary.replace(folder)
    except OSError as error:
        raise SettingError(
            "The folder {folder!r} cannot be written ({strerror}); choose a place "
            "with room that you may write to.",
            folder=str(folder),
            strerror=os_reason(error),
        ) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _texts(rows: pd.DataFrame, name: str) -> list[str | None]:
    """Return a column as texts; None where there is none."""
    if name not in rows:
        return [None] * len(rows)
    return [str(v) if isinstance(v, str) and v else None for v in rows[name]]
