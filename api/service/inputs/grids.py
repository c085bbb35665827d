"""Grids of a file with their datum, broken rings mended where that is asked."""

from pathlib import Path
from typing import NamedTuple

import geopandas as gpd

from gis.coverage import Mending, mend_grids
from gis.crs import Datum
from gis.sentences import joined, sentence
from layers.datums import choose_datum, refuse_misplaced
from layers.files import read_grids
from layers.files.heads import PLAIN, Naming
from layers.files.table import notices_of


class GridRows(NamedTuple):
    """What a file of grids holds.

    Attributes
    ----------
    rows
        As `read_grids` returns them, ids may repeat.
    datum, notice
        Datum of the coordinates, and a sentence that says why.
    mendings
        What became of broken rings.
    """

    rows: gpd.GeoDataFrame
    datum: Datum
    notice: str
    mendings: tuple[Mending, ...]

    @property
    def notices(self) -> list[str]:
        """All that the user should read."""
        return [
            *notices_of(self.rows),
            self.notice,
            *(mending.to_text() for mending in self.mendings),
        ]


def read_grid_rows(
    path: Path,
    id_column: str,
    declared: str | None,
    ballpark_m: float | None = None,
    *,
    is_mended: bool | None = False,
    naming: Naming = PLAIN,
) -> GridRows:
    """Return the grids of a file.

    Parameters
    ----------
    path, id_column, naming
        As `read_grids` takes them.
    declared
        Datum that the user declares; None for nothing.
    ballpark_m
        Error allowed where no parameters lead to WGS 84, metres; None refuses that.
    is_mended
        Whether broken rings are mended, or refused; None lets them pass.
    """
    rows = read_grids(
        path, id_column, allow_invalid=is_mended is not False, naming=naming
    )
    datum, notice = choose_datum(
        sentence("grids"), "--grids-datum", declared, rows.crs, ballpark_m
    )
    notice = joined(" ", [notice, *refuse_misplaced(rows, datum, "--grids-datum")])
    if not is_mended:
        return GridRows(rows, datum, notice, ())
    polygons, mendings = mend_grids(
        rows["grid_id"].tolist(), rows.geometry.to_numpy(), datum.crs
    )
    geometry = gpd.GeoSeries(polygons, index=rows.index, crs=rows.crs)
    return GridRows(rows.set_geometry(geometry), datum, notice, mendings)
