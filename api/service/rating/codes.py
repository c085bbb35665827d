"""The QR codes of places: what stands in them, and sheets of them to print."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from gis.errors import SettingError
from layers.rating.day import RiskDay
from layers.reports.code_sheets import CodeLabel, code_sheets
from layers.schema.circles import text_or_none


def place_address(public_url: str, place_id: str) -> str:
    """Return the address of the page of a place.

    Parameters
    ----------
    public_url
        Address of the service, without a slash at its end.
    place_id
        The place.

    Examples
    --------
    >>> place_address("https://town.example/pagoda", "E 1/2")
    'https://town.example/pagoda/enterprises/E%201%2F2'
    """
    return f"{public_url}/enterprises/{quote(place_id, safe='')}"


def write_code_sheets(
    rating: RiskDay,
    public_url: str | None,
    path: Path,
    *,
    grid_id: str | None = None,
    circle_id: str | None = None,
) -> int:
    """Write the QR codes of places as sheets to print; return how many there are.

    Parameters
    ----------
    rating
        The day: places that are there at its end.
    public_url
        Stands in the codes; None is refused.
    path
        The document, FILE.pdf.
    grid_id, circle_id
        Only places in this grid, and in the grids below this circle; None takes all.

    Raises
    ------
    SettingError
        If there is no address, no such grid or circle, or no place in it.
    """
    if public_url is None:
        raise SettingError(
            "PAGODA_PUBLIC_URL is not set and a printed code would lead nowhere; set "
            "it to the address of the service, such as https://town.example/pagoda."
        )
    places = rating.places.sort_values(["grid_id", "place_id"], na_position="last")
    for grid_ids in _areas(rating, grid_id, circle_id):
        places = places[places["grid_id"].isin(grid_ids)]
    labels = [
        CodeLabel(place_address(public_url, place_id), place_id, name or "")
        for place_id, name in zip(
            places["place_id"].tolist(), map(text_or_none, places["name"]), strict=True
        )
    ]
    if not labels:
        raise SettingError(
            "No coded place lies there on {day}; choose another --grid or --circle, "
            "or another day.",
            day=rating.day.isoformat(),
        )
    imprint = rating.facts.rulebook.imprint
    path.write_bytes(code_sheets(labels, imprint.words.line, imprint.is_synthetic))
    return len(labels)


def _areas(
    rating: RiskDay, grid_id: str | None, circle_id: str | None
) -> Iterator[list[str]]:
    """Yield the grids of each area that was asked for."""
    if grid_id is not None:
        if not rating.has_grid(grid_id):
            raise SettingError(
                "Version {version} has no grid {grid_id!r}; GET /model names all.",
                version=rating.version.version,
                grid_id=grid_id,
            )
        yield [grid_id]
    if circle_id is not None:
        pagoda = rating.facts.snapshot.territory.pagoda
        if pagoda is None or circle_id not in pagoda.circles:
            raise SettingError(
                "Version {version} has no circle {circle_id!r}; GET /model names all.",
                version=rating.version.version,
                circle_id=circle_id,
            )
        row = [str(name) for name in pagoda.circles].index(circle_id)
        grids = rating.grids["grid_id"]
        is_below = (pagoda.chain_rows(grids.tolist()) == row).any(axis=1)
        yield grids[is_below].tolist()
