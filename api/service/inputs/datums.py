"""Which datum a file is in: what the user says, what the file says, or WGS 84."""

from pyproj import CRS

from gis.assignment import AnswerBasis, Positions, is_usable
from gis.crs import Datum, datum_of, parse_datum
from gis.datum_check import DatumCheck, check_datum, fit_to_places
from gis.errors import CrsError, InputFileError


def choose_datum(
    what: str, option: str, declared: str | None, crs: CRS | None
) -> tuple[Datum, str]:
    """Return the datum of a file and a sentence that says why.

    Parameters
    ----------
    what
        What the file holds, for the sentence ("events").
    option
        The option that declares it, for the sentence ("--datum").
    declared
        What the user declared; None for nothing.
    crs
        What the file declares; None for nothing.

    Raises
    ------
    CrsError
        If a datum is declared for a file in a projected CRS.

    Examples
    --------
    >>> choose_datum("events", "--datum", None, None)[1]
    'The events declare no CRS: taken as wgs84; say otherwise with --datum.'
    """
    if declared is None and crs is None:
        return parse_datum("wgs84"), (
            f"The {what} declare no CRS: taken as wgs84; say otherwise with {option}."
        )
    if declared is None and crs is not None:
        datum = datum_of(crs)
        return datum, (
            f"The {what} declare {datum.name}; if they are not, say so with {option}."
        )
    if crs is not None and not crs.is_geographic:
        raise CrsError(
            f"The {what} are in the projected CRS {crs.name!r} and {option} says "
            f"{declared!r}; leave {option} away, a projected CRS declares itself."
        )
    datum = parse_datum(str(declared))
    return datum, f"The {what} are taken as {datum.name}, as {option} says."


def compare_with_places(
    basis: AnswerBasis, places: Positions, positions: Positions, datum: Datum
) -> DatumCheck:
    """Say whether reported positions fit their datum, judged by known places.

    Parameters
    ----------
    basis
        The grids; places outside their bounds do not count.
    places
        Known places in the coordinates of the grids.
    positions
        Positions as they came, NaN where there is none.
    datum
        What they are taken in.

    Raises
    ------
    InputFileError
        If no place lies in the bounds of the grids.
    """
    min_x, min_y, max_x, max_y = basis.bounds
    mask = is_usable(places.reasons)
    mask &= (places.x >= min_x) & (places.x <= max_x)
    mask &= (places.y >= min_y) & (places.y <= max_y)
    if not mask.any():
        raise InputFileError(
            f"None of the {len(mask):,} anchors lies in the bounds of the grids; "
            "give known places of this town and their datum."
        )
    fit = fit_to_places(places.x[mask], places.y[mask], basis.datum)
    return check_datum(positions.x, positions.y, datum, fit)
