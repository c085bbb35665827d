"""Grids as somebody has them, with their datum; broken rings mended where asked."""

from typing import NamedTuple

import geopandas as gpd

from gis.coverage import Mending, mend_grids
from gis.crs import Datum
from gis.sentences import joined, sentence
from layers.datums import choose_datum, refuse_misplaced
from layers.files.table import notices_of


class GridRows(NamedTuple):
    """What somebody has of grids.

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


def placed_rows(
    rows: gpd.GeoDataFrame,
    declared: str | Datum | None,
    option: str,
    ballpark_m: float | None = None,
    *,
    is_mended: bool = False,
) -> GridRows:
    """Return rows of grids in their datum, once they can be where that is used.

    Parameters
    ----------
    rows
        As `read_grids` returns them.
    declared, option, ballpark_m
        As `layers.datums.choose_datum` takes them.
    is_mended
        Whether broken rings are mended.

    Raises
    ------
    CrsError
        If the datum cannot be used, or the grids cannot be where it is.

    Examples
    --------
    >>> import shapely
    >>> square = shapely.box(120.0, 30.0, 120.1, 30.1)
    >>> rows = gpd.GeoDataFrame({"grid_id": ["A"]}, geometry=[square], crs=4490)
    >>> placed_rows(rows, None, "datum=").datum.name
    'cgcs2000'
    """
    datum, notice = choose_datum(
        sentence("grids"), option, declared, rows.crs, ballpark_m
    )
    notice = joined(" ", [notice, *refuse_misplaced(rows, datum, option)])
    if not is_mended:
        return GridRows(rows, datum, notice, ())
    polygons, mendings = mend_grids(
        rows["grid_id"].tolist(), rows.geometry.to_numpy(), datum.crs
    )
    geometry = gpd.GeoSeries(polygons, index=rows.index, crs=rows.crs)
    return GridRows(rows.set_geometry(geometry), datum, notice, mendings)
