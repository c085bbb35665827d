"""Grids that leave for QGIS, ArcGIS or a survey firm, and come back with their base."""

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import Final, NamedTuple, Self

import geopandas as gpd
import pandas as pd

from gis.errors import InputFileError, SettingError
from layers.files import guards
from layers.files.cut_names import whole_names
from layers.files.formats import read_events
from layers.files.grids import grids_of
from layers.files.table import EventTable
from layers.files.vector import read_plain_table
from layers.files.whole_file import whole_file

LAYER: Final = "grids"
BASE: Final = "draft_base"
"""Column and table with the base; as long as a Shapefile lets a name be."""
_SEPARATOR: Final = ":"


class DraftBase(NamedTuple):
    """The version that a file of grids was drawn on.

    Attributes
    ----------
    version, digest, system
        Its number and digest, and the grid system.
    """

    version: int
    digest: str
    system: str

    def to_text(self) -> str:
        """Return what stands in every row of the file."""
        return _SEPARATOR.join(map(str, self))

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read what stands in a row.

        Raises
        ------
        ValueError
            If it is no base.

        Examples
        --------
        >>> DraftBase.from_text("7:ab12:main").version
        7
        """
        version, digest, system = text.split(_SEPARATOR, 2)
        return cls(int(version), digest, system)


class DraftFile(NamedTuple):
    """What came back, before its columns have their names again.

    Attributes
    ----------
    path
        Of the file.
    table
        Its rows, without the base.
    base
        None where the file does not say it.
    """

    path: Path
    table: EventTable
    base: DraftBase | None


def write_draft(path: Path, grids: gpd.GeoDataFrame, base: DraftBase) -> None:
    """Write grids for QGIS and ArcGIS, whole or not at all.

    The base stands in a column of every row, which also survives "save as" to a
    Shapefile, and in a table of its own, which survives that somebody removes the
    column.

    Parameters
    ----------
    path
        ``.gpkg``; replaced if it exists. The grids are its layer `LAYER`.
    grids
        With all their columns.
    base
        What they were drawn on.

    Raises
    ------
    SettingError
        For another extension and a file that cannot be written.
    """
    if path.suffix.lower() != ".gpkg":
        raise SettingError(
            "The output {path!r} has an extension that is not written here, expected "
            "'.gpkg', which QGIS and ArcGIS edit; rename it.",
            path=str(path),
        )
    frame = grids.assign(**{BASE: base.to_text()})
    table = pd.DataFrame([base._asdict()])
    with whole_file(path) as part:
        frame.to_file(part, layer=LAYER, driver="GPKG", promote_to_multi=True)
        gpd.GeoDataFrame(table).to_file(part, layer=BASE, driver="GPKG")


def read_draft(path: Path | str) -> DraftFile:
    """Return what came back and the base that it names.

    Parameters
    ----------
    path
        Grids in any format of `read_events` that has geometry.

    Raises
    ------
    InputFileError
        For a broken file, and one whose rows or tables name different bases.
    """
    path = Path(path)
    table = read_events(path)
    texts = _texts_of_base(path, table)
    bases = set()
    for text in texts:
        try:
            bases.add(DraftBase.from_text(text))
        except ValueError as error:
            raise InputFileError(
                "File {path!r} names the base {words!r}, expected number, digest and "
                "grid system of a version; empty the column {base!r} and name the "
                "base with --base.",
                path=str(path),
                words=text,
                base=BASE,
            ) from error
    if len(bases) > 1:
        raise InputFileError(
            "File {path!r} names the bases {bases!r}, expected one; export the grids "
            "of each to a file of its own.",
            path=str(path),
            bases=[base.to_text() for base in sorted(bases)],
        )
    if BASE in table.columns.column_names:
        table = replace(table, columns=table.columns.drop_columns([BASE]))
    return DraftFile(path, table, next(iter(bases), None))


def draft_rows(
    draft: DraftFile,
    id_column: str,
    names: Collection[str],
    *,
    allow_invalid: bool = False,
) -> gpd.GeoDataFrame:
    """Return the grids that came back, rows of one id as they are.

    Parameters
    ----------
    draft
        As `read_draft` returns it.
    id_column
        Column with the ids, by its whole name.
    names
        Columns of the base: one that a Shapefile cut is called so again.
    allow_invalid
        As `read_grids` takes it.

    Raises
    ------
    InputFileError, InvalidLayerError, CoverageError
        As `read_grids` does.
    """
    columns = draft.table.columns
    whole = whole_names(columns.column_names, names)
    renamed = columns.rename_columns([whole.get(n, n) for n in columns.column_names])
    table = replace(draft.table, columns=renamed)
    return grids_of(draft.path, table, id_column, allow_invalid=allow_invalid)


def _texts_of_base(path: Path, table: EventTable) -> set[str]:
    """Return every base that rows and table name."""
    texts: set[str] = set()
    if BASE in table.columns.column_names:
        values = table.columns.column(BASE).to_pylist()
        texts = {str(value) for value in values if value not in (None, "")}
    if guards.identify(path) == "GeoPackage":
        plain = read_plain_table(path, BASE)
        rows = [] if plain is None else plain.to_pylist()
        texts |= {
            _SEPARATOR.join(str(row.get(name)) for name in DraftBase._fields)
            for row in rows
        }
    return texts
