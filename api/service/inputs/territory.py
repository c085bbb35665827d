"""A territory of files: grids, and the circles and posts above them."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from api.service.inputs.grids import read_grid_rows
from api.service.inputs.namings import Namings, naming_for
from api.service.inputs.tree import read_tree
from layers.files import join_parts
from layers.files.grid_parts import about_parts
from layers.files.table import notices_of
from layers.territory import Territory, build_territory


class TerritoryRows(NamedTuple):
    """What the files of a territory hold.

    Attributes
    ----------
    territory
        Polygons of one id are one grid.
    rows
        Number of rows of the file of grids.
    is_assumed
        Whether nobody declares their datum.
    notices
        Sentences the user should read.
    """

    territory: Territory
    rows: int
    is_assumed: bool
    notices: list[str]


@dataclass(frozen=True, slots=True)
class TerritoryFiles:
    """Files of a territory, and how their grids are read.

    Attributes
    ----------
    grids, id_column, datum
        The grids, the column with their ids, and what overrides their CRS.
    repair
        Whether broken rings of grids are mended.
    ballpark_m
        Error allowed for a datum from which no parameters lead to WGS 84, metres; None
        refuses it.
    circles, posts
        The tree above them, and its posts.
    namings
        What the user says of the files.
    """

    grids: Path
    id_column: str
    datum: str | None = None
    repair: bool = False
    ballpark_m: float | None = None
    circles: Path | None = None
    posts: Path | None = None
    namings: Namings = field(default_factory=dict)

    def read(self) -> TerritoryRows:
        """Read the files and put them together."""
        source = read_grid_rows(
            self.grids,
            self.id_column,
            self.datum,
            self.ballpark_m,
            is_mended=self.repair,
            naming=naming_for(self.namings, "grids"),
        )
        circles, posts = read_tree(self.circles, self.posts, self.namings)
        territory = build_territory(
            join_parts(source.rows), circles, posts, datum=source.datum
        )
        notices = [
            *source.notices,
            *notices_of(circles, posts),
            *about_parts(source.rows),
        ]
        is_assumed = self.datum is None and source.rows.crs is None
        return TerritoryRows(territory, len(source.rows), is_assumed, notices)
