"""Grids of a file with their datum, broken rings mended where that is asked."""

from pathlib import Path

from layers.files import read_grids
from layers.files.heads import PLAIN, Naming
from layers.grid_rows import GridRows, placed_rows


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
    return placed_rows(
        rows, declared, "--grids-datum", ballpark_m, is_mended=bool(is_mended)
    )
