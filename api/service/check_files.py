"""`pagoda check`: the coverage certificate of a file of grids."""

from pathlib import Path

from api.service.datums import choose_datum
from gis.coverage import Certificate, certify
from layers.files import read_grids
from layers.territory import Territory, require_degrees


def check_file(
    path: Path, id_column: str, grids_datum: str | None
) -> tuple[Certificate, str]:
    """Return the certificate of a file of grids, and the datum that was taken.

    Parameters
    ----------
    path, id_column
        File of polygons and its column of ids.
    grids_datum
        What the user declares; None takes what the file declares.
    """
    grids = read_grids(path, id_column, allow_invalid=True)
    datum, notice = choose_datum("grids", "--grids-datum", grids_datum, grids.crs)
    require_degrees(grids, datum)
    return certify_territory(Territory(grids, datum)), notice


def certify_territory(territory: Territory) -> Certificate:
    """Return the coverage certificate of a territory's grids."""
    grids = territory.grids
    return certify(
        grids["grid_id"].tolist(), grids.geometry.to_numpy(), territory.datum.crs
    )
